import type { BrowserContext, Page } from '@playwright/test';

import { Api } from './fixtures/api';
import type { TestServer } from './fixtures/server';
import { ENGINEER, expect, OWNER, PASSWORD, picture, signIn, test } from './fixtures/test';

// The end of a sign-in is a 401; which one, is what these are about.
test.use({ expectedErrors: [/status of 401/] });

const MINUTE = 60;
/** The server is ahead of the tabs by so many seconds at most: what it says of an end is as wrong as that. */
const STEP = 15;

/** The server's clock and that of every tab, moved together. */
class Clocks {
  private ahead = 0;
  private readonly context: BrowserContext;
  private readonly server: TestServer;

  private constructor(context: BrowserContext, server: TestServer) {
    this.context = context;
    this.server = server;
  }

  static async set(context: BrowserContext, server: TestServer): Promise<Clocks> {
    server.aheadBy(0);
    await context.clock.install();
    return new Clocks(context, server);
  }

  async pass(minutes: number): Promise<void> {
    const goal = this.ahead + minutes * MINUTE;
    while (this.ahead < goal) {
      const step = Math.min(STEP, goal - this.ahead);
      this.ahead += step;
      this.server.aheadBy(this.ahead);
      await this.context.clock.runFor(step * 1000);
    }
  }
}

/** What an owner set before anybody here signed in. */
async function withPolicy(server: TestServer, idle: number | null, absolute: number | null): Promise<void> {
  server.aheadBy(0);
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  await owner.patch('/accounts/me/security', {
    session_idle_minutes: idle,
    session_absolute_minutes: absolute,
  });
}

test.afterEach(async ({ server }) => withPolicy(server, null, null));

