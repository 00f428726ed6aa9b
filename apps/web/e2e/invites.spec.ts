import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { Outbox } from './fixtures/outbox';
import { expect, OWNER, signIn, test } from './fixtures/test';

// Second invitations, seconds within a minute and links of the past are refused, which is the point.
test.use({ expectedErrors: [/status of 4(04|09|29)/] });

const SENTENCE = 'a sentence nobody guesses';

const invitations = (page: Page) => page.getByRole('list', { name: 'Invitations' }).getByRole('listitem');

async function inviteAs(page: Page, email: string, role: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Role').selectOption(role);
  await page.getByRole('button', { name: 'Send the invitation', exact: true }).click();
}

test('an owner invites somebody, who joins from the mail', async ({ page, otherBrowser, server }) => {
  const email = `nora.${Date.now()}@northwind.example`;
  await signIn(page, OWNER);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Invites' }).click();
  await expect(page.getByText('Nobody was invited yet')).toBeVisible();
  await accessible(page, 'invites-empty');
  await inviteAs(page, email, 'team_admin');
  const row = invitations(page).filter({ hasText: email });
  await expect(row).toContainText('team admin, invited by Olivia');
  await expect(row.getByText('Open', { exact: true })).toBeVisible();
  await expect(page.getByLabel('Email')).toBeFocused();
  await inviteAs(page, email, 'viewer');
  await expect(page.getByText('This address was invited before.')).toBeVisible();
  await row.getByRole('button', { name: /again/ }).click();
  await expect(page.getByText('was sent a moment ago')).toBeVisible();
  await accessible(page, 'invites');

  const outbox = await Outbox.open(server);
  const link = await outbox.link(email, /invites you/);
  await otherBrowser.goto(link);
  await expect(otherBrowser.getByRole('heading', { level: 1, name: /^Join / })).toBeVisible();
  await expect(otherBrowser.getByText(email)).toBeVisible();
  await accessible(otherBrowser, 'invite');
  await otherBrowser.getByLabel('Your name').fill('Nora Vale');
  await otherBrowser.getByLabel('Password', { exact: true }).fill(SENTENCE);
  await otherBrowser.getByRole('button', { name: /^Join / }).click();
  await expect(otherBrowser.getByRole('heading', { level: 1, name: 'Hello, Nora' })).toBeVisible();

  await page.reload();
  await expect(row.getByText('Accepted', { exact: true })).toBeVisible();
  await expect(row.getByRole('button')).toHaveCount(0);
  // Who joined is led in; to anybody else the link says that it is used.
  await otherBrowser.goto(link);
  await expect(otherBrowser.getByRole('heading', { level: 1, name: 'Hello, Nora' })).toBeVisible();
  await page.goto(link);
  await expect(page.getByText('This invitation was accepted before')).toBeVisible();
});

test('an invitation is taken back, and its link says so', async ({ page, otherBrowser, server }) => {
  const email = `ned.${Date.now()}@northwind.example`;
  await signIn(page, OWNER);
  await page.goto('/account/invites');
  await inviteAs(page, email, 'viewer');
  const row = invitations(page).filter({ hasText: email });
  await row.getByRole('button', { name: /Take the invitation/ }).click();
  await expect(row.getByText('Taken back', { exact: true })).toBeVisible();
  const outbox = await Outbox.open(server);
  await otherBrowser.goto(await outbox.link(email, /invites you/));
  await expect(otherBrowser.getByText('This invitation was taken back')).toBeVisible();
  await accessible(otherBrowser, 'invite-revoked');
  await otherBrowser.goto('/invite/unknown');
  await expect(otherBrowser.getByText('This link opens no invitation')).toBeVisible();
});

test('somebody with an account signs in, leaves it and joins', async ({ page, otherBrowser, server }) => {
  const email = `nils.${Date.now()}@tailspin.example`;
  await signIn(page, OWNER);
  await page.goto('/account/invites');
  await inviteAs(page, email, 'engineer');
  await expect(invitations(page).filter({ hasText: email })).toBeVisible();
  const outbox = await Outbox.open(server);
  const link = await outbox.link(email, /invites you/);

  await page.goto(link);
  await expect(page.getByText(`You are signed in as ${OWNER}`)).toBeVisible();
  await accessible(page, 'invite-somebody-else');

  const nils = otherBrowser;
  await nils.goto('/register');
  await nils.getByLabel('Your name').fill('Nils Berg');
  await nils.getByLabel('Company').fill('Tailspin IT');
  await nils.getByLabel('Work email').fill(email);
  await nils.getByLabel('Password', { exact: true }).fill(SENTENCE);
  await nils.getByRole('button', { name: 'Create account' }).click();
  await expect(nils.getByRole('heading', { level: 1, name: 'Hello, Nils' })).toBeVisible();
  await nils.getByRole('button', { name: /Nils/ }).click();
  await nils.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(nils.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();

  await nils.goto(link);
  await expect(nils.getByText('You have a sign-in already')).toBeVisible();
  await accessible(nils, 'invite-has-account');
  await nils.getByRole('link', { name: 'Sign in' }).click();
  await nils.getByLabel('Email').fill(email);
  await nils.getByLabel('Password', { exact: true }).fill(SENTENCE);
  await nils.getByRole('button', { name: 'Sign in' }).click();
  await expect(nils.getByText('You leave Tailspin IT')).toBeVisible();
  await accessible(nils, 'invite-move');
  await nils.getByRole('button', { name: /^Leave Tailspin IT and join/ }).click();
  await expect(nils.getByRole('heading', { level: 1, name: 'Hello, Nils' })).toBeVisible();
  await nils.getByRole('button', { name: /Nils/ }).click();
  await expect(nils.getByRole('menu')).not.toContainText('Tailspin');
});
