import { createServer, type AddressInfo } from 'node:net';

import type { Page } from '@playwright/test';

import { OpenIdProvider } from './fixtures/openid';
import { Outbox } from './fixtures/outbox';
import { TestServer } from './fixtures/server';
import { expect, OWNER, picture, signIn, test as base } from './fixtures/test';

/** A port nobody has just now: the provider has to know our address before we are there. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const test = base.extend<object, { server: TestServer }>({
  server: [
    // oxlint-disable-next-line eslint/no-empty-pattern -- the shape Playwright asks for
    async ({}, use) => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const provider = await OpenIdProvider.start(url);
      const server = new TestServer({ RESOLUTIONFLOW_PUBLIC_URL: url, ...provider.settings() }, url);
      await server.start();
      await use(server);
      await server.remove();
      await provider.stop();
    },
    { scope: 'worker' },
  ],
});

/** On the provider's own page. */
async function signInThere(page: Page, email: string, subject: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in to the provider' })).toBeVisible();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Subject').fill(subject);
  await page.getByRole('button', { name: 'Continue' }).click();
}

// Refusals are what some of these are about; a provider's page has no icon.
test.use({ expectedErrors: [/status of 40[0-9]/] });

for (const name of ['Google', 'Microsoft']) {
  test(`a newcomer gets an account with ${name} and is signed in`, async ({ page }) => {
    await page.goto('/register');
    await page.getByRole('button', { name: `Continue with ${name}` }).click();
    await signInThere(page, `nora@${name.toLowerCase()}.example`, `nora-${name}`);
    await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('button', { name: /Nora/ })).toBeVisible();
    await page.goto('/account/sign-ins');
    // The row, and not the notice about an address that nobody proved.
    await expect(page.getByText(`nora@${name.toLowerCase()}.example ·`)).toBeVisible();
    await expect(page.getByRole('button', { name: `Remove ${name}` })).toBeDisabled();
  });
}

test('whoever has an account links it first and then signs in with one click', async ({ page }) => {
  await page.goto('/login');
  await picture(page, 'login-providers');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture(page, 'login-providers-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Continue with Microsoft' }).click();
  await signInThere(page, 'eli@northwind.example', 'eli');
  await expect(page.getByRole('heading', { level: 1, name: 'This email has an account' })).toBeVisible();
  await picture(page, 'oauth-email-in-use');
  await page.getByRole('link', { name: 'Sign in and link Microsoft' }).click();
  await page.getByLabel('Email').fill('eli@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill('resolutionflow-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Linked sign-ins' })).toBeVisible();
  await page.getByRole('button', { name: 'Link Microsoft' }).click();
  await picture(page, 'link-dialog');
  await page.getByRole('button', { name: 'Continue to Microsoft' }).click();
  await signInThere(page, 'eli@northwind.example', 'eli');
  const linked = page.getByRole('list', { name: 'Linked' });
  await expect(linked.getByText('eli@northwind.example')).toBeVisible();
  await picture(page, 'linked-sign-ins');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture(page, 'linked-sign-ins-light');

  await page.getByRole('button', { name: /Eli/ }).first().click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Continue with Microsoft' }).click();
  await signInThere(page, 'eli@northwind.example', 'eli');
  await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();

  await page.goto('/account/sign-ins');
  await page.getByRole('button', { name: /Remove Microsoft/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('You sign in with your password.', { exact: false })).toBeVisible();
});

test('whoever says no, or comes from nowhere, is told so', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'You cancelled at Google' })).toBeVisible();
  await picture(page, 'oauth-cancelled');
  await page.getByRole('link', { name: 'Back to sign-in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();

  await page.goto('/oauth/callback/google?code=stolen&state=foreign');
  await expect(page.getByRole('alert')).toContainText('not begun in this browser');
  await picture(page, 'oauth-refused');
  await page.goto('/oauth/callback/google');
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing to finish here' })).toBeVisible();
});

test('linking can be cancelled', async ({ page }) => {
  await signIn(page);
  await page.goto('/account/sign-ins');
  await page.getByRole('button', { name: 'Link Google' }).click();
  await page.getByRole('button', { name: 'Continue to Google' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'Back to linked sign-ins' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Linked sign-ins' })).toBeVisible();
});

/** Somebody the owner invites; where the mail leads. */
async function invited(page: Page, server: TestServer, email: string): Promise<string> {
  await signIn(page, OWNER);
  await page.goto('/account/invites');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send the invitation', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Invitations' }).getByText(email)).toBeVisible();
  return (await Outbox.open(server)).link(email, /invites you/);
}

test('somebody joins from an invitation with Google', async ({ page, otherBrowser, server }) => {
  const link = await invited(page, server, 'nils@northwind.example');
  await otherBrowser.goto(link);
  await picture(otherBrowser, 'invite-providers');
  await otherBrowser.emulateMedia({ colorScheme: 'light' });
  await picture(otherBrowser, 'invite-providers-light');
  await otherBrowser.getByRole('button', { name: 'Continue with Google' }).click();
  await signInThere(otherBrowser, 'nils@northwind.example', 'nils');
  await expect(otherBrowser.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
  await page.reload();
  const row = page.getByRole('list', { name: 'Invitations' }).getByRole('listitem');
  await expect(row.filter({ hasText: 'nils@' }).getByText('Accepted', { exact: true })).toBeVisible();
  // The mail leads whoever has joined into the product.
  await otherBrowser.goto(link);
  await expect(otherBrowser.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
});

test('another address than the invited one does not join, and leads back', async ({
  page,
  otherBrowser,
  server,
}) => {
  const link = await invited(page, server, 'nadia@northwind.example');
  await otherBrowser.goto(link);
  await otherBrowser.getByRole('button', { name: 'Continue with Google' }).click();
  await signInThere(otherBrowser, 'somebody@else.example', 'somebody-else');
  await expect(otherBrowser.getByRole('alert')).toContainText('nadia@northwind.example');
  await picture(otherBrowser, 'invite-provider-refused');
  await otherBrowser.getByRole('link', { name: 'Back to the invitation' }).click();
  await expect(otherBrowser.getByRole('heading', { level: 1, name: /^Join / })).toBeVisible();
});
