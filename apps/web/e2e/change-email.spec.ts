import { accessible } from './fixtures/axe';
import { Outbox } from './fixtures/outbox';
import type { TestServer } from './fixtures/server';
import { expect, PASSWORD, signIn, test } from './fixtures/test';

// Wrong passwords, used links, taken addresses and ended sign-ins are refused, which is the point.
test.use({ expectedErrors: [/status of 4(00|01|09|22)/] });

const ELI = 'eli@northwind.example';

/** Somebody of their own, because they do not stay who they were. */
async function register(server: TestServer): Promise<string> {
  const email = `nina.${Date.now()}@tailspin.example`;
  const answer = await fetch(`${server.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD, name: 'Nina Falk', account_name: 'Tailspin' }),
  });
  expect(answer.status).toBe(201);
  return email;
}

test('an address is changed by a link to the new one', async ({ page, otherBrowser, server }) => {
  const old = await register(server);
  const wanted = `new.${old}`;
  await signIn(otherBrowser, old);
  await signIn(page, old);
  await page.goto('/account/profile');
  const form = page.locator('form').filter({ has: page.getByLabel('New e-mail address') });
  const ask = async (email: string, password: string) => {
    await form.getByLabel('New e-mail address').fill(email);
    await form.getByLabel('Your password', { exact: true }).fill(password);
    await form.getByRole('button', { name: 'Send the link' }).click();
  };
  await ask(wanted, 'not my password');
  await expect(form.getByText('is not your present password')).toBeVisible();
  await ask(old, PASSWORD);
  await expect(form.getByText('is the address you have')).toBeVisible();
  await accessible(page, 'change-email-refused');
  await ask(wanted, PASSWORD);
  await expect(form.getByRole('status')).toContainText(`We sent a link to ${wanted}`);
  await accessible(page, 'change-email-asked');

  const outbox = await Outbox.open(server);
  await outbox.link(old, /asked to change your sign-in address/);
  const link = await outbox.link(wanted, /Confirm your new sign-in address/);
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1, name: 'Change your e-mail address' })).toBeVisible();
  await accessible(page, 'change-email');
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByRole('status')).toContainText('Your address is changed');
  await accessible(page, 'change-email-done');
  await page.getByRole('link', { name: 'Open ResolutionFlow' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /Hello, Nina/ })).toBeVisible();
  await page.goto('/account/profile');
  await expect(page.getByRole('definition').filter({ hasText: wanted })).toBeVisible();

  await otherBrowser.reload();
  await expect(otherBrowser.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await signIn(otherBrowser, wanted);

  await page.goto(link);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByRole('alert')).toContainText('Each link works once');
});

test('an address of somebody else is refused to its mailbox alone', async ({ page, server }) => {
  await signIn(page, await register(server));
  await page.goto('/account/profile');
  await page.getByLabel('New e-mail address').fill(ELI);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText(`We sent a link to ${ELI}`)).toBeVisible();
  const outbox = await Outbox.open(server);
  await page.goto(await outbox.link(ELI, /Confirm your new sign-in address/));
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody signs in with this address already.');
  await accessible(page, 'change-email-taken');
  await page.goto('/change-email');
  await expect(page.getByRole('alert')).toContainText('not complete');
});
