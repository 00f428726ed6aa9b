import { createHmac } from 'node:crypto';

import type { Page } from '@playwright/test';

import { Api } from './fixtures/api';
import { ENGINEER, expect, OWNER, PASSWORD, picture, signIn, test } from './fixtures/test';

// A sign-in that lacks its code answers 401, which is the point; what is due 403; a wrong code 422.
test.use({ expectedErrors: [/status of (?:401|403|409|422)/] });

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows for a secret at an instant (RFC 6238), computed here and not by the server. */
function codeOf(secret: string, at = Date.now()): string {
  const bits = Array.from(secret, (sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
}

async function typeSignIn(page: Page, email: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Sets it up on the profile page; answers the secret and the recovery codes. */
async function setUp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.getByRole('button', { name: 'Set it up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up two-step sign-in' });
  await expect(dialog.getByRole('img', { name: 'Picture to scan' })).toBeVisible();
  await picture(page, 'second-factor-set-up');
  await dialog.getByText('No camera? Type the key instead').click();
  const secret = (await dialog.locator('code').textContent()) ?? '';
  await dialog.getByLabel('Code').fill('000000');
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  await expect(dialog.getByText(/is not right/)).toBeVisible();
  await dialog.getByLabel('Code').fill(codeOf(secret));
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  const kept = page.getByRole('dialog', { name: 'Keep your recovery codes' });
  await expect(kept.getByRole('listitem')).toHaveCount(10);
  await picture(page, 'second-factor-recovery');
  const codes = await kept.getByRole('listitem').allTextContents();
  await expect(kept.getByRole('button', { name: 'Done' })).toBeDisabled();
  await kept.getByRole('checkbox').check();
  await kept.getByRole('button', { name: 'Done' }).click();
  return { secret, codes };
}

test('a second factor is set up, asked, required and reset', async ({
  page,
  otherBrowser: colleague,
  server,
}) => {
  // The owner sets up their own.
  await signIn(page, OWNER);
  await page.goto('/account/profile');
  const { codes } = await setUp(page);
  await expect(page.getByText('10 recovery codes left')).toBeVisible();

  // Their next sign-in asks for a code; a recovery code is as good.
  await page.getByRole('button', { name: /Olivia/ }).click();
  await page.getByRole('menuitem', { name: /Sign out/ }).click();
  await typeSignIn(page, OWNER);
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await picture(page, 'second-factor-code');
  await page.getByLabel('Code').fill('what?');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('The code is not right');
  await page.getByLabel('Code').fill((codes[0] ?? '').toLowerCase());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Enter your code');

  // They require it of everybody: a colleague who is signed in is led to set theirs up.
  await signIn(colleague, ENGINEER);
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Require it of everybody' }).click();
  const ask = page.getByRole('dialog', { name: 'Require two-step sign-in?' });
  await ask.getByRole('button', { name: 'Require it' }).click();
  await expect(page.getByRole('button', { name: 'Do not require it any more' })).toBeVisible();
  await picture(page, 'second-factor-policy');
  await colleague.goto('/flows');
  await expect(colleague).toHaveURL(/\/account\/profile$/);
  await expect(colleague.getByText('Your account requires it')).toBeVisible();
  await picture(colleague, 'second-factor-due');
  await setUp(colleague);
  await expect(colleague.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
  await colleague.goto('/flows');
  await expect(colleague).toHaveURL(/\/flows$/);

  // Lost phone: the owner resets it, and the colleague's password is enough to set up another.
  await page.reload();
  await page.getByRole('button', { name: 'Reset for Eli Navarro' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByText('can sign in with the password alone')).toBeVisible();
  const again = await Api.signIn(server.url, ENGINEER, PASSWORD);
  expect(again).toBeDefined();

  // As it was.
  await page.getByRole('button', { name: 'Do not require it any more' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop requiring it' }).click();
  await expect(page.getByRole('button', { name: 'Require it of everybody' })).toBeVisible();
  await page.goto('/account/profile');
  await page.getByRole('button', { name: 'Turn it off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Turn it off' }).click();
  await expect(page.getByRole('button', { name: 'Set it up' })).toBeVisible();
});
