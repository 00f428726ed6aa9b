import type { Page } from '@playwright/test';

import type { Api } from './fixtures/api';
import { accessible } from './fixtures/axe';
import { MailServer } from './fixtures/mail-server';
import { TestServer } from './fixtures/server';
import { siteAdmin } from './fixtures/site-admin';
import { ENGINEER, expect, OWNER, picture, signIn, test as base } from './fixtures/test';
import { watching } from './fixtures/watching';

const TESS = 'tess@northwind.example';
const PRINTER = 'Printer is offline or does not print';
/** As many mails as the worker sends at once. */
const MAILS_AT_ONCE = 4;

const test = base.extend<object, { mail: MailServer; server: TestServer }>({
  mail: [
    // oxlint-disable-next-line eslint/no-empty-pattern -- the shape Playwright asks for
    async ({}, use) => {
      const mail = new MailServer();
      mail.welcome = true;
      await mail.start();
      await use(mail);
      await mail.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ mail }, use) => {
      const server = new TestServer(mail.settings);
      await server.start();
      await use(server);
      await server.remove();
    },
    { scope: 'worker' },
  ],
});

const queue = (page: Page) => page.getByRole('list', { name: 'Escalations that wait' });
const start = (page: Page) => page.getByRole('button', { name: /Start here/ });

/** A conversation of the engineer about a problem, with one step answered. */
async function conversation(api: Api, text: string): Promise<string> {
  const { id } = await api.post<{ id: string }>('/ai-sessions', {
    intake_content: { text },
    psa_ticket_id: '48213',
    client_name: 'Contoso Dental',
  });
  return id;
}

const escalate = (api: Api, id: string, reason: string) =>
  api.post<{ handoff: { id: string } }>(`/ai-sessions/${id}/handoff`, { intent: 'escalate', reason });

