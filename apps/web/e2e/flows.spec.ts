import fs from 'node:fs/promises';

import { expect, picture, test } from './fixtures/test';

const FLOW = `schema: 1
name: Badge reader is dark
description: The door reader shows no light.
category: Hardware
type: troubleshooting
root: power
nodes:
  - id: power
    type: question
    title: Is the power supply warm?
    options:
      - label: It is warm
        next: done
      - label: It is cold
        next: swap
  - id: swap
    type: action
    title: Swap the power supply
    next: done
  - id: done
    type: outcome
    title: The reader has light
    outcome: resolved
`;
const file = (text: string, name = 'badge-reader.flow.yaml') => ({
  name,
  mimeType: 'application/yaml',
  buffer: Buffer.from(text),
});

test.describe('a flow file', () => {
  // The refusal is what the first half is about.
  test.use({ expectedErrors: [/status of 422/] });

  test('is refused with its line and column, and imported once it is mended', async ({ signedIn: page }) => {
    await page.goto('/flows');
    await page.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import flows' });
    await dialog
      .getByLabel('Flow file')
      .setInputFiles(file(FLOW.replace('    title: Swap', '    tilte: Swap')));
    await expect(dialog.getByText('badge-reader.flow.yaml')).toBeVisible();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await expect(dialog.getByRole('alert')).toContainText('line 18, column 5');
    await expect(dialog.getByRole('alert')).toContainText('tilte');

    await dialog.getByLabel('Or paste the text').fill(FLOW);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Badge reader is dark' })).toBeVisible();
    await expect(page.getByRole('main').getByText('Draft', { exact: true })).toBeVisible();
    await expect(page.getByText('Never published.')).toBeVisible();
  });
});

test.describe('several flow files', () => {
  test.use({ expectedErrors: [/status of 422/] });

  test('are imported one by one, and each says what became of it', async ({ signedIn: page }) => {
    await page.goto('/flows');
    await page.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import flows' });
    await dialog
      .getByLabel('Flow file')
      .setInputFiles([
        file(FLOW.replace('Badge reader is dark', 'Door one'), 'one.flow.yaml'),
        file(FLOW.replace('    title: Swap', '    tilte: Swap'), 'two.flow.yaml'),
        file(FLOW.replace('Badge reader is dark', 'Door three'), 'three.flow.yaml'),
      ]);
    await dialog.getByRole('button', { name: 'Import 3 files' }).click();
    await expect(dialog.getByRole('status')).toHaveText('2 of 3 files imported as drafts, 1 refused.');
    const rows = dialog.getByRole('list', { name: 'Files' }).getByRole('listitem');
    await expect(rows.nth(1)).toContainText('line 18, column 5');
    await picture(page, 'import-report');
    await rows.nth(2).getByRole('link', { name: 'Door three' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Door three' })).toBeVisible();
  });
});

test('a flow is exported as a file that can be read again', async ({ signedIn: page, api }) => {
  await page.goto(`/flows/${await api.flowOf('procedural')}`);
  const name = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export YAML' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^[a-z0-9-]+\.flow\.yaml$/);
  const text = await fs.readFile(await saved.path(), 'utf8');
  expect(text).toContain('schema: 1');
  expect(text).toContain(name);

  await page.goto('/flows');
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByLabel('Flow file').setInputFiles(file(text));
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('Never published.')).toBeVisible();
});

test('a fork is a draft of its own and gets its first version when it is published', async ({
  signedIn: page,
  api,
}) => {
  await page.goto(`/flows/${await api.flowOf('troubleshooting')}`);
  const original = page.url();
  await expect(page.getByText(/about \d+ min/)).toBeVisible();
  await page.getByRole('button', { name: 'Fork' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Fork' }).click();
  await expect(page.getByText('is your own copy')).toBeVisible();
  await expect(page).not.toHaveURL(original);
  await expect(page.getByRole('main').getByText('Draft', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Version 1 is published.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Publish' })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Versions' }).getByText('v1')).toBeVisible();
});

test('a search forgives a typing error and puts the best match first', async ({ signedIn: page }) => {
  await page.goto('/flows');
  await page.getByRole('searchbox', { name: 'Search flows' }).fill('outlok');
  const first = page.getByRole('list', { name: 'Flows' }).getByRole('link').first();
  await expect(first).toHaveText(/Outlook is not syncing/);
  // What the list can be narrowed by is counted over what was found.
  await expect(page.getByLabel('Type').getByRole('option', { name: /Maintenance/ })).toHaveCount(0);
  await page.getByLabel('Sort by').selectOption('name');
  await expect(page).toHaveURL(/sort=name/);
});

test('a favourite is marked, found by its filter, and kept', async ({ signedIn: page }) => {
  await page.goto('/flows?q=dhcp');
  await page.getByRole('button', { name: 'Add DHCP scope is exhausted to favourites' }).click();
  await expect(
    page.getByRole('button', { name: 'Remove DHCP scope is exhausted from favourites' }),
  ).toBeVisible();
  await page.goto('/flows');
  await page.getByRole('button', { name: 'Favourites', exact: true }).click();
  const flows = page.getByRole('list', { name: 'Flows' }).getByRole('listitem');
  await expect(flows.getByRole('link')).toHaveText(['DHCP scope is exhausted']);
  await page.getByRole('button', { name: /^Remove DHCP/ }).click();
  await expect(page.getByText('Mark a flow with its star to find it here.')).toBeVisible();
});

test('a fork has a reason, its details are edited, and it is archived and brought back', async ({
  signedIn: page,
  api,
}) => {
  await page.goto(`/flows/${await api.flowOf('troubleshooting')}`);
  await page.getByRole('button', { name: 'Fork' }).click();
  const fork = page.getByRole('dialog', { name: 'Fork this flow' });
  await fork.getByLabel('Name').fill('Lockout at Contoso');
  await fork.getByLabel('Reason').fill('They have two domains');
  await fork.getByRole('button', { name: 'Fork' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Lockout at Contoso' })).toBeVisible();
  await expect(page.getByText('They have two domains')).toBeVisible();

  await page.getByRole('button', { name: 'Edit the details' }).click();
  const details = page.getByRole('dialog', { name: 'Edit the details' });
  await details.getByLabel('Category').fill('Contoso');
  await details.getByLabel('Tags').fill('Lockout, two-domains, lockout');
  await details.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('list', { name: 'Tags' }).getByRole('listitem')).toHaveText([
    'lockout',
    'two-domains',
  ]);

  await page.getByRole('button', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await expect(page.getByText('Archived', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Bring back' }).click();
  await expect(page.getByText('Archived', { exact: true })).toHaveCount(0);
});
