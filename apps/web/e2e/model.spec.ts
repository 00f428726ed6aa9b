import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { expect, OWNER, picture, signIn } from './fixtures/test';
import { watching } from './fixtures/watching';
import { test } from './fixtures/with-model';

const CAME_IN =
  'No internet at the branch office since the firewall was replaced, host FW-BRANCH01 at 10.1.2.3';
const WORDS = 'The uplink may be **dead**: nothing behind the firewall answers, so look at its lamp first.';

const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const answering = (page: Page) => page.getByTestId('answering');
const conversation = (page: Page) => page.getByRole('list', { name: 'Conversation' });

async function open(page: Page, api: { post: <T>(path: string, body: unknown) => Promise<T> }) {
  const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
  await page.goto(`/pilot/${id}`);
  await expect(page.locator('#step-title')).toBeVisible();
}

test('an answer is drawn while the model writes it, and what was sent can be read', async ({
  signedIn: page,
  api,
  model,
}) => {
  await open(page, api);
  await message(page).fill('Nobody there can reach anything.');
  await message(page).press('Enter');
  const question = await model.question();
  question.begin(WORDS, 60);
  await expect(answering(page)).toContainText('The uplink may be');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await picture(page, 'pilot-streaming');
  question.end();
  await expect(answering(page)).toBeHidden();
  await expect(conversation(page)).toContainText(
    'The uplink may be dead: nothing behind the firewall answers',
  );
  await expect(conversation(page)).toContainText('test-model');

  await page.getByRole('button', { name: 'What was sent' }).click();
  const sent = page.getByRole('dialog', { name: 'What was sent' });
  await expect(sent.getByRole('list', { name: 'Stand-ins' })).toContainText('for host');
  await expect(sent).not.toContainText('FW-BRANCH01');
  expect(question.body).not.toContain('FW-BRANCH01');
  await accessible(page, 'pilot-sent');
});

test('a model that is stopped leaves the copilot, which says why it answers', async ({
  signedIn: page,
  api,
  model,
}) => {
  await open(page, api);
  await message(page).fill('And the switch?');
  await message(page).press('Enter');
  const question = await model.question();
  question.begin(WORDS, 60);
  await expect(answering(page)).toContainText('The uplink');
  await page.getByRole('button', { name: 'Stop' }).click();
  await question.gone;
  await expect(answering(page)).toBeHidden();
  await expect(conversation(page).getByText('And the switch?')).toHaveCount(1);
  await expect(conversation(page)).toContainText('Offline copilot:');
  await expect(message(page)).toHaveValue('');
  await picture(page, 'pilot-stopped');
});

test('the assessment of an escalation appears on a screen that is open', async ({
  otherBrowser: receiver,
  api,
  model,
}) => {
  await signIn(receiver, OWNER);
  const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
  await api.post(`/ai-sessions/${id}/handoff`, {
    intent: 'escalate',
    reason: 'I may not touch the firewall.',
  });
  const question = await model.question();
  await watching(receiver, `/pilot/${id}?pickup=true`);
  await expect(receiver.getByText('AI assessment is still generating...')).toBeVisible();
  await accessible(receiver, 'briefing-waiting');
  // What the page asks for from here on it was told to ask for; nothing is reloaded.
  question.call('weigh', {}, 1);
  question.end();
  await expect(receiver.getByText('What to do next')).toBeVisible();
  await expect(receiver.getByText('AI assessment is still generating...')).toHaveCount(0);
  await picture(receiver, 'briefing-arrived');
});
