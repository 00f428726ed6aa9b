import { expect, focusedName, test } from './fixtures/test';

/** Nothing here touches the mouse. */
test('sign in, run and conclude with the keyboard alone', async ({ page }) => {
  await page.goto('/login');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.type('eli@northwind.example');
  await page.keyboard.press('Tab');
  await page.keyboard.type('resolutionflow-demo');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeFocused();

  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder(/Search flows, sessions/)).toBeFocused();
  const found = page.waitForResponse(/trees\?search=outlook/);
  await page.keyboard.type('outlook');
  await found;
  const option = page
    .getByRole('group', { name: 'Flows' })
    .getByRole('option', { name: /outlook/i })
    .first();
  await expect(option).toBeVisible();
  for (let i = 0; i < 10 && (await option.getAttribute('aria-selected')) !== 'true'; i += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: /outlook/i })).toBeVisible();

  await page.keyboard.press('s');
  await expect(page.getByLabel('Ticket number')).toBeFocused();
  // Letters that are shortcuts are letters while typing.
  await page.keyboard.type('sbn1');
  await expect(page.getByLabel('Ticket number')).toHaveValue('sbn1');
  await page.keyboard.press('Enter');
  await expect(page.locator('#step-title')).toBeFocused();

  const first = await page.locator('#step-title').textContent();
  await page.keyboard.press('1');
  await expect(page.locator('#step-title')).not.toHaveText(first ?? '');
  await page.keyboard.press('b');
  await expect(page.locator('#step-title')).toHaveText(first ?? '');

  await page.keyboard.press('c');
  await page.keyboard.type('Restarted the router');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Your own steps' })).toContainText('Restarted the router');

  await page.keyboard.press('f');
  const conclude = page.getByRole('form', { name: 'Conclude the session' });
  await expect(conclude).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/document$/);
});

test('the skip link leads past the navigation', async ({ signedIn: page }) => {
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  expect(await focusedName(page)).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test('single keys can be switched off', async ({ signedIn: page }) => {
  await page.keyboard.press('?');
  await page.getByRole('switch', { name: /Single-key/ }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder(/Search flows, sessions/)).toBeFocused();
});
