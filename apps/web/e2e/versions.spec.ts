import { Api } from './fixtures/api';
import { expect, picture, test } from './fixtures/test';

interface Flow {
  id: string;
  revision: number;
}

/** A published flow of the engineer's own with two versions: a step got other words, and one was added. */
async function flowWithTwoVersions(api: Api): Promise<string> {
  const body = (title: string, extra: boolean) => ({
    name: 'Scanner sends no mail',
    tree_type: 'troubleshooting',
    status: 'published',
    tree_structure: {
      root: 'smtp',
      nodes: [
        {
          id: 'smtp',
          type: 'action',
          title,
          body: 'Open the panel.\nLook at the relay.',
          next: extra ? 'port' : 'end',
        },
        ...(extra ? [{ id: 'port', type: 'action', title: 'Open port 587', next: 'end' }] : []),
        { id: 'end', type: 'outcome', title: 'Mail is sent', outcome: 'resolved' },
      ],
    },
  });
  const flow = await api.post<Flow>('/trees', body('Check the relay', false));
  const { tree_structure } = body('Check the relay and its port', true);
  await api.put(`/trees/${flow.id}`, { tree_structure, status: 'published' });
  return flow.id;
}

test('two versions are compared, and the old one is brought back', async ({ signedIn: page, api }) => {
  await page.goto(`/flows/${await flowWithTwoVersions(api)}`);
  await page.getByRole('button', { name: 'Compare version 2' }).click();
  const compare = page.getByRole('dialog', { name: 'Compare' });
  await expect(compare.getByRole('status')).toHaveText('2 changes: 1 added, 1 changed');
  const changes = compare.getByRole('list', { name: 'Changes' });
  await expect(changes.getByText('Removed: Check the relay', { exact: true })).toBeVisible();
  await expect(changes.getByText('Added: Check the relay and its port')).toBeVisible();
  await changes.getByText('Open port 587').first().click();
  await picture(page, 'compare');
  await compare.getByLabel('To').selectOption('v1');
  await expect(compare.getByText('They say the same.')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Restore version 1' }).click();
  const restore = page.getByRole('dialog', { name: 'Restore version 1?' });
  await expect(restore.getByRole('status')).toHaveText('2 changes: 1 removed, 1 changed');
  await picture(page, 'restore');
  await restore.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByText('Version 1 is back, as version 3.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restore version 3' })).toBeVisible();
  await page.getByRole('tab', { name: 'Outline' }).click();
  await expect(page.getByText('Open port 587')).toHaveCount(0);
});

test('changes that no version holds are not lost without a word', async ({ signedIn: page, api }) => {
  const id = await flowWithTwoVersions(api);
  await api.put(`/trees/${id}`, { name: 'Scanner sends no mail at all' });
  await page.goto(`/flows/${id}`);
  await page.getByRole('button', { name: 'Restore version 2' }).click();
  await expect(page.getByText('There are changes that no version holds')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Scanner sends no mail at all');
});

test('a fork is held against its original', async ({ signedIn: page, api }) => {
  const original = await flowWithTwoVersions(api);
  const fork = await api.post<Flow>(`/trees/${original}/fork`, { name: 'Scanner at Contoso' });
  await api.put(`/trees/${original}`, { description: 'Since the relay moved.', status: 'published' });
  await page.goto(`/flows/${fork.id}`);
  await expect(page.getByText('The original of this fork has changed')).toBeVisible();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const compare = page.getByRole('dialog', { name: 'Compare' });
  await expect(compare.getByText('Added: Since the relay moved.')).toBeVisible();
});
