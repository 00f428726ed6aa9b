import fs from 'node:fs';

import { Api } from './fixtures/api';
import { accessible } from './fixtures/axe';
import { expect, OWNER, PASSWORD, picture, signIn, test } from './fixtures/test';

// Read twice by axe, with a download in between.
test.setTimeout(120_000);

test('an owner finds who did what, sees what changed, and takes it along', async ({ page, server, api }) => {
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  await owner.patch('/accounts/me/security', { session_idle_minutes: 4320, session_absolute_minutes: 20160 });
  await owner.patch('/accounts/me/security', { session_idle_minutes: null, session_absolute_minutes: null });
  const session = await api.post<{ id: string }>('/sessions', {
    tree_id: await api.flowOf('troubleshooting'),
    ticket_number: '70117',
  });

  await signIn(page, OWNER);
  await page.goto('/account/audit');
  const table = page.getByRole('table', { name: /Audit log/ });
  const started = table.getByRole('row').filter({ hasText: '#70117' });
  await expect(started).toContainText('Started a session');
  await expect(started).toContainText('Eli Navarro');

  await test.step('an entry opens into a diff, by keyboard', async () => {
    const changed = table.getByRole('button', { name: 'Changed how long sign-ins last' }).first();
    await changed.focus();
    await page.keyboard.press('Enter');
    await expect(changed).toHaveAttribute('aria-expanded', 'true');
    const diff = page.getByRole('list', { name: 'What changed' });
    await expect(diff.getByRole('listitem').filter({ hasText: 'Session idle minutes' })).toContainText(
      /4,320.*not set/,
    );
    await accessible(page, 'audit');
    await page.keyboard.press('Enter');
    await expect(diff).toHaveCount(0);
  });

  await test.step('filters narrow it, survive a reload and lead to one thing', async () => {
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Started a session' });
    await page.getByLabel('Who', { exact: true }).selectOption({ label: 'Eli Navarro' });
    await page.reload();
    await expect(page.getByLabel('What', { exact: true })).toHaveValue('session.started');
    await expect(table.getByRole('button', { name: 'Changed how long sign-ins last' })).toHaveCount(0);
    await started.getByRole('button').click();
    await page.getByRole('button', { name: 'Only on this target' }).click();
    await expect(table.getByRole('button', { name: 'Started a session' })).toHaveCount(1);
    await picture(page, 'audit-filtered');
  });

  await test.step('what matches is downloaded, and that it was is an entry', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download what matches as CSV' }).click();
    const file = await (await download).path();
    const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(session.id);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(table.getByRole('button', { name: 'Exported the audit log' }).first()).toBeVisible();
  });

  await test.step('nothing is found in a time nothing happened', async () => {
    await page.getByLabel('To', { exact: true }).fill('2020-01-01');
    await expect(page.getByText('No entry matches')).toBeVisible();
    await accessible(page, 'audit-empty');
    await page.getByRole('button', { name: 'Clear' }).click();
  });
});

test('the log goes further back than a page', async ({ page, server }) => {
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  const flow = await owner.flowOf('troubleshooting');
  for (let n = 0; n < 55; n += 1) await owner.post('/sessions', { tree_id: flow, ticket_number: `71${n}` });
  await signIn(page, OWNER);
  await page.goto('/account/audit?action=session.started');
  await expect(page.getByText('50 entries so far')).toBeVisible();
  await expect(page.getByText('#710', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Load older' }).click();
  await expect(page.getByText('#710', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Load older' })).toHaveCount(0);
});

test('the chain is checked, and its seal is there to keep', async ({ page }) => {
  await signIn(page, OWNER);
  await page.goto('/account/audit');
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByText(/entries checked, and all of them hold/)).toBeVisible();
  await expect(page.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy the seal' })).toBeVisible();
});

test('how long entries are kept is said before it is shortened', async ({ page }) => {
  await signIn(page, OWNER);
  await page.goto('/account/audit');
  const form = page.getByRole('form', { name: 'Retention of the audit log' });
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  await form.getByLabel('Keep entries').selectOption({ label: 'for 1 year' });
  await expect(form.getByText('Older entries go for good')).toBeVisible();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Entries are kept for 1 year.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Changed how long entries are kept' }).first()).toBeVisible();
  await page.reload();
  await expect(form.getByLabel('Keep entries')).toHaveValue('365');
  await form.getByLabel('Keep entries').selectOption({ label: 'For ever' });
  await expect(form.getByText('Older entries go for good')).toHaveCount(0);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Entries are kept for ever.')).toBeVisible();
});

test.describe('whoever is no owner', () => {
  test.use({ expectedErrors: [/status of 403/] });

  test('is told so', async ({ signedIn: page }) => {
    await page.goto('/account/audit');
    await expect(page.getByText('You cannot open this')).toBeVisible();
  });
});
