import fs from 'node:fs/promises';

import { expect, picture, test } from './fixtures/test';

test('the whole library goes into one file and comes back out of it', async ({ signedIn: page, api }) => {
  const { id } = await api.post<{ id: string }>('/folders', { name: 'Travels', scope: 'account' });
  const flow = await api.flowOf('procedural');
  const fork = await api.post<{ id: string }>(`/trees/${flow}/fork`, { name: 'Ours to take along' });
  await api.put(`/folders/${id}/trees/${fork.id}`, {});

  await page.goto('/flows');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export all' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('library.zip');
  const archive = await fs.readFile(await download.path());

  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Import flows' });
  await dialog
    .getByLabel('Flow file')
    .setInputFiles({ name: 'library.zip', mimeType: 'application/zip', buffer: archive });
  await dialog.getByRole('button', { name: 'Import the archive' }).click();
  await expect(dialog.getByRole('status')).toContainText('imported.');
  await expect(dialog.getByRole('list', { name: 'Files' })).toContainText(
    'flows/ours-to-take-along.flow.yaml',
  );
  await picture(page, 'library-archive');
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  // Both are in the one folder now.
  await page
    .getByRole('navigation', { name: 'Folders' })
    .getByRole('button', { name: /^Travels/ })
    .click();
  await expect(page.getByRole('main').getByRole('list', { name: 'Flows' }).getByRole('link')).toHaveCount(2);
});
