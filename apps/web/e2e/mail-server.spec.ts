import { accessible } from './fixtures/axe';
import { MailServer } from './fixtures/mail-server';
import { TestServer } from './fixtures/server';
import { SITE_ADMIN, siteAdmin } from './fixtures/site-admin';
import { expect, signIn, test as base } from './fixtures/test';

const VIC = 'vic@northwind.example';
/** What the mail server answers while nobody is welcome. */
const REFUSAL = 'nobody here by that name';

const test = base.extend<object, { mail: MailServer; server: TestServer }>({
  mail: [
    // oxlint-disable-next-line eslint/no-empty-pattern -- the shape Playwright asks for
    async ({}, use) => {
      const mail = new MailServer();
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

test('a mail the server refuses is parked with the reason, and goes out when tried again', async ({
  page,
  otherBrowser: reader,
  server,
  mail,
}) => {
  await reader.goto('/forgot-password');
  await reader.getByLabel('Email').fill(VIC);
  await reader.keyboard.press('Enter');
  await expect(reader.getByText('Look into your mailbox')).toBeVisible();

  const admin = await siteAdmin(server);
  // Asked of the server: a page reloaded while it waits may never come to show anything.
  const parked = () => admin.get<{ last_error: string | null }[]>('/admin/jobs?state=parked');
  await expect
    .poll(async () => (await parked()).some((job) => job.last_error?.includes(REFUSAL)), { timeout: 30_000 })
    .toBe(true);
  await signIn(page, SITE_ADMIN);
  await page.goto('/admin/jobs?state=parked');
  const job = page.getByRole('table', { name: 'Jobs' }).getByRole('row').filter({ hasText: 'Mail send' });
  await expect(job.filter({ hasText: REFUSAL }).first()).toBeVisible();
  await accessible(page, 'admin-jobs-parked');
  await page.goto('/admin/outbox?state=failed');
  const failed = page.getByRole('table', { name: 'Mails' }).getByRole('row').filter({ hasText: VIC });
  await expect(failed).toContainText(REFUSAL);
  await failed.getByRole('button', { name: `Open the mail to ${VIC}` }).click();
  // What was meant to leave is its reader's alone: its link would sign the site admin in as them.
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText("its words are its reader's alone");
  await expect(dialog).not.toContainText('reset-password');
  await accessible(page, 'admin-outbox-failed');
  await page.keyboard.press('Escape');

  mail.welcome = true;
  await page.goto('/admin/jobs?state=parked');
  await job.filter({ hasText: REFUSAL }).getByRole('button', { name: 'Try again: Mail send' }).last().click();
  await expect(page.getByText('The job is due now.')).toBeVisible();
  await expect.poll(() => mail.taken.filter((text) => text.includes(VIC)).length).toBe(1);
  expect(mail.taken.join('\n')).toContain('reset-password');
  await page.goto('/admin/outbox?state=sent');
  await expect(page.getByRole('row').filter({ hasText: VIC })).toContainText('taken');
});
