import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { PsaSimulator } from './fixtures/psa';
import { TestServer } from './fixtures/server';
import { expect, OWNER, picture, signIn, test as base } from './fixtures/test';

const test = base.extend<object, { psa: PsaSimulator; server: TestServer }>({
  psa: [
    // oxlint-disable-next-line eslint/no-empty-pattern -- the shape Playwright asks for
    async ({}, use) => {
      const psa = new PsaSimulator();
      await psa.start();
      await use(psa);
      await psa.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ psa }, use) => {
      const server = new TestServer(psa.settings);
      await server.start();
      await use(server);
      await server.remove();
    },
    { scope: 'worker' },
  ],
});

// A session of a few seconds has no working time to charge, which its preview answers with 422; a ticket there is not, with 404.
test.use({ expectedErrors: [/status of (422|404)/] });
// Both people's pages are read by axe.
test.setTimeout(120_000);

const inTicket = (page: Page) => page.getByRole('region', { name: 'In the ticket' });

test('a team connects its PSA, starts from a ticket, and the note is in the ticket once', async ({
  page: owner,
  otherBrowser: engineer,
  psa,
}) => {
  await test.step('wrong keys are told apart, and what to do about them', async () => {
    await signIn(owner, OWNER);
    await owner.goto('/account/integrations');
    await owner.getByLabel('Address').fill(psa.keys.site);
    await owner.getByLabel('Company id').fill(psa.keys.company);
    await owner.getByLabel('Public key', { exact: true }).fill(psa.keys.public_key);
    await owner.getByLabel('Private key', { exact: true }).fill('not-the-private-key');
    await owner.getByLabel('Client id', { exact: true }).fill(psa.keys.client_id);
    await accessible(owner, 'psa-connect');
    await owner.getByRole('button', { name: 'Test' }).click();
    const steps = owner.getByRole('list', { name: 'Steps of the test' });
    await expect(steps).toContainText('Failed: Company and keys');
    await picture(owner, 'psa-wrong-keys');
  });

  await test.step('connect', async () => {
    await owner.getByLabel('Private key', { exact: true }).fill(psa.keys.private_key);
    await owner.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(owner.getByRole('list', { name: 'Steps of the test' })).toContainText('Good: Tickets');
    await expect(owner.getByRole('main')).not.toContainText(psa.keys.private_key);
    await accessible(owner, 'psa-connected');
    for (const [tab, shows] of [
      ['What is pushed', 'Post when a session is resolved'],
      ['Members', 'In the PSA'],
      ['Push log', 'Nothing was posted yet'],
    ] as const) {
      await owner.getByRole('tab', { name: tab }).click();
      await expect(owner.getByRole('tabpanel')).toContainText(shows);
      await accessible(owner, `psa-${tab.toLowerCase().replaceAll(' ', '-')}`);
    }
  });

  let ticket = '';
  await test.step('start from a ticket, by keyboard', async () => {
    await signIn(engineer);
    await engineer.goto('/pilot');
    await engineer.getByRole('button', { name: 'From a ticket' }).click();
    await expect(engineer.getByRole('searchbox', { name: 'Search tickets' })).toBeFocused();
    await expect(engineer.getByRole('list', { name: 'Tickets' }).getByRole('button').first()).toBeVisible();
    await accessible(engineer, 'psa-picker');
    await engineer.keyboard.press('ArrowDown');
    await engineer.keyboard.press('Enter');
    await expect(engineer.getByLabel('Ticket number')).toHaveValue(/^\d+$/);
    ticket = await engineer.getByLabel('Ticket number').inputValue();
    await expect(engineer.getByRole('region', { name: 'Ticket', exact: true })).toContainText(`#${ticket}`);
    await expect(engineer.getByRole('textbox', { name: 'The problem' })).not.toHaveValue('');
    await picture(engineer, 'psa-start');
    await engineer.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(engineer).toHaveURL(/\/pilot\/[0-9a-f-]{36}$/);
    await expect(engineer.getByRole('complementary', { name: 'Evidence' })).toContainText(`#${ticket}`);
  });

  const before = await psa.notesOf(ticket);
  await test.step('what would be posted can be read before', async () => {
    await inTicket(engineer).getByRole('button', { name: 'Preview…' }).click();
    const preview = engineer.getByRole('dialog', { name: 'For the ticket' });
    await expect(preview.getByRole('region', { name: 'Text of the note' })).not.toBeEmpty();
    await accessible(engineer, 'psa-preview');
    await engineer.keyboard.press('Escape');
    expect(await psa.notesOf(ticket)).toEqual(before);
  });

  await test.step('resolve, and the note is in the ticket once', async () => {
    await engineer.getByRole('button', { name: 'Resolve' }).click();
    await engineer.getByLabel('What was wrong, and what fixed it').fill('Eleven stuck jobs were cleared.');
    await engineer.getByRole('button', { name: 'Resolve and write the note' }).click();
    await engineer.getByRole('button', { name: 'Skip' }).click();
    await expect(engineer).toHaveURL(/\/document$/);
    await expect(inTicket(engineer)).toContainText(/Sent|Confirmed/, { timeout: 30_000 });
    const known = new Set(before.map(({ id }) => id));
    const fresh = (await psa.notesOf(ticket)).filter(({ id }) => !known.has(id));
    expect(fresh).toHaveLength(1);
    expect(fresh[0]?.text).toContain('Eleven stuck jobs were cleared');
    await accessible(engineer, 'psa-posted');
  });

  await test.step('the push log has it', async () => {
    await owner.goto('/account/integrations?tab=log');
    const log = owner.getByRole('list', { name: 'Push log' });
    await expect(log.getByRole('listitem')).toHaveCount(1);
    await expect(log).toContainText(`#${ticket}`);
  });

  await test.step('a note whose ticket is gone says what to do, and is kept', async () => {
    await engineer.goto('/pilot');
    await engineer.getByLabel('Ticket number').fill('999999');
    await engineer.getByRole('textbox', { name: 'The problem' }).fill('The label printer is offline');
    await engineer.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(engineer).toHaveURL(/\/pilot\/[0-9a-f-]{36}$/);
    await picture(engineer, 'psa-no-such-ticket');
    await engineer.getByRole('button', { name: 'Resolve' }).click();
    await engineer.getByLabel('What was wrong, and what fixed it').fill('The cable was loose.');
    await engineer.getByRole('button', { name: 'Resolve and write the note' }).click();
    await engineer.getByRole('button', { name: 'Skip' }).click();
    await expect(inTicket(engineer)).toContainText('copy it into the right ticket', { timeout: 30_000 });
    await accessible(engineer, 'psa-needs-review');
    await owner.getByRole('button', { name: 'Needs review' }).click();
    await expect(owner.getByRole('list', { name: 'Push log' })).toContainText(
      'copy it into the right ticket',
    );
    await accessible(owner, 'psa-push-log-trouble');
  });

  await test.step('what time is charged as is chosen by name', async () => {
    await owner.getByRole('tab', { name: 'What is pushed' }).click();
    await owner.getByRole('switch', { name: /active time/ }).press('Space');
    await owner.getByLabel('Work type').selectOption({ index: 1 });
    await accessible(owner, 'psa-settings-time');
    await owner.getByRole('button', { name: 'Undo the changes' }).click();
  });

  await test.step('another PSA asks for what it has', async () => {
    await owner.getByRole('tab', { name: 'PSA', exact: true }).click();
    await owner.getByRole('button', { name: 'Change' }).click();
    await owner.getByRole('combobox', { name: 'PSA' }).selectOption('HaloPSA');
    await accessible(owner, 'psa-connect-halo');
  });
});
