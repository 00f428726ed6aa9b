import { expect, PASSWORD, signIn, test } from './fixtures/test';

test.describe('a refused sign-in', () => {
  test.use({ expectedErrors: [/status of 401/] });
  test('says so and keeps the address', async ({ page }) => {
    await page.goto('/login');
    await page.getByLabel('Email').fill('eli@northwind.example');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('Incorrect email or password');
    await expect(page.getByLabel('Email')).toHaveValue('eli@northwind.example');
  });
});

test('a reload keeps the login, and no token is left where scripts could read it', async ({
  signedIn: page,
}) => {
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
  const stored = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  );
  expect(stored).not.toMatch(/eyJ|bearer|refresh/i);
});

test('a deep link survives the sign-in', async ({ page }) => {
  await page.goto('/sessions?status=completed');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel('Email').fill('eli@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/sessions\?status=completed$/);
});

test('signing out in one tab signs out the other', async ({ page, context }) => {
  await signIn(page);
  const other = await context.newPage();
  await other.goto('/flows');
  await expect(other.getByRole('heading', { level: 1, name: 'Flows' })).toBeVisible();
  await page.getByRole('button', { name: /Eli/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await expect(other).toHaveURL(/\/login$/);
});
