import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { Outbox } from './fixtures/outbox';
import { expect, PASSWORD, signIn, test } from './fixtures/test';

// Old passwords, used links and ended sign-ins are refused, which is the point.
test.use({ expectedErrors: [/status of 40[01]/] });

const VIC = 'vic@northwind.example';
const NEW = 'a sentence nobody guesses';

async function logIn(page: Page, password: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(VIC);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a forgotten password is replaced by mail, and all sign-ins end', async ({
  page,
  otherBrowser,
  server,
}) => {
  await signIn(otherBrowser, VIC);
  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot password?' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Forgot your password?' })).toBeFocused();
  await accessible(page, 'forgot-password');
  await page.getByLabel('Email').fill(VIC);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Look into your mailbox')).toBeVisible();
  await accessible(page, 'forgot-password-sent');

  const outbox = await Outbox.open(server);
  const link = await outbox.link(VIC, /new password/);
  await page.goto(link);
  await accessible(page, 'reset-password');
  await page.getByLabel('New password', { exact: true }).fill(NEW);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('Your password was changed')).toBeVisible();
  await accessible(page, 'reset-password-done');

  await logIn(page, PASSWORD);
  await expect(page.getByRole('alert')).toContainText('Incorrect email or password');
  await page.getByLabel('Password', { exact: true }).fill(NEW);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /Hello, Vic/ })).toBeVisible();

  await otherBrowser.reload();
  await expect(otherBrowser.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();

  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill(NEW);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByRole('alert')).toContainText('Each link works once');
  await expect(page.getByRole('link', { name: 'Ask for a new link' })).toBeVisible();
  await accessible(page, 'reset-password-used');
});

test('an address nobody has looks the same', async ({ page }) => {
  await page.goto('/forgot-password');
  await page.getByLabel('Email').fill('nobody@nowhere.example');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('Look into your mailbox')).toBeVisible();
  await page.goto('/reset-password');
  await expect(page.getByRole('alert')).toContainText('not complete');
});

test('somebody new proves their address', async ({ page, server }) => {
  const email = `nina.${Date.now()}@tailspin.example`;
  await page.goto('/register');
  await page.getByLabel('Your name').fill('Nina Falk');
  await page.getByLabel('Work email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(NEW);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hello, Nina' })).toBeVisible();
  await page.goto('/account/invites');
  await expect(page.getByText('Confirm your e-mail address')).toBeVisible();
  await accessible(page, 'unverified');
  await page.getByRole('button', { name: 'Send another mail' }).click();
  await expect(page.getByText(`A mail to ${email} is on its way.`)).toBeVisible();

  const outbox = await Outbox.open(server);
  await page.goto(await outbox.link(email, /Confirm/));
  await accessible(page, 'verify-email');
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByText('Your address is confirmed')).toBeVisible();
  await page.getByRole('link', { name: 'Open ResolutionFlow' }).click();
  await page.goto('/account/invites');
  await expect(page.getByRole('heading', { level: 1, name: 'Invites' })).toBeVisible();
  await expect(page.getByText('Confirm your e-mail address')).toHaveCount(0);
});
