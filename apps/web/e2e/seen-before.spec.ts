import { accessible } from './fixtures/axe';
import { expect, test } from './fixtures/test';

test('an unsure copilot shows what was seen before, and leads to it', async ({ signedIn: page, api }) => {
  const begin = (text: string) => api.post<{ id: string }>('/ai-sessions', { intake_content: { text } });
  const before = await begin('Badge reader at the gate is red, turnstile stays closed');
  await api.post(`/ai-sessions/${before.id}/resolve`, {
    resolution_summary: "Restarted the badge reader's controller.",
  });
  const { id } = await begin(
    'The badge reader at the warehouse gate blinks red and the turnstile does not open',
  );
  await page.goto(`/pilot/${id}`);
  const list = page.getByRole('list', { name: 'Seen before' });
  await expect(list).toContainText("Restarted the badge reader's controller.");
  await expect(list).toContainText(/Both speak of .*badge/);
  await accessible(page, 'pilot-seen-before');
  await list.getByRole('link', { name: /Badge reader at the gate/ }).click();
  await expect(page).toHaveURL(new RegExp(`/pilot/${before.id}$`));
});
