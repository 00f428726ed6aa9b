import { ENGINEER, expect, OWNER, signIn, test } from './fixtures/test';

test('a session prepared for a colleague is on their dashboard, and they start it', async ({
  page,
  otherBrowser: colleague,
  api,
}) => {
  await signIn(page, OWNER);
  await page.goto(`/flows/${await api.flowOf('troubleshooting')}`);
  const flow = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await page.getByRole('tab', { name: 'Prepare' }).click();
  const form = page.getByRole('form', { name: 'Prepare a session' });
  await form.getByLabel('For', { exact: true }).selectOption({ label: 'Eli Navarro' });
  await form.getByLabel('Ticket number').fill('52117');
  await form.getByLabel('Client').fill('Tailspin Toys');
  // The flow's own variables come after what every session has.
  const variable = form.locator('input[type="text"]').last();
  await variable.fill('known-already');
  await form.getByRole('button', { name: 'Prepare' }).click();
  await expect(page.getByText('Prepared for Eli Navarro.')).toBeVisible();

  await signIn(colleague, ENGINEER);
  const prepared = colleague.getByRole('list', { name: 'Prepared for you' });
  const row = prepared.getByRole('listitem').filter({ hasText: '52117' });
  await expect(row.getByRole('definition')).toHaveText(['known-already']);
  await row.getByRole('link').click();
  await expect(colleague.getByRole('heading', { level: 1, name: flow })).toBeVisible();
  await expect(colleague.getByText('Olivia Brandt')).toBeVisible();
  await expect(colleague.getByText('Tailspin Toys')).toBeVisible();
  await colleague.keyboard.press('Enter');
  await expect(colleague.locator('#step-title')).toBeVisible();
  await expect(colleague.getByText('#52117')).toBeVisible();
});

test.describe('a page of somebody else', () => {
  test.use({ expectedErrors: [/status of 40[34]/] });

  test('says that it may not be opened, and one that is not there says that', async ({ page, api }) => {
    const own = await api.post<{ id: string }>('/sessions', { tree_id: await api.flowOf('procedural') });
    await signIn(page, 'vic@northwind.example');
    await page.goto(`/sessions/${own.id}`);
    await expect(page.getByText('You cannot open this')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: 'No access' })).toBeVisible();
    await page.goto('/sessions/00000000-0000-7000-8000-000000000000');
    await expect(page.getByText('Nothing here')).toBeVisible();
  });
});
