import { expect, focusedName, picture, test } from './fixtures/test';

test('older sessions are loaded below those that are there', async ({ signedIn: page, api }) => {
  const tree = await api.flowOf('procedural');
  const client = `Harbour ${Date.now()}`;
  const start = (ticket: number) =>
    api.post<{ id: string }>('/sessions', {
      tree_id: tree,
      client_name: client,
      ticket_number: `H-${ticket}`,
    });
  for (let ticket = 1; ticket <= 30; ticket += 1) await start(ticket);

  await page.goto(`/sessions?client=${encodeURIComponent(client)}`);
  const rows = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
  await expect(rows).toHaveCount(25);
  await expect(page.getByText('The newest 25')).toBeVisible();
  await picture(page, 'history');

  // Whatever begins meanwhile pushes nothing onto the next page a second time.
  await start(31);
  await page.getByRole('button', { name: 'Load older' }).press('Enter');
  await expect(rows).toHaveCount(30);
  await expect(page.getByText('All 30')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Load older' })).toHaveCount(0);
  const tickets = await rows.locator('span.font-mono').allTextContents();
  expect(tickets).toEqual(Array.from({ length: 30 }, (_, index) => `#H-${30 - index}`));
  await expect(rows.nth(25).getByRole('link').first()).toBeFocused();
  expect(await focusedName(page)).not.toBe('');
});

test.describe('a page of older sessions', () => {
  test.use({ expectedErrors: [/status of 500/] });

  test('that does not come says so, and comes when asked again', async ({ signedIn: page, api }) => {
    const tree = await api.flowOf('procedural');
    const client = `Quay ${Date.now()}`;
    for (let n = 0; n < 26; n += 1) await api.post('/sessions', { tree_id: tree, client_name: client });
    await page.goto(`/sessions?client=${encodeURIComponent(client)}`);
    const rows = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
    await expect(rows).toHaveCount(25);
    await page.route(/sessions\?.*cursor=/, (route) =>
      route.fulfill({ status: 500, json: { detail: 'No' } }),
    );
    await page.getByRole('button', { name: 'Load older' }).click();
    await expect(page.getByRole('alert')).toContainText('did not load');
    await expect(rows).toHaveCount(25);
    await page.unroute(/sessions\?.*cursor=/);
    await page.getByRole('button', { name: 'Load older' }).click();
    await expect(rows).toHaveCount(26);
  });
});
