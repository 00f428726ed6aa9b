import type { Page } from '@playwright/test';

import { Api } from './fixtures/api';
import { ENGINEER, expect, OWNER, PASSWORD, picture, signIn, test } from './fixtures/test';

// A sign-in that was ended answers 401 first, which is the point; an engineer's look at the page 403.
test.use({ expectedErrors: [/status of 40[13]/] });

test.afterEach(async ({ server }) => {
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  await owner.patch('/accounts/me/security', { session_idle_minutes: null, session_absolute_minutes: null });
});

async function withPolicy(url: string, idle: number, absolute: number): Promise<void> {
  const owner = await Api.signIn(url, OWNER, PASSWORD);
  await owner.patch('/accounts/me/security', {
    session_idle_minutes: idle,
    session_absolute_minutes: absolute,
  });
}

test('an owner sets the policy, by preset and by hand', async ({ page }) => {
  await signIn(page, OWNER);
  await page.getByRole('button', { name: /Olivia/ }).click();
  await page.getByRole('menuitem', { name: 'Account settings' }).click();
  await page.getByRole('link', { name: 'Session security' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Session security' })).toBeVisible();
  await expect(page.getByRole('radio', { name: /Strict/ })).toBeChecked();
  const idle = page.getByLabel('Idle limit (minutes)');
  const absolute = page.getByLabel('Absolute limit (minutes)');
  await expect(idle).toBeDisabled();
  await picture(page, 'security');

  await page.getByText('Standard', { exact: true }).click();
  await expect(idle).toHaveValue('10080');
  await page.getByText('Custom', { exact: true }).click();
  await idle.fill('43200');
  await absolute.fill('20160');
  await expect(page.getByText('Not longer than the absolute limit.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await idle.fill('60');
  await absolute.fill('240');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('radio', { name: /Custom/ })).toBeChecked();
  await expect(idle).toHaveValue('60');
});

test('an engineer has no such page', async ({ signedIn: page }) => {
  await page.getByRole('button', { name: /Eli/ }).click();
  await page.getByRole('menuitem', { name: 'Account settings' }).click();
  await expect(page.getByRole('navigation', { name: 'Account' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Session security' })).toHaveCount(0);
  await page.goto('/account/security');
  await expect(page.getByText('You cannot open this')).toBeVisible();
});

test('an owner ends the sign-ins of everybody else, and stays', async ({ page, otherBrowser: colleague }) => {
  await signIn(colleague, ENGINEER);
  await signIn(page, OWNER);
  await page.goto('/account/security');
  const people = page.getByRole('list', { name: 'Signed in' });
  await expect(people.getByText('Olivia Brandt (you)')).toBeVisible();
  await expect(people.getByText('Eli Navarro')).toBeVisible();
  await page.getByRole('button', { name: 'Sign everyone out except me' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign everyone else out?' });
  await dialog.getByRole('button', { name: 'Sign everyone else out' }).click();
  await expect(page.getByText(/\d+ sessions? ended\./)).toBeVisible();
  await expect(page.getByText('Only you are signed in.')).toBeVisible();
  await expect(page.getByRole('button', { name: /except me/ })).toHaveCount(0);

  await colleague.getByRole('link', { name: 'Flows' }).first().click();
  await expect(colleague).toHaveURL(/\/login$/);
  await expect(colleague.getByText('Your session has expired')).toHaveCount(0);
});

test('an owner ends every sign-in, in both tabs, without the banner', async ({ page, context }) => {
  await signIn(page, OWNER);
  const other = await context.newPage();
  await other.goto('/flows');
  await expect(other.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Sign me out and everyone else' }).click();
  const dialog = page.getByRole('dialog', { name: /yourself included/ });
  await picture(page, 'revoke-all');
  await dialog.getByRole('button', { name: 'Sign everyone out' }).click();
  await expect(page.getByText(/\d+ sessions? ended\./)).toBeVisible();
  for (const tab of [page, other]) {
    await expect(tab).toHaveURL(/\/login$/);
    await expect(tab.getByText('Your session has expired')).toHaveCount(0);
  }
});

/** Signs in under a clock that the test moves. */
async function signInUnderAClock(page: Page): Promise<void> {
  await page.clock.install();
  await signIn(page, ENGINEER);
}

test('an idle sign-in can be kept five minutes before its end', async ({ page, server }) => {
  await withPolicy(server.url, 15, 240);
  await signInUnderAClock(page);
  const notice = page.getByRole('alert').filter({ hasText: 'signed out for inactivity' });
  await page.clock.runFor('09:00');
  await expect(notice).toHaveCount(0);
  await page.clock.runFor('01:30');
  await expect(notice).toHaveAttribute('data-tone', 'warning');
  await picture(page, 'expiry-idle');
  await notice.getByRole('button', { name: 'Stay signed in' }).click();
  await expect(notice).toHaveCount(0);
});

test('at the absolute end there is only signing in again, and a dismissed notice stays away', async ({
  page,
  server,
}) => {
  await withPolicy(server.url, 60, 60);
  await signInUnderAClock(page);
  const notice = page.getByRole('alert').filter({ hasText: 'about to end' });
  await page.clock.runFor('55:30');
  await expect(notice).toHaveAttribute('data-tone', 'info');
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await page.clock.runFor('01:00');
  await expect(notice).toHaveCount(0);
  // A new page of the same sign-in says it again, and leads to the sign-in.
  await page.goto('/flows');
  await expect(page.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
  await page.clock.runFor('56:00');
  await notice.getByRole('button', { name: 'Sign in now' }).click();
  await expect(page).toHaveURL(/\/login\?next=%2Fflows$/);
  await expect(page.getByText('Your session has expired')).toHaveCount(0);
});
