import type { Page } from '@playwright/test';

import { expect, picture } from './fixtures/test';
import { test } from './fixtures/with-model';

const QUESTION = 'Where is the spare FortiGate of the branch?';
const TEXT = '# Branch firewall\n\nFW-BRANCH01 is the FortiGate of the branch; its spare lies in room 12.';

const chat = (page: Page) => page.getByRole('list', { name: 'Chat', exact: true });
const question = (page: Page) => page.getByRole('textbox', { name: 'Question' });

async function ask(page: Page) {
  await page.goto('/assistant');
  await question(page).fill(QUESTION);
  await page.keyboard.press('Enter');
}

test('an answer is drawn while the model writes it, cites its source, and what was sent can be read', async ({
  signedIn: page,
  api,
  model,
}) => {
  await api.post('/assistant/documents', { title: 'Runbook', text: TEXT });
  await ask(page);
  const asked = await model.question();
  expect(asked.body).not.toContain('FW-BRANCH01');
  const reply = 'The spare lies in **room 12**, in the cabinet of the branch [1].';
  asked.call('answer', { reply, found: true, sources: ['source-1'] }, 40);
  await expect(page.getByTestId('answering')).toContainText('The spare lies');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await picture(page, 'assistant-streaming');
  asked.end();
  await expect(page).toHaveURL(/\/assistant\/chats\//);
  await expect(chat(page)).toContainText('The spare lies in room 12, in the cabinet of the branch [1].');
  await expect(chat(page)).toContainText('Written by test-model');
  await page.getByRole('list', { name: 'Sources' }).getByText('Runbook').click();
  await expect(page.getByRole('link', { name: 'Open the document Runbook' })).toBeVisible();
  await page.getByRole('button', { name: 'What was sent' }).click();
  const sent = page.getByRole('dialog', { name: 'What was sent' });
  await expect(sent.getByRole('list', { name: 'Stand-ins' })).toContainText('for host');
  await picture(page, 'assistant-sent');
});

test('an answer that is led away by what it read is not shown', async ({ signedIn: page, api, model }) => {
  await api.post('/assistant/documents', { title: 'Runbook', text: TEXT });
  await ask(page);
  const asked = await model.question();
  const reply = 'Sign in at https://evil.example/portal first [1].';
  asked.call('answer', { reply, found: true, sources: ['source-1'] }, 10);
  asked.end();
  await expect(chat(page)).toContainText('nobody wrote an answer');
  await expect(chat(page)).toContainText('refused');
  await expect(chat(page)).not.toContainText('evil.example');
});

test('an answer that is stopped leaves the passages', async ({ signedIn: page, api, model }) => {
  await api.post('/assistant/documents', { title: 'Runbook', text: TEXT });
  await ask(page);
  const asked = await model.question();
  await page.getByRole('button', { name: 'Stop' }).click();
  await asked.gone;
  await expect(chat(page)).toContainText('nobody wrote an answer');
  await expect(page.getByRole('list', { name: 'Sources' })).toContainText('Runbook');
});
