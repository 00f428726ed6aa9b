import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { expect, picture, test } from './fixtures/test';

const PRINTER = 'Printer is offline or does not print';
const CAME_IN = `${PRINTER}. Only Jamie at the front desk cannot print, her jobs stay in the queue. Event ID 372, 0x00000709.`;

const title = (page: Page) => page.locator('#step-title');
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });

/** Another step than the one whose title this is. */
const nextAfter = (page: Page, before: string | null) => expect(title(page)).not.toHaveText(before ?? '');

test('an engineer is led through a printer problem by keyboard, and resolves it', async ({
  signedIn: page,
}) => {
  await test.step('begin with what came in', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await expect(page.getByRole('textbox', { name: 'The problem' })).toBeFocused();
    await page.keyboard.insertText(CAME_IN);
    await page.getByLabel('Ticket number').fill('48213');
    await page.getByLabel('Client').fill('Contoso Dental');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}$/);
    await expect(title(page)).toBeFocused();
    await expect(page.getByText('#48213').first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'Error codes' })).toContainText('0x709');
    await picture(page, 'pilot-first-step');
  });

  await test.step('a flow is followed, and why is told', async () => {
    await expect(page.getByRole('article').getByText(`From ${PRINTER}`)).toBeVisible();
    await page.getByRole('button', { name: /^Confidence: Guided \d+ %$/ }).click();
    await expect(page.getByText('A flow fits, and is followed.')).toBeVisible();
    await picture(page, 'pilot-confidence');
    await page.keyboard.press('Escape');
    await title(page).focus();
  });

  await test.step('two steps by keyboard', async () => {
    const first = await title(page).textContent();
    await page.keyboard.press('1');
    await nextAfter(page, first);
    await expect(title(page)).toBeFocused();
    const second = await title(page).textContent();
    await page.getByLabel('What you saw').fill('Eleven jobs wait.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('2');
    await nextAfter(page, second);
    await expect(page.getByRole('list', { name: 'Conversation' })).toContainText('Eleven jobs wait.');
    await picture(page, 'pilot-third-step');
  });

  await test.step('a message', async () => {
    await page.keyboard.press('m');
    await expect(message(page)).toBeFocused();
    await page.keyboard.type('She says it began after the power cut.');
    await page.keyboard.press('Enter');
    await expect(message(page)).toHaveValue('');
    await expect(page.getByRole('list', { name: 'Conversation' })).toContainText('began after the power cut');
    await picture(page, 'pilot-message');
  });

  await test.step('resolve and rate', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    const summary = page.getByLabel('What was wrong, and what fixed it');
    await expect(summary).toBeFocused();
    await summary.fill('Eleven stuck jobs were cleared; she prints again.');
    await picture(page, 'pilot-resolve');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: '5 of 5: Excellent' }).check({ force: true });
    await page.getByRole('button', { name: 'Rate' }).click();
    await expect(page).toHaveURL(/\/document$/);
  });

  await test.step('it is in the list, resolved', async () => {
    await page.goto('/pilot');
    const list = page.getByRole('list', { name: 'Pilot sessions' });
    await expect(list).toContainText('#48213');
    await expect(list).toContainText('Resolved');
  });
});

