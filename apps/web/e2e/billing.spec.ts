import { accessible } from './fixtures/axe';
import { PaymentProvider } from './fixtures/payments';
import { TestServer } from './fixtures/server';
import { accountOf, register, siteAdmin } from './fixtures/site-admin';
import { expect, OWNER, picture, signIn, test } from './fixtures/test';

test.setTimeout(120_000);

test('without a payment provider the page says so and what to do', async ({ page }) => {
  await signIn(page, OWNER);
  await page.goto('/account/billing');
  await expect(page.getByRole('heading', { level: 1, name: 'Plan and billing' })).toBeVisible();
  await expect(page.getByText('Billing is not set up on this installation')).toBeVisible();
  await expect(page.getByRole('form', { name: 'Choose Pro' })).toHaveCount(0);
  await accessible(page, 'billing');
});

test.describe('an account that lapsed', () => {
  // What the product refuses until the plan is settled, and the pages of the owner alone.
  test.use({ expectedErrors: [/status of 40[23]/] });

  test('says so to everybody by role, keeps what was done, and opens by itself once settled', async ({
    page,
    otherBrowser: colleague,
    server,
    api,
  }) => {
    const admin = await siteAdmin(server);
    const account = await accountOf(api);
    const stand = (plan: string, status: string) =>
      admin.patch(`/admin/accounts/${account}/subscription`, { plan, status });
    const before = await api.get<{ subscription: { plan: string; status: string } }>('/auth/me');
    const flow = await api.flowOf('troubleshooting');
    await signIn(colleague);
    await colleague.goto(`/flows/${flow}`);
    await expect(colleague.getByRole('button', { name: 'Start session' }).first()).toBeVisible();
    try {
      await stand('pro', 'locked');

      await test.step('in the middle of work: the page closes when it next asks, which it does by itself', async () => {
        await expect(colleague.getByRole('button', { name: 'Start session' })).toHaveCount(0, {
          timeout: 30_000,
        });
        const banner = colleague.getByRole('region', { name: 'Plan' });
        await expect(banner).toContainText('A payment is missing. Ask Olivia Brandt to settle it.');
        await expect(banner.getByRole('link')).toHaveCount(0);
        await expect(
          colleague.getByRole('heading', { level: 1, name: 'Closed until the plan is settled' }),
        ).toBeVisible();
        await accessible(colleague, 'lapsed-engineer');
      });

      await test.step('the owner is led to the payment, and the account stays usable', async () => {
        await page.goto('/login');
        await page.getByLabel('Email').fill(OWNER);
        await page.getByLabel('Password', { exact: true }).fill('resolutionflow-demo');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByRole('heading', { level: 1, name: /Closed/ })).toBeVisible();
        await picture(page, 'lapsed-owner');
        await page.getByRole('region', { name: 'Plan' }).getByRole('link', { name: 'Go to billing' }).click();
        await expect(page.getByText('Locked', { exact: true })).toBeVisible();
        await expect(page.getByText(/A payment is missing. Flows and sessions are closed/)).toBeVisible();
        await accessible(page, 'billing-locked');
        await page.goto('/account/audit');
        await expect(page.getByRole('button', { name: 'Subscription changed' }).first()).toBeVisible();
      });

      await stand(before.subscription.plan, before.subscription.status);
      await test.step('settled: it opens without a new sign-in', async () => {
        await colleague.getByRole('button', { name: 'Look again' }).click();
        await expect(colleague.getByRole('heading', { level: 1 })).not.toHaveText(/Closed/);
        await expect(colleague.getByRole('region', { name: 'Plan' })).toHaveCount(0);
        await page.goto('/');
        await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
      });
    } finally {
      await stand(before.subscription.plan, before.subscription.status);
    }
  });
});

test('where plans are sold, an owner buys one, waits for its confirmation and manages it', async ({
  page,
}) => {
  const provider = new PaymentProvider();
  await provider.start();
  const server = new TestServer(provider.settings);
  await server.start();
  try {
    provider.product = server.url;
    await server.operate('billing', 'sync-plans');
    await register(server, 'lena@tailspin.example', 'Lena Ortiz', 'Tailspin IT');
    await page.goto(`${server.url}/login`);
    await page.getByLabel('Email').fill('lena@tailspin.example');
    await page.getByLabel('Password', { exact: true }).fill('resolutionflow-demo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
    await page.goto(`${server.url}/account/billing`);
    await expect(page.getByText('of 25')).toBeVisible();
    await expect(page.getByRole('button', { name: /Invoices/ })).toHaveCount(0);
    await page.getByRole('radio', { name: 'Yearly' }).check({ force: true });
    await accessible(page, 'billing-free');
    await page.getByRole('button', { name: 'Go to checkout' }).click();

    await expect(page.getByText('Waiting for the payment provider')).toBeVisible();
    await provider.confirm();
    await expect(page.getByText('Thank you. Pro is running.')).toBeVisible();
    await expect(page.getByText(/Renews on/)).toBeVisible();
    await expect(page.getByRole('form', { name: 'Choose Pro' })).toHaveCount(0);
    await accessible(page, 'billing-pro');
    await page.getByRole('button', { name: /Invoices, card and cancelling/ }).click();
    await expect(page).toHaveURL(`${provider.url}/portal-of-cus_1`);
  } finally {
    await server.remove();
    await provider.stop();
  }
});

test.describe('a plan that is full', () => {
  // The flow that has no room.
  test.use({ expectedErrors: [/status of 402/] });

  test('says so where it was wanted, and leads to the plan', async ({ page, server }) => {
    const owner = await register(server, 'finn@woodgrove.example', 'Finn Berg', 'Woodgrove');
    const flow = await owner.flowOf('troubleshooting');
    for (let n = 0; n < 25; n += 1) await owner.post(`/trees/${flow}/fork`, { name: `Copy ${n}` });
    await signIn(page, 'finn@woodgrove.example');
    await page.goto(`/flows/${flow}`);
    await page.getByRole('button', { name: 'Fork' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /Fork/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Your plan has no room for another flow' });
    await expect(dialog).toContainText('Tree limit reached (25/25).');
    await picture(page, 'plan-full');
    await dialog.getByRole('button', { name: 'See the plan' }).click();
    await expect(page.getByText('The limit is reached.')).toBeVisible();
    await accessible(page, 'billing-full');
  });
});
