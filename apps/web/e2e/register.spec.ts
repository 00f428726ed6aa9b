import { Api } from './fixtures/api';
import { expect, PASSWORD, test } from './fixtures/test';

test.describe('somebody new', () => {
  test.use({ expectedErrors: [/status of 40[29]/] });

  test('registers, sees what to do first, and is told when the plan is full', async ({ page, server }) => {
    const email = `nina.${Date.now()}@tailspin.example`;
    await page.goto('/login');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Your name').fill('Nina Falk');
    await page.getByLabel('Company').fill('Tailspin IT');
    await page.getByLabel('Work email').fill('eli@northwind.example');
    await page.getByLabel('Password', { exact: true }).fill('a sentence nobody guesses');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('This email already has an account.')).toBeVisible();
    await page.getByLabel('Work email').fill(email);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Hello, Nina' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Your first note is a minute away' })).toBeVisible();
    await expect(page.getByRole('list', { name: 'Most used flows' })).toBeVisible();

    await page.goto('/sessions');
    await expect(page.getByText('No sessions yet')).toBeVisible();
    await page.getByRole('radio', { name: 'Running' }).press('Space');
    await expect(page.getByText('Nothing is running')).toBeVisible();

    const api = await Api.signIn(server.url, email, 'a sentence nobody guesses');
    const flow = await api.flowOf('troubleshooting');
    for (let i = 0; i < 25; i += 1) await api.post(`/trees/${flow}/fork`);
    const session = await api.post<{ id: string }>('/sessions', { tree_id: flow });
    await page.goto(`/sessions/${session.id}`);
    await page.getByRole('button', { name: 'Save as flow' }).click();
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await expect(page.getByRole('alert')).toContainText('Tree limit reached (25/25)');
  });
});

test('the demo names its sign-ins and fills them in', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: 'Fill in olivia@northwind.example' }).click();
  await expect(page.getByLabel('Email')).toHaveValue('olivia@northwind.example');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Hello, Olivia' })).toBeVisible();
});

test('an installation without registration offers none', async ({ page }) => {
  await page.route('**/api/v1/meta', async (route) => {
    const response = await route.fetch();
    const meta = (await response.json()) as object;
    await route.fulfill({ response, json: { ...meta, demo: false, signup_enabled: false } });
  });
  await page.goto('/login');
  await expect(page.getByText('Ask whoever runs this installation')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
  await expect(page.getByText('northwind')).toHaveCount(0);
  await page.goto('/register');
  await expect(page.getByRole('heading', { level: 1, name: 'Registration is closed' })).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
});