test('every sentence of the note shows what it rests on, and the note is copied', async ({
  signedIn: page,
  api,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
  await api.post(`/ai-sessions/${id}/resolve`, { resolution_summary: 'Eleven stuck jobs were cleared.' });
  await page.goto(`/pilot/${id}`);
  await page.getByRole('link', { name: 'Open the note' }).click();
  const note = page.getByTestId('note-text');
  await expect(note).toContainText('Eleven stuck jobs were cleared');
  await note.getByRole('button').filter({ hasText: 'Eleven stuck jobs' }).first().hover();
  await expect(page.getByRole('region', { name: 'What this sentence rests on' })).toBeVisible();
  await expect(page.locator('#note-evidence')).not.toContainText('Nothing recorded says this.');
  await accessible(page, 'pilot-document');
  await page.keyboard.press('c');
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('Eleven stuck jobs were cleared');
  for (const kind of ['Ticket summary', 'For the client', 'Knowledge article']) {
    await page.getByRole('tab', { name: kind }).click();
    await expect(note.getByRole('button').first()).toBeVisible();
  }
});

test.describe('two tabs', () => {
  // The browser reports the turn that is refused, on purpose.
  test.use({ expectedErrors: [/status of 409/] });
  test('the older one is told that the session moved on, and keeps what was typed', async ({
    signedIn: page,
    api,
    context,
  }) => {
    const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
    await page.goto(`/pilot/${id}`);
    const first = await title(page).textContent();
    const other = await context.newPage();
    await other.goto(`/pilot/${id}`);
    await expect(title(other)).toHaveText(first ?? '');
    await message(other).fill('Typed in the older tab');

    await page.keyboard.press('1');
    await nextAfter(page, first);
    const now = await title(page).textContent();

    await message(other).press('Enter');
    await expect(other.getByRole('alert')).toContainText('The session moved on meanwhile');
    await expect(title(other)).toHaveText(now ?? '');
    await expect(message(other)).toHaveValue('Typed in the older tab');
    await picture(other, 'pilot-stale-tab');
    await message(other).press('Enter');
    await expect(message(other)).toHaveValue('');
    await expect(other.getByRole('list', { name: 'Conversation' })).toContainText('Typed in the older tab');
  });
});

test.describe('without a network', () => {
  test.use({ expectedErrors: [/net::ERR_INTERNET_DISCONNECTED/] });
  test('nothing typed is lost, and it is sent once', async ({ signedIn: page, api, context }) => {
    const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
    await page.goto(`/pilot/${id}`);
    await expect(title(page)).toBeVisible();
    await context.setOffline(true);
    await message(page).fill('Typed without a network');
    await message(page).press('Enter');
    await expect(page.getByRole('alert')).toContainText('Not sent: no connection');
    await expect(message(page)).toHaveValue('Typed without a network');
    await context.setOffline(false);
    const taken = page.waitForResponse(/\/turns$/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await taken;
    await expect(message(page)).toHaveValue('');
    const session = await api.get<{ messages: { text: string }[] }>(`/ai-sessions/${id}`);
    expect(session.messages.filter(({ text }) => text === 'Typed without a network')).toHaveLength(1);
  });
});

test('pausing, and going on where it stood', async ({ signedIn: page, api }) => {
  const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
  await page.goto(`/pilot/${id}`);
  const first = await title(page).textContent();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('This session is paused')).toBeVisible();
  await expect(message(page)).toHaveCount(0);
  await page.reload();
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(title(page)).toHaveText(first ?? '');
});

test('its pages in both themes', async ({ signedIn: page, api }) => {
  await page.goto('/pilot');
  await expect(page.getByRole('textbox', { name: 'The problem' })).toBeVisible();
  await accessible(page, 'pilot-start');
  const { id } = await api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN } });
  await page.goto(`/pilot/${id}`);
  await expect(title(page)).toBeVisible();
  await page.getByRole('button', { name: /^Confidence/ }).click();
  await accessible(page, 'pilot-session');
  await title(page).focus();
  await page.keyboard.press('p');
  await expect(page.getByRole('dialog', { name: 'Follow another flow' })).toBeVisible();
  await accessible(page, 'pilot-pick');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(page.getByRole('form', { name: 'Not applicable' })).toBeVisible();
  await accessible(page, 'pilot-reason');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await expect(page.getByRole('dialog', { name: 'Resolve' })).toBeVisible();
  await accessible(page, 'pilot-resolving');
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`/pilot/${id}`);
  await expect(title(page)).toBeVisible();
  await accessible(page, 'pilot-narrow');
});