/** Two tabs of one sign-in, both on a page. */
async function twoTabs(context: BrowserContext, page: Page, email = ENGINEER): Promise<[Page, Page]> {
  await signIn(page, email);
  const other = await context.newPage();
  await other.goto('/flows');
  await expect(other.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
  return [page, other];
}

/** Counts what either tab asks of the sign-in. */
function refreshes(context: BrowserContext): string[] {
  const seen: string[] = [];
  context.on('response', (response) => {
    if (new URL(response.url()).pathname === '/api/v1/auth/refresh') seen.push(String(response.status()));
  });
  return seen;
}

/**
 * Lets the first token run out. Whoever opens a page is there, which is worth one renewal; it is waited for, so that the
 * tabs learn of the new end when it was given and not half an hour of theirs later.
 */
async function renewed(clocks: Clocks, asked: string[]): Promise<void> {
  await clocks.pass(5.5);
  await expect.poll(() => asked).toEqual(['200']);
}

const idleNotice = (page: Page) => page.getByRole('alert').filter({ hasText: 'signed out for inactivity' });
const absoluteNotice = (page: Page) => page.getByRole('alert').filter({ hasText: 'about to end' });

test('EXPUI-02..04: five minutes before the idle end both tabs warn, and staying in one keeps both', async ({
  page,
  context,
  server,
}) => {
  await withPolicy(server, 15, 240);
  const clocks = await Clocks.set(context, server);
  const tabs = await twoTabs(context, page);
  const asked = refreshes(context);
  await renewed(clocks, asked);
  // Nobody touches either tab from here on: what pages ask by themselves keeps nothing alive.
  await clocks.pass(8.5);
  for (const tab of tabs) await expect(idleNotice(tab)).toHaveCount(0);
  expect(asked).toEqual(['200']);
  await clocks.pass(2);
  for (const tab of tabs) await expect(idleNotice(tab)).toHaveAttribute('data-tone', 'warning');
  await idleNotice(tabs[0]).getByRole('button', { name: 'Stay signed in' }).click();
  for (const tab of tabs) await expect(idleNotice(tab)).toHaveCount(0);
  expect(asked).toEqual(['200', '200']);
  // And again.
  await clocks.pass(10.5);
  await idleNotice(tabs[1]).getByRole('button', { name: 'Dismiss' }).click();
  await clocks.pass(1);
  // Who dismisses it is there: neither tab warns any more.
  for (const tab of tabs) await expect(idleNotice(tab)).toHaveCount(0);
});

test('EXPUI-11, EXPUI-12: an idle end leads both tabs to the sign-in with its banner', async ({
  page,
  context,
  server,
}) => {
  await withPolicy(server, 15, 240);
  const clocks = await Clocks.set(context, server);
  const tabs = await twoTabs(context, page);
  const asked = refreshes(context);
  await renewed(clocks, asked);
  await clocks.pass(16);
  for (const tab of tabs) {
    await expect(tab).toHaveURL(/\/login\?reason=session_expired/);
    await expect(tab.getByRole('status').filter({ hasText: 'Your session has expired' })).toBeVisible();
  }
  await picture(page, 'expired');
  // One of them asked each time, and told the other.
  expect(asked).toEqual(['200', '401']);
  // Whoever signs in again in one is in both, where they were.
  await tabs[1].getByLabel('Email').fill(ENGINEER);
  await tabs[1].getByLabel('Password', { exact: true }).fill(PASSWORD);
  await tabs[1].getByRole('button', { name: 'Sign in' }).click();
  await expect(tabs[1]).toHaveURL(/\/flows$/);
});

test('EXPUI-04, EXPUI-12: at the absolute end there is nothing to keep, and the banner says why', async ({
  page,
  context,
  server,
}) => {
  await withPolicy(server, 60, 60);
  const clocks = await Clocks.set(context, server);
  const tabs = await twoTabs(context, page);
  await renewed(clocks, refreshes(context));
  await clocks.pass(48.5);
  for (const tab of tabs) await expect(absoluteNotice(tab)).toHaveCount(0);
  await clocks.pass(2);
  for (const tab of tabs) await expect(absoluteNotice(tab)).toHaveAttribute('data-tone', 'info');
  await expect(absoluteNotice(page).getByRole('button', { name: 'Stay signed in' })).toHaveCount(0);
  await clocks.pass(5);
  for (const tab of tabs) await expect(tab).toHaveURL(/\/login\?reason=session_expired/);
});

test('EXPUI-12: two tabs that need a new token at once ask for one', async ({ page, context, server }) => {
  await withPolicy(server, 60, 240);
  const clocks = await Clocks.set(context, server);
  const tabs = await twoTabs(context, page);
  const asked = refreshes(context);
  await clocks.pass(6);
  await Promise.all(tabs.map((tab) => tab.getByRole('link', { name: 'Sessions' }).first().click()));
  for (const tab of tabs)
    await expect(tab.getByRole('heading', { level: 1, name: 'Sessions' })).toBeVisible();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  // Both have been renewed, and nothing is under way.
  await Promise.all(tabs.map((tab) => tab.getByRole('link', { name: 'Flows' }).first().click()));
  for (const tab of tabs) await expect(tab.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
  expect(asked).toEqual(['200']);
});

test('EXPUI-12: whoever was signed out by an owner is told nothing of an end', async ({
  page,
  context,
  server,
}) => {
  await Clocks.set(context, server);
  const tabs = await twoTabs(context, page);
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  await owner.post('/accounts/me/security/revoke-sessions', { scope: 'others' });
  await tabs[0].getByRole('link', { name: 'Flows' }).first().click();
  for (const tab of tabs) {
    await expect(tab).toHaveURL(/\/login(\?next=%2Fflows)?$/);
    await expect(tab.getByText('Your session has expired')).toHaveCount(0);
  }
});

test('EXPUI-05: a policy applies at the next sign-in, and not to this one', async ({
  page,
  context,
  server,
}) => {
  const clocks = await Clocks.set(context, server);
  const tabs = await twoTabs(context, page, OWNER);
  await page.goto('/account/security');
  await expect(page.getByText('Applies at next login.')).toBeVisible();
  await page.getByText('Custom', { exact: true }).click();
  await page.getByLabel('Idle limit (minutes)').fill('15');
  await page.getByLabel('Absolute limit (minutes)').fill('60');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await clocks.pass(61);
  for (const tab of tabs) await expect(idleNotice(tab).or(absoluteNotice(tab))).toHaveCount(0);
  await tabs[1].getByRole('link', { name: 'Sessions' }).first().click();
  await expect(tabs[1].getByRole('heading', { level: 1, name: 'Sessions' })).toBeVisible();
});

test('EXPUI-10: signing out in one tab signs out of all', async ({ page, context, server }) => {
  await Clocks.set(context, server);
  const tabs = await twoTabs(context, page);
  await page.getByRole('button', { name: /Eli/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  for (const tab of tabs) await expect(tab).toHaveURL(/\/login/);
});

test('EXPUI-08: ending everybody else ends the owner in another browser too', async ({
  page,
  otherBrowser,
  server,
}) => {
  server.aheadBy(0);
  await signIn(otherBrowser, OWNER);
  const engineer = await Api.signIn(server.url, ENGINEER, PASSWORD);
  expect(engineer).toBeTruthy();
  await signIn(page, OWNER);
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Sign everyone out except me' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign everyone else out?' });
  await expect(dialog).toContainText('your other devices');
  await dialog.getByRole('button', { name: 'Sign everyone else out' }).click();
  await expect(page.getByText('Only you are signed in.')).toBeVisible();
  await otherBrowser.getByRole('link', { name: 'Flows' }).first().click();
  await expect(otherBrowser).toHaveURL(/\/login/);
  await page.getByRole('link', { name: 'Flows' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
});
