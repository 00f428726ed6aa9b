import type { Locator, Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { LOG, png } from './fixtures/files';
import { expect, test } from './fixtures/test';

interface GivenFile {
  name: string;
  type: string;
  bytes: Buffer;
}

/** What the clipboard or the mouse carries, as the page gets it. */
async function give(
  target: Locator,
  event: 'paste' | 'drop' | 'dragover',
  files: GivenFile[],
): Promise<void> {
  const sent = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') }));
  await target.evaluate(
    (element, { event, sent }) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of sent) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      const init = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        event === 'paste'
          ? new ClipboardEvent('paste', { ...init, clipboardData: data })
          : new DragEvent(event, { ...init, dataTransfer: data }),
      );
    },
    { event, sent },
  );
}

const chips = (page: Page) => page.getByRole('list', { name: 'Attached files' });
const problem = (page: Page) => page.getByRole('textbox', { name: 'The problem' });
const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });

test('a screenshot and a log are brought, read, and stand with the evidence', async ({ signedIn: page }) => {
  await page.goto('/pilot');
  await test.step('pasted and chosen at the start', async () => {
    await problem(page).fill('Files do not sync since this morning');
    await give(problem(page), 'paste', [{ name: 'image.png', type: 'image/png', bytes: png() }]);
    await page
      .getByTestId('attach')
      .setInputFiles({ name: 'sync.log', mimeType: '', buffer: Buffer.from(LOG) });
    await expect(chips(page)).toContainText('2 error codes');
    await expect(chips(page).getByRole('img')).toHaveCount(0);
    await expect(chips(page).locator('img')).toBeVisible();
    await accessible(page, 'uploads-start');
  });
  await test.step('they outlive a reload', async () => {
    await page.reload();
    await expect(chips(page)).toContainText('sync.log');
    await expect(chips(page)).toContainText('image.png');
  });
  await test.step('the copilot reads the log', async () => {
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}$/);
    const talk = page.getByRole('list', { name: 'Conversation' });
    await expect(talk).toContainText('Log sync.log, 2 of 5 lines');
    await expect(talk.getByRole('img', { name: 'image.png' })).toBeVisible();
    const files = page.getByRole('region', { name: 'Files' });
    await expect(files.getByRole('img', { name: 'image.png' })).toBeVisible();
    await expect(files).toContainText('AADSTS50126');
    await expect(page.getByRole('region', { name: 'Error codes' })).toContainText('0x80070005');
    await accessible(page, 'uploads-evidence');
  });
  await test.step('more of them go with a message', async () => {
    const pane = page.getByTestId('transcript');
    const second = { name: 'second.png', type: 'image/png', bytes: png(200) };
    await give(pane, 'dragover', [second]);
    await expect(page.getByText('Drop pictures and logs here')).toBeVisible();
    await give(pane, 'drop', [second]);
    await expect(page.getByText('Drop pictures and logs here')).toBeHidden();
    await expect(chips(page).locator('img')).toBeVisible();
    await message(page).press('Enter');
    const talk = page.getByRole('list', { name: 'Conversation' });
    await expect(talk.getByRole('img', { name: 'second.png' })).toBeVisible();
    await expect(chips(page)).toBeHidden();
  });
  await test.step('one is saved, and one is deleted', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save sync.log' }).click();
    expect((await download).suggestedFilename()).toBe('sync.log');
    await page.getByRole('button', { name: 'Delete second.png' }).click();
    await page.getByRole('button', { name: 'Delete the file' }).click();
    await expect(page.getByRole('region', { name: 'Files' })).not.toContainText('second.png');
    await page.reload();
    await expect(page.getByRole('region', { name: 'Files' })).toContainText('sync.log');
    await expect(page.getByRole('region', { name: 'Files' })).not.toContainText('second.png');
  });
});

test.describe('what cannot be taken', () => {
  test.use({ expectedErrors: [/status of (415|422)/] });

  test('is said at its chip, in words, and the rest goes', async ({ signedIn: page }) => {
    await page.goto('/pilot');
    await problem(page).fill('A page and an empty file');
    await give(problem(page), 'drop', [
      {
        name: 'page.html',
        type: 'text/html',
        bytes: Buffer.from('<!doctype html><script>alert(1)</script>'),
      },
      { name: 'empty.log', type: 'text/plain', bytes: Buffer.alloc(0) },
      { name: 'large.log', type: 'text/plain', bytes: Buffer.alloc(5 * 1024 * 1024 + 1, 'a') },
      { name: 'fine.log', type: 'text/plain', bytes: Buffer.from(LOG) },
    ]);
    await expect(chips(page)).toContainText(
      'Pictures (PNG, JPEG, GIF, WebP) and logs as plain text are taken',
    );
    await expect(chips(page)).toContainText('There is nothing in this file.');
    await expect(chips(page)).toContainText('Larger than 5.0 MB');
    await expect(chips(page)).toContainText('2 error codes');
    await accessible(page, 'uploads-refused');
    for (const name of ['page.html', 'empty.log', 'large.log']) {
      await page.getByRole('button', { name: `Remove ${name}` }).click();
    }
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(page.getByRole('region', { name: 'Files' })).toContainText('fine.log');
  });
});

test.describe('served', () => {
  test.use({ expectedErrors: [/Refused to execute script/] });

  test('a script in a file does not run', async ({ signedIn: page, api, context }) => {
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const hostile = `INFO x\n<script>alert('ran')</script><img src=x onerror="alert('ran')">\nERROR 0x80070005`;
    const { id } = await api.upload('hostile.html', Buffer.from(hostile));
    // As somebody who has the token would open it: as a page of its own.
    await context.route(`**/api/v1/uploads/${id}`, (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${api.token}` } }),
    );
    const download = page.waitForEvent('download');
    await page.goto(`/api/v1/uploads/${id}`).catch(() => undefined);
    expect((await download).suggestedFilename()).toBe('hostile.html');
    await page.goto('/pilot');
    const answer = await page.evaluate((url) => {
      const script = document.createElement('script');
      script.src = url;
      const refused = new Promise((done) => {
        script.addEventListener('error', () => done('refused'));
        script.addEventListener('load', () => done('ran'));
      });
      document.body.append(script);
      return refused;
    }, `/api/v1/uploads/${id}`);
    expect(answer).toBe('refused');
    expect(dialogs).toEqual([]);
  });
});
