import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { expect, picture, test } from './fixtures/test';

const question = (page: Page) => page.getByRole('textbox', { name: 'Question' });
const sources = (page: Page) => page.getByRole('list', { name: 'Sources' }).last();

const RUNBOOK = `# Branch firewall

The spare FortiGate lies in the cabinet of room 12. [Open](javascript:alert(1)) <img src=x onerror=alert(1)>

# Out of hours

Call the bridge first.`;

test('a document is added, asked for, cited and opened', async ({ signedIn: page }) => {
  await test.step('nothing is there yet', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await expect(page).toHaveURL(/\/assistant$/);
    await expect(question(page)).toBeFocused();
    await picture(page, 'assistant-start');
    await accessible(page, 'assistant-start');
    await page.getByRole('link', { name: 'Documents' }).click();
    await expect(page.getByText('No documents yet')).toBeVisible();
  });

  await test.step('a file that is no text is refused, and a text is taken', async () => {
    await page.getByRole('button', { name: 'Add a document' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a document' });
    const file = dialog.getByLabel(/Or choose a file/);
    await file.setInputFiles({
      name: 'scan.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from([0x25, 0x50, 0xff, 0xfe]),
    });
    await expect(dialog.getByRole('alert')).toContainText('is no text');
    await file.setInputFiles({ name: 'Runbook.md', mimeType: 'text/markdown', buffer: Buffer.from(RUNBOOK) });
    await expect(dialog.getByLabel('Title')).toHaveValue('Runbook');
    await accessible(page, 'assistant-add-document');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('list', { name: 'Documents' })).toContainText('Runbook');
    await picture(page, 'assistant-documents');
  });

  await test.step('a question is answered with the passage, and says that nobody wrote it', async () => {
    await page.getByRole('link', { name: 'New' }).click();
    await question(page).fill('Where is the spare FortiGate?');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/assistant\/chats\//);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Where is the spare FortiGate?');
    await expect(page.getByRole('list', { name: 'Chat', exact: true })).toContainText(
      'nobody wrote an answer',
    );
    await expect(sources(page)).toContainText('room 12');
    await expect(sources(page)).toContainText('Branch firewall');
    await picture(page, 'assistant-answer');
    await accessible(page, 'assistant-answer');
  });

  await test.step('the source opens, and what is hostile in it is text', async () => {
    await page.getByRole('link', { name: 'Open the document Runbook' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Runbook', exact: true })).toBeVisible();
    await expect(page.getByText('The spare FortiGate lies')).toBeVisible();
    await expect(page.locator('main a[href^="javascript"]')).toHaveCount(0);
    await expect(page.locator('main img')).toHaveCount(0);
    await page.goBack();
  });

  await test.step('a flow is found too, and what nobody knows is said', async () => {
    await question(page).fill('Printer is offline or does not print, jobs stay in the queue');
    await page.keyboard.press('Enter');
    await expect(sources(page)).toContainText('Printer');
    await expect(page.getByRole('link', { name: /Open the flow/ }).first()).toBeVisible();
    const first = page.url();
    // What was asked before helps to understand a question: this one begins anew.
    await page.goto('/assistant');
    await question(page).fill('apple strudel with cinnamon');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('list', { name: 'Chat', exact: true })).toContainText(
      'Nothing in your flows',
    );
    await page.goto(first);
  });

  await test.step('it is renamed and deleted', async () => {
    await page.getByRole('button', { name: 'Rename the chat' }).click();
    const rename = page.getByRole('dialog', { name: 'Rename the chat' });
    await rename.getByLabel('Name').fill('Spares');
    await rename.getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('navigation', { name: 'Chats' })).toContainText('Spares');
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Spares');
    await expect(page.getByRole('list', { name: 'Chat', exact: true })).toContainText(
      'Where is the spare FortiGate?',
    );
    await page.getByRole('button', { name: 'Delete the chat' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/assistant$/);
    await expect(page.getByRole('list', { name: 'Chats' })).not.toContainText('Spares');
  });
});

test('the library is asked beside a session, which goes on as it was', async ({ signedIn: page, api }) => {
  const { id } = await api.post<{ id: string }>('/ai-sessions', {
    intake_content: { text: 'Printer is offline or does not print. Only Jamie cannot print.' },
  });
  await page.goto(`/pilot/${id}`);
  const step = await page.locator('#step-title').textContent();
  const panel = page.getByRole('region', { name: 'Ask the library' });
  await panel.getByRole('textbox', { name: 'Question' }).fill('VPN tunnel does not connect, error 809');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('list', { name: 'Sources' })).toContainText('VPN');
  await expect(page.locator('#step-title')).toHaveText(step ?? '');
  await picture(page, 'assistant-beside');
  await panel.getByRole('link', { name: 'Open in the assistant' }).click();
  await expect(page.getByText('Asked beside')).toBeVisible();
});
