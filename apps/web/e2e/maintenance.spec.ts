import { expect, test } from './fixtures/test';

test('a round over three targets: launch, finish one by keyboard, see it counted', async ({
  signedIn: page,
  api,
}) => {
  await page.goto(`/flows/${await api.flowOf('maintenance')}`);
  await page.getByLabel('Targets').fill('HV-02\nHV-10\nHV-01\nHV-01');
  await page.getByRole('button', { name: 'Launch 3 sessions' }).click();
  await expect(page).toHaveURL(/\/batches\//);
  const round = page.url();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.getByRole('rowheader')).toHaveText([/HV-01/, /HV-02/, /HV-10/]);
  await expect(page.getByText('0 of 3 targets done')).toBeVisible();

  await page.getByRole('link', { name: 'HV-01' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: 'HV-02' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Start HV-02' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#step-title')).toBeVisible();
  await expect(page.getByText('HV-02').first()).toBeVisible();

  await page.keyboard.press('Enter');
  await expect(page.getByText(/^1 of \d+ steps$/)).toBeVisible();
  await page.goto(round);
  const second = rows.filter({ hasText: 'HV-02' });
  await expect(second.getByRole('link', { name: 'Continue HV-02' })).toBeVisible();
  await expect(second.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '1');
  await expect(second.getByRole('cell', { name: 'Eli Navarro' })).toBeVisible();

  await second.getByRole('link', { name: 'Continue HV-02' }).click();
  await page.getByRole('button', { name: /^Conclude/ }).click();
  await page.getByRole('radio', { name: /Workaround/ }).press('Space');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/document$/);
  await page.goto(round);
  await expect(page.getByText('1 of 3 targets done')).toBeVisible();
  await expect(second.getByRole('link', { name: 'Open the note of HV-02' })).toBeVisible();
});

test('the page of a round follows what happens elsewhere, without a reload', async ({
  signedIn: page,
  api,
}) => {
  const tree = await api.flowOf('maintenance');
  const batch = await api.post<{ batch_id: string; sessions: { id: string }[] }>('/sessions/batch', {
    tree_id: tree,
    targets: [{ label: 'SQL-01' }],
  });
  await page.goto(`/batches/${batch.batch_id}`);
  await expect(page.getByRole('button', { name: 'Start SQL-01' })).toBeVisible();
  await api.post(`/sessions/${batch.sessions[0]?.id}/start`);
  await expect(page.getByRole('link', { name: 'Continue SQL-01' })).toBeVisible();
});

test('the list of sessions leads back to the round', async ({ signedIn: page, api }) => {
  const batch = await api.post<{ batch_id: string }>('/sessions/batch', {
    tree_id: await api.flowOf('maintenance'),
    targets: [{ label: 'FW-77' }],
  });
  await page.goto('/sessions?status=prepared');
  const row = page.getByRole('listitem').filter({ hasText: 'FW-77' });
  await row.getByRole('link', { name: 'Round' }).click();
  await expect(page).toHaveURL(new RegExp(`/batches/${batch.batch_id}$`));
  await page.getByRole('button', { name: 'Start FW-77' }).click();
  await expect(page.locator('#step-title')).toBeVisible();
  await page.goto('/');
  const resume = page.getByRole('listitem').filter({ hasText: 'FW-77' });
  await resume.getByRole('link', { name: 'Round' }).click();
  await expect(page.getByRole('link', { name: 'Continue FW-77' })).toBeVisible();
});
