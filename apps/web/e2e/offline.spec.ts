import { expect, test } from './fixtures/test';

// The browser itself reports every request that cannot leave.
test.use({ expectedErrors: [/net::ERR_INTERNET_DISCONNECTED/] });

test('nothing typed is lost without a network, across a reload, and it is sent when the network is back', async ({
  signedIn: page,
  context,
}) => {
  await page.goto('/flows?q=outlook');
  await page.getByRole('list', { name: 'Flows' }).getByRole('link').first().click();
  await page.getByLabel('Ticket number').fill('61000');
  await page.keyboard.press('Enter');
  const title = page.locator('#step-title');
  await expect(title).toBeVisible();
  const first = await title.textContent();

  await context.setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.type('Typed without a network');
  await page.keyboard.press('Escape');
  await page.keyboard.press('1');
  await expect(title).not.toHaveText(first ?? '');
  const second = await title.textContent();
  await page.getByRole('textbox', { name: 'Scratchpad' }).fill('Remember the switch');
  await expect(page.getByText('Kept here, not sent')).toBeVisible();

  // A reload needs the page itself, so the network returns with it; the queue must be found and sent.
  await context.setOffline(false);
  await page.reload();
  await expect(title).toHaveText(second ?? '');
  await expect(page.getByRole('textbox', { name: 'Scratchpad' })).toHaveValue('Remember the switch');
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('rf.queue.'))))
    .toEqual([]);
});
