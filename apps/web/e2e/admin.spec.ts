import { accessible } from './fixtures/axe';
import { SITE_ADMIN, siteAdmin } from './fixtures/site-admin';
import { ENGINEER, expect, PASSWORD, signIn, test } from './fixtures/test';

test.setTimeout(180_000);

test('a site admin sees every account and sets a plan', async ({ page, server }) => {
  await siteAdmin(server);
  await signIn(page, SITE_ADMIN);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Site' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Accounts' })).toBeVisible();
  await accessible(page, 'admin-accounts');
  await page.getByLabel('Name or id of an account').fill('nobody by this name');
  await expect(page.getByText('No account matches')).toBeVisible();
  await page.getByLabel('Name or id of an account').fill('northw');
  await expect(page.getByRole('table', { name: 'Accounts' }).getByRole('row')).toHaveCount(2);
  await page.getByRole('link', { name: /Northwind/ }).click();
  const form = page.getByRole('form', { name: 'Set the subscription' });
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  const was = await form.getByLabel('Status').inputValue();
  await form.getByLabel('Status').selectOption({ label: 'Locked' });
  await expect(form.getByText(/closes flows and sessions/)).toBeVisible();
  await accessible(page, 'admin-account');
  await form.getByLabel('Status').selectOption({ label: 'Trial' });
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/Trial\.$/)).toBeVisible();
  await form.getByLabel('Status').selectOption(was);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByLabel('Status')).toHaveValue(was);
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();

  await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('button', { name: 'Subscription changed' }).first().click();
  await expect(page.getByRole('list', { name: 'What changed' })).toContainText('trialing');
  await accessible(page, 'admin-audit');
});

test.describe('somebody is switched off', () => {
  // Their next request, and their next sign-in.
  test.use({ expectedErrors: [/status of 401/] });

  test('and signed out at once, until switched on again; never oneself', async ({
    page,
    otherBrowser: person,
    server,
  }) => {
    await siteAdmin(server);
    await signIn(person);
    await signIn(page, SITE_ADMIN);
    await page.goto('/admin/users');
    const table = page.getByRole('table', { name: 'People' });
    await expect(table.getByRole('row').filter({ hasText: SITE_ADMIN })).toContainText('You');
    await expect(table.getByRole('button', { name: 'Switch Ada Lindqvist off' })).toHaveCount(0);
    await accessible(page, 'admin-people');
    await page.getByLabel('Name, e-mail or id').fill(ENGINEER);
    await table.getByRole('button', { name: 'Switch Eli Navarro off' }).click();
    const dialog = page.getByRole('dialog', { name: 'Switch Eli Navarro off?' });
    await accessible(page, 'admin-switch-off');
    await dialog.getByRole('button', { name: 'Switch off' }).click();
    await expect(table.getByText('Switched off')).toBeVisible();

    await person.getByRole('link', { name: 'Sessions', exact: true }).click();
    await expect(person.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await person.getByLabel('Email').fill(ENGINEER);
    await person.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await person.getByRole('button', { name: 'Sign in' }).click();
    await expect(person.getByRole('alert')).toBeVisible();

    await table.getByRole('button', { name: 'Switch Eli Navarro on again' }).click();
    await expect(table.getByText('Switched off')).toHaveCount(0);
    await signIn(person);
  });
});

test('jobs, mails and the health of the installation are looked at', async ({ page, server }) => {
  await siteAdmin(server);
  await signIn(page, SITE_ADMIN);
  await page.goto('/admin/health');
  await expect(page.getByText('Answers')).toBeVisible();
  await accessible(page, 'admin-health');
  await page.goto('/admin/jobs?state=parked');
  await expect(page.getByText('Nothing is parked')).toBeVisible();
  await accessible(page, 'admin-jobs-empty');
  await page.goto('/admin/outbox');
  await expect(page.getByRole('heading', { level: 1, name: 'Outbox' })).toBeVisible();
  await accessible(page, 'admin-outbox');
});

test('a mail that is kept here is read and passed on', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const answer = await fetch(`${server.url}/api/v1/auth/password/forgot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ENGINEER }),
  });
  expect(answer.ok).toBe(true);
  await siteAdmin(server);
  await signIn(page, SITE_ADMIN);
  await page.goto('/admin/outbox?state=kept');
  const mail = page.getByRole('row').filter({ hasText: ENGINEER });
  await mail.getByRole('button', { name: `Open the mail to ${ENGINEER}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('/reset-password?token=');
  await accessible(page, 'admin-outbox-kept');
  await dialog.getByRole('button', { name: 'Copy the mail' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/reset-password');
});

test('everybody else finds no site area', async ({ signedIn: page }) => {
  await expect(page.getByRole('link', { name: 'Site', exact: true })).toHaveCount(0);
  await page.goto('/admin/accounts');
  await expect(page.getByText('Nothing here')).toBeVisible();
});
