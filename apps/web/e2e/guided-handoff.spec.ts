import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { expect, OWNER, picture, signIn, test } from './fixtures/test';

const queue = (page: Page) => page.getByRole('list', { name: 'Escalations that wait' });

/** One whose stream is open: what happens from now on reaches it. */
async function watching(page: Page, path: string): Promise<void> {
  const opened = page.waitForResponse(
    (response) => response.url().endsWith('/escalations/stream') && response.frame().url().endsWith(path),
  );
  await page.goto(path);
  expect((await opened).status()).toBe(200);
}

test('a guided session is handed over, and goes on where it stood with whoever takes it', async ({
  signedIn: engineer,
  otherBrowser: receiver,
  api,
}) => {
  await signIn(receiver, OWNER);
  await watching(receiver, '/escalations');
  await expect(receiver.getByText('Nothing waits')).toBeVisible();

  const { id } = await api.post<{ id: string }>('/sessions', {
    tree_id: await api.flowOf('troubleshooting'),
    ticket_number: '48213',
    client_name: 'Contoso Dental',
  });
  await engineer.goto(`/sessions/${id}`);
  const title = engineer.locator('#step-title');
  const first = (await title.textContent()) ?? '';
  await engineer.keyboard.press('1');
  await expect(title).not.toHaveText(first);
  // Written at the step that is open, and sent with the handover.
  await engineer.keyboard.press('n');
  await expect(engineer.getByLabel('Step note')).toBeFocused();
  await engineer.keyboard.type('The light on the switch is dark.');
  await engineer.keyboard.press('Escape');
  await accessible(engineer, 'runner-escalate');

  await engineer.keyboard.press('h');
  const dialog = engineer.getByRole('dialog', { name: 'Hand it over' });
  const reason = dialog.getByLabel('Why it needs somebody else');
  await expect(reason).toBeFocused();
  await expect(dialog.getByRole('radio')).toHaveCount(0);
  await engineer.keyboard.type('No rights on the domain controller.');
  await expect(dialog.getByRole('region', { name: 'What the receiver will ask' })).toBeVisible();
  await accessible(engineer, 'guided-escalate');
  await reason.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(engineer.getByRole('link', { name: 'Goes on in a conversation' })).toBeVisible();
  await expect(engineer.getByText('No rights on the domain controller.')).toBeVisible();
  await accessible(engineer, 'guided-handed-over');

  // No reload: the card comes by itself.
  const card = queue(receiver).getByRole('listitem');
  await expect(card).toContainText('No rights on the domain controller.');
  await expect(card).toContainText('#48213');
  await card.getByRole('link').click();
  const tried = receiver.getByRole('region', { name: 'What was tried' });
  await expect(tried.getByRole('listitem').first()).toBeVisible();
  await picture(receiver, 'guided-briefing');
  await receiver.getByRole('button', { name: /Start here/ }).click();
  await expect(receiver).toHaveURL(/\/pilot\/[^?]*$/);
  await expect(receiver.locator('#step-title')).toBeVisible();
  await expect(receiver.getByText('The light on the switch is dark.').first()).toBeVisible();
  const chips = receiver.getByRole('region', { name: 'Suggested next steps' });
  await expect(chips.getByRole('button').first()).toBeVisible();
  await expect(chips).not.toContainText('{{');
  // What stands open is not suggested too.
  const open = await receiver.locator('#step-title').textContent();
  await expect(chips.getByRole('button', { name: open ?? '', exact: true })).toHaveCount(0);
  await accessible(receiver, 'guided-picked-up');

  // Whoever handed it over follows it from the session.
  await engineer.getByRole('link', { name: 'Goes on in a conversation' }).click();
  await expect(engineer).toHaveURL(receiver.url());
  await expect(engineer.locator('#step-title')).toBeVisible();
});

test.describe('without a network', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

  test('nothing is handed over, and what was written stays', async ({ signedIn: page, context, api }) => {
    const { id } = await api.post<{ id: string }>('/sessions', { tree_id: await api.flowOf('procedural') });
    await page.goto(`/sessions/${id}`);
    await page.getByRole('button', { name: /^Escalate/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Hand it over' });
    await dialog.getByLabel('Why it needs somebody else').fill('The list does not fit.');
    await context.setOffline(true);
    await dialog.getByRole('button', { name: 'Escalate' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Not handed over yet: no connection');
    await context.setOffline(false);
    await dialog.getByRole('button', { name: 'Escalate' }).click();
    await expect(page.getByRole('link', { name: 'Goes on in a conversation' })).toBeVisible();
  });
});
