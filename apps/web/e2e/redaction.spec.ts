import type { Page } from '@playwright/test';

import { Api } from './fixtures/api';
import { accessible } from './fixtures/axe';
import { expect, OWNER, PASSWORD, picture, signIn, test } from './fixtures/test';

const PHONE = '+1 425 555 0142';

/** A concluded session whose notes hold what is masked, and what only the engineer knows to be sensitive. */
async function concluded(api: Api, notes: string): Promise<string> {
  const session = await api.post<{ id: string }>('/sessions', {
    tree_id: await api.flowOf('troubleshooting'),
    ticket_number: '61001',
  });
  await api.post(`/sessions/${session.id}/complete`, { outcome: 'resolved', outcome_notes: notes });
  return session.id;
}

async function logKinds(api: Api, id: string): Promise<string[]> {
  const log = await api.get<{ kind: string }[]>(`/sessions/${id}/log`);
  return log.map(({ kind }) => kind);
}

async function select(page: Page, text: string): Promise<void> {
  await page.getByTestId('note-text').evaluate((box, wanted) => {
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(wanted) ?? -1;
      if (at >= 0) document.getSelection()?.setBaseAndExtent(node, at, node, at + wanted.length);
    }
  }, text);
}

test('what is masked is shown on request, more is masked, and the copy is what is on the screen', async ({
  signedIn: page,
  context,
  api,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const id = await concluded(api, `Called back on ${PHONE}. Badge EMP-40213 opens room Aquarius.`);
  const before = await logKinds(api, id);
  await page.goto(`/sessions/${id}/document`);
  const note = page.getByTestId('note-text');
  const copied = async () => {
    await page.keyboard.press('c');
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const hit = note.getByRole('button', { name: 'Phone number, masked: show it as it is' });
  await expect(hit).toHaveText('[phone number redacted]');
  await expect(page.getByText('1 item masked')).toBeVisible();

  await test.step('by keyboard, in the note itself', async () => {
    await hit.focus();
    await page.keyboard.press('Enter');
    await expect(note).toContainText(PHONE);
    await expect(page.getByText('1 value shown by your choice')).toBeVisible();
    await picture(page, 'redaction-kept');
  });
  await test.step('a selection, and a text that is typed', async () => {
    await select(page, 'Aquarius');
    await expect(page.getByRole('button', { name: /Mask this everywhere/ })).toBeVisible();
    await picture(page, 'redaction-selection');
    await page.keyboard.press('x');
    await expect(note).not.toContainText('Aquarius');
    const form = page.getByRole('form', { name: 'Mask more' });
    await form.getByRole('textbox').fill('EMP-4O213');
    await page.keyboard.press('Enter');
    await expect(form.getByText('This is not in the note')).toBeVisible();
    await form.getByRole('textbox').fill('EMP-40213');
    await page.keyboard.press('Enter');
    await expect(note).not.toContainText('EMP-40213');
    await expect(page.getByRole('list', { name: 'Masked by you' }).getByRole('listitem')).toHaveCount(2);
    await accessible(page, 'redaction-preview');
    await picture(page, 'redaction-light');
  });
  await test.step('the copy is the note on the screen, and only now the log knows of it', async () => {
    expect(await logKinds(api, id)).toEqual(before);
    await note.focus();
    const text = await copied();
    expect(text).toBe(await note.textContent());
    expect(text).toContain(PHONE);
    expect(text).toContain('Badge [text redacted] opens room [text redacted]');
    await expect.poll(() => logKinds(api, id)).toEqual([...before, 'exported']);
  });
  await test.step('it is masked again, and shown again what was masked by hand', async () => {
    const found = page.getByRole('list', { name: 'Found in the note' });
    await found.getByRole('button', { name: `Show Phone number ${PHONE}` }).click();
    await expect(note).not.toContainText(PHONE);
    await page.getByRole('button', { name: 'Do not mask “Aquarius”' }).click();
    await expect(note).toContainText('Aquarius');
    await note.focus();
    expect(await copied()).toBe(await note.textContent());
  });
});

test('decisions about a note outlive a look at another page', async ({ signedIn: page, api }) => {
  const id = await concluded(api, 'Room Aquarius');
  await page.goto(`/sessions/${id}/document`);
  await page.getByRole('form', { name: 'Mask more' }).getByRole('textbox').fill('Aquarius');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('note-text')).not.toContainText('Aquarius');
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sessions' })).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId('note-text')).toContainText('Room [text redacted]');
});

test.describe('the rules of an account', () => {
  // A pattern that is none is refused.
  test.use({ expectedErrors: [/status of 422/] });

  test('are tried, refused by name, saved, and kept to in every note', async ({
    page,
    otherBrowser,
    server,
    api,
  }) => {
    const id = await concluded(api, 'Badge EMP-40213 on FS01.contoso.local');
    await signIn(page, OWNER);
    await page.goto('/account/redaction');
    await expect(page.getByRole('heading', { level: 1, name: 'Redaction' })).toBeVisible();
    await page.getByRole('switch', { name: 'Host names' }).press('Space');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type('Badge');
    await page.getByLabel('In the note').fill('staff badge');
    await page.getByLabel('Pattern').fill('EMP-[0-9]{5');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('alert')).toContainText('a rule cannot be used');
    await expect(page.getByText('no valid regular expression')).toBeVisible();
    await page.getByLabel('Pattern').fill('EMP-[0-9]{5}');
    await page.getByLabel('A line as it might stand in a note').fill('Badge EMP-40213 was used');
    await expect(page.getByTestId('tried')).toHaveText('Badge [staff badge redacted] was used');
    await accessible(page, 'redaction-rules');
    await picture(page, 'redaction-rules');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('The rules are saved.')).toBeVisible();

    await signIn(otherBrowser);
    await otherBrowser.goto(`/sessions/${id}/document`);
    const note = otherBrowser.getByTestId('note-text');
    await expect(note).toContainText('Badge [staff badge redacted] on [host name redacted]');
    await otherBrowser.getByRole('link', { name: 'Rules of the account' }).click();
    await expect(otherBrowser.getByText('Only admins of your account change this')).toBeVisible();
    await expect(otherBrowser.getByText('EMP-[0-9]{5}')).toBeVisible();
    // Other specs use the same account.
    await (await Api.signIn(server.url, OWNER, PASSWORD)).put('/accounts/me/redaction', {});
  });

  test('a pattern that does not end is stopped, and the page goes on', async ({ page }) => {
    await signIn(page, OWNER);
    await page.goto('/account/redaction');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Pattern').last().fill('(a+)+$');
    await page.getByLabel('A line as it might stand in a note').fill(`${'a'.repeat(60)}!`);
    await expect(page.getByText('A pattern takes too long in the browser')).toBeVisible();
    await page.getByLabel('Pattern').last().fill('a+');
    await expect(page.getByTestId('tried')).toHaveText('[custom rule redacted]!');

    // Nothing of it was saved, and it is not left behind by mistake.
    await page.getByRole('link', { name: 'Flows', exact: true }).click();
    const leave = page.getByRole('dialog', { name: 'Leave without saving?' });
    await leave.getByRole('button', { name: 'Stay' }).click();
    await expect(page.getByLabel('Pattern').last()).toHaveValue('a+');
    await page.getByRole('link', { name: 'Flows', exact: true }).click();
    await leave.getByRole('button', { name: 'Leave' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
  });
});