test('an escalation reaches an open queue, and is picked up with all that was tried', async ({
  signedIn: engineer,
  otherBrowser: receiver,
  api,
}) => {
  await signIn(receiver, OWNER);
  await watching(receiver, '/escalations');
  await expect(receiver.getByText('Nothing waits')).toBeVisible();
  await accessible(receiver, 'escalations-none');

  const id = await conversation(api, `${PRINTER}. Only Jamie at the front desk cannot print.`);
  await engineer.goto(`/pilot/${id}`);
  const title = engineer.locator('#step-title');
  const first = await title.textContent();
  await engineer.keyboard.press('1');
  await expect(title).not.toHaveText(first ?? '');

  await engineer.keyboard.press('h');
  const dialog = engineer.getByRole('dialog', { name: 'Hand it over' });
  const reason = dialog.getByLabel('Why it needs somebody else');
  await expect(reason).toBeFocused();
  await engineer.keyboard.type('No rights on the print server.');
  await expect(dialog.getByRole('region', { name: 'What the receiver will ask' })).toBeVisible();
  await accessible(engineer, 'escalate');
  await reason.press('Enter');
  await expect(engineer.getByText('Handed over')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await picture(engineer, 'pilot-handed-over');

  // No reload: the card comes by itself.
  const card = queue(receiver).getByRole('listitem');
  await expect(card).toContainText('No rights on the print server.');
  await expect(card).toContainText('#48213');
  await expect(card.locator('[data-unread]')).toBeVisible();
  await expect(receiver.getByRole('link', { name: /Escalations 1 waiting/ }).first()).toBeVisible();
  await accessible(receiver, 'escalations');

  await receiver.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  await expect(receiver.getByRole('dialog', { name: 'Notifications' })).toContainText('Escalation from Eli');
  await picture(receiver, 'bell');
  await receiver.keyboard.press('Escape');

  await card.getByRole('link').click();
  await expect(receiver).toHaveURL(new RegExp(`/pilot/${id}\\?pickup=true$`));
  await expect(receiver.getByRole('region', { name: 'What was tried' })).toContainText(first ?? '');
  await expect(receiver.getByText('What to do next')).toBeVisible();
  await accessible(receiver, 'briefing');
  await start(receiver).click();
  await expect(receiver).toHaveURL(new RegExp(`/pilot/${id}$`));
  await expect(receiver.locator('#step-title')).toBeVisible();
  await expect(receiver.getByRole('list', { name: 'Pilot sessions' }).getByRole('link')).toHaveAttribute(
    'href',
    `/pilot/${id}`,
  );

  const chips = receiver.getByRole('region', { name: 'Suggested next steps' });
  const chip = chips.getByRole('button').first();
  const step = await chip.textContent();
  await picture(receiver, 'pilot-picked-up');
  await chip.click();
  const message = receiver.getByRole('textbox', { name: 'Message' });
  await expect(message).toHaveValue(step ?? '');
  await message.press('Enter');
  await expect(chips).toHaveCount(0);
  await receiver.goto('/escalations');
  await expect(receiver.getByText('Nothing waits')).toBeVisible();
});

test.describe('a race', () => {
  // The browser reports the claim that comes too late, on purpose.
  test.use({ expectedErrors: [/status of 409/] });
  test('has one winner, and the other learns who it is', async ({
    otherBrowser: olivia,
    thirdBrowser: tess,
    api,
  }) => {
    const id = await conversation(api, `${PRINTER}. Nobody can print at Fabrikam.`);
    await escalate(api, id, 'Every queue is stuck.');
    await signIn(olivia, OWNER);
    await signIn(tess, TESS);
    for (const page of [olivia, tess]) {
      await page.goto(`/pilot/${id}?pickup=true`);
      await expect(start(page)).toBeVisible();
    }
    // Olivia presses first, and her claim is longer on its way.
    let arrive = () => {};
    const late = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await olivia.route('**/claim', async (route) => {
      await late;
      await route.continue();
    });
    const left = olivia.waitForRequest('**/claim');
    await start(olivia).click();
    await left;
    await start(tess).click();
    await expect(tess).toHaveURL(new RegExp(`/pilot/${id}$`));
    arrive();
    await expect(olivia.getByText('Already claimed by Tess Okafor just now.')).toBeVisible();
    await expect(olivia).toHaveURL(/\/escalations$/);
    await expect(olivia.getByText('Nothing waits')).toBeVisible();
    await picture(olivia, 'escalations-too-late');
    await expect(tess.locator('#step-title')).toBeVisible();
  });
});

test('nothing of an escalation waits for a mail server that hangs', async ({
  otherBrowser: receiver,
  api,
  mail,
  server,
}) => {
  const admin = await siteAdmin(server);
  await signIn(receiver, OWNER);
  // As many mails under way as may be, none of which gets through.
  mail.silent = true;
  for (const email of [ENGINEER, OWNER, TESS, 'vic@northwind.example']) {
    const asked = await fetch(`${server.url}/api/v1/auth/password/forgot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    });
    expect(asked.ok).toBe(true);
  }
  const running = async () => (await admin.get<unknown[]>('/admin/jobs?state=running')).length;
  await expect.poll(running).toBe(MAILS_AT_ONCE);

  const id = await conversation(api, `${PRINTER}. The label printer at Contoso prints blank labels.`);
  await escalate(api, id, 'I have never seen this one.');
  await watching(receiver, `/pilot/${id}?pickup=true`);
  // Long before the mails are given up, which is after 20 seconds.
  await expect(receiver.getByText('What to do next')).toBeVisible({ timeout: 10_000 });
  mail.speak();
});

test('two tabs read one stream, and both hear of it', async ({ otherBrowser: first, api }) => {
  await signIn(first, OWNER);
  await watching(first, '/escalations');
  // Beside the one that is open.
  let streams = 0;
  first.context().on('request', (request) => {
    if (request.url().endsWith('/escalations/stream')) streams += 1;
  });
  const second = await first.context().newPage();
  await second.goto('/escalations');
  await expect(queue(second).or(second.getByText('Nothing waits'))).toBeVisible();
  const id = await conversation(api, `${PRINTER}. Both tabs of the receiver show it.`);
  await escalate(api, id, 'Shown twice.');
  for (const page of [first, second]) await expect(queue(page)).toContainText('Shown twice.');
  expect(streams).toBe(0);

  await first.close();
  const other = await conversation(api, `${PRINTER}. The tab that is left shows it.`);
  await escalate(api, other, 'Shown once.');
  await expect(queue(second)).toContainText('Shown once.');
  expect(streams).toBe(1);
});

test('an escalation waits on the dashboard, and its numbers are counted', async ({
  otherBrowser: page,
  api,
}) => {
  const id = await conversation(api, `${PRINTER}. Somebody should look at the dashboard.`);
  await escalate(api, id, 'It stands on the dashboard.');
  await signIn(page, OWNER);
  const row = queue(page)
    .getByRole('listitem')
    .filter({ has: page.locator(`a[href*="${id}"]`) });
  await row.getByRole('button').click();
  await expect(row).toContainText('It stands on the dashboard.');
  await accessible(page, 'dashboard-escalations');
  await row.getByRole('link', { name: 'Pick up' }).click();
  await start(page).click();
  await expect(page.locator('#step-title')).toBeVisible();
  await page.goto('/escalations/numbers');
  await expect(page.getByRole('table', { name: 'By client' })).toContainText('Contoso Dental');
  await accessible(page, 'escalation-numbers');
  await page.setViewportSize({ width: 320, height: 640 });
  await accessible(page, 'escalation-numbers-narrow');
});

test('what somebody is told is theirs to choose, and is there after a reload', async ({ signedIn: page }) => {
  await page.goto('/account/notifications');
  const mail = page.getByRole('checkbox', { name: 'My escalation is claimed: by mail' });
  const before = await mail.isChecked();
  await mail.click();
  await page.getByRole('switch', { name: /Mail waits during these hours/ }).check({ force: true });
  await page.getByLabel('Until').fill('07:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(mail).toBeChecked({ checked: !before });
  await expect(page.getByLabel('Until')).toHaveValue('07:30');
  await accessible(page, 'notification-preferences');
  await page.goto('/notifications');
  await expect(page.getByRole('heading', { level: 1, name: 'Notifications' })).toBeVisible();
  await accessible(page, 'notifications');
});
