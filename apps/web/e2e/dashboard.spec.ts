import { accessible } from './fixtures/axe';
import { expect, test } from './fixtures/test';

test('the dashboard leads back to a conversation while it is open, and lists it once it is resolved', async ({
  signedIn: page,
  api,
}) => {
  const begin = (text: string) => api.post<{ id: string }>('/ai-sessions', { intake_content: { text } });
  const { id } = await begin('The label printer in the warehouse is offline');
  const paused = await begin('Outlook asks for the password again and again');
  await api.post(`/ai-sessions/${paused.id}/pause`);
  await page.goto('/');
  const open = page.getByRole('region', { name: 'Pick up where you left off' });
  const card = open.getByRole('listitem').filter({ hasText: /label printer in the warehouse/ });
  await expect(card).toContainText('Pilot');
  await expect(open.getByRole('listitem').filter({ hasText: /Outlook asks/ })).toContainText('Paused');
  await expect(page.getByText('2 sessions running, 1 prepared for you.')).toBeVisible();
  await accessible(page, 'dashboard-conversations');
  await card.getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/pilot/${id}$`));

  await api.post(`/ai-sessions/${id}/resolve`, { resolution_summary: 'Joined it to the network again.' });
  await page.goto('/');
  const finished = page.getByRole('list', { name: 'Recently finished' });
  await expect(finished.getByRole('listitem')).toHaveText([/label printer in the warehouse.*Resolved/]);
  await expect(open.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('link', { name: 'Describe a problem' }).click();
  await expect(page.getByRole('heading', { name: 'What is broken?' })).toBeVisible();
});
