import type { Page } from '@playwright/test';

import { accessible } from './fixtures/axe';
import { expect, picture, test as base } from './fixtures/test';
import { test } from './fixtures/with-model';

const CAME_IN =
  'No internet at the branch office since the firewall was replaced, host FW-BRANCH01. The admin password is Sommer2026!';
const PROBLEM = 'No internet at the branch office since the firewall was replaced.';

const note = (page: Page) => page.getByTestId('note-text');
const writing = (page: Page) => page.getByTestId('note-writing');
const editor = (page: Page) => page.getByRole('textbox', { name: 'The note' });
const mask = (page: Page) => page.getByRole('switch', { name: 'Mask sensitive data' });

interface Poster {
  post: <T>(path: string, body: unknown) => Promise<T>;
}

const begin = (api: Poster) =>
  api.post<{ id: string }>('/ai-sessions', { intake_content: { text: CAME_IN }, psa_ticket_id: '48213' });

base.describe('the offline copilot', () => {
  base(
    'a session ends with its note, said better and copied without what is private',
    async ({ signedIn: page, api, context }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const { id } = await begin(api);
      await page.goto(`/pilot/${id}`);
      await expect(page.locator('#step-title')).toBeVisible();
      await page.keyboard.press('f');
      await page
        .getByLabel('What was wrong, and what fixed it')
        .fill('The uplink was patched to the new firewall.');
      await page.getByRole('button', { name: 'Resolve and write the note' }).click();
      const dialog = page.getByRole('dialog', { name: 'Resolved' });
      await expect(dialog.getByTestId('note-text')).toContainText(
        'The uplink was patched to the new firewall.',
      );
      await expect(dialog).not.toContainText('Sommer2026');
      await accessible(page, 'notes-conclude');

      await dialog.getByRole('button', { name: 'Edit' }).click();
      await expect(editor(page)).toHaveValue(/The uplink was patched/);
      await editor(page).fill(
        '## What was wrong\n\nThe uplink was on the old port. The password is Sommer2026!',
      );
      await picture(page, 'notes-edit');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await expect(dialog.getByTestId('note-text')).toContainText('The uplink was on the old port.');
      await expect(dialog).not.toContainText('Sommer2026');
      await expect(dialog).toContainText('Edited by');
      await expect(dialog).toContainText(/\d+ items? masked/);
      await dialog.getByRole('button', { name: 'Copy note' }).click();
      await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain('The uplink was on the old port.');
      expect(copied).not.toContain('Sommer2026');
      await picture(page, 'notes-edited');

      await dialog.getByRole('button', { name: 'Skip' }).click();
      await expect(page).toHaveURL(/\/document$/);
      await expect(note(page)).toContainText('The uplink was on the old port.');
      await accessible(page, 'notes-document');
      // Shown as it is only where somebody asks for that.
      await mask(page).press('Space');
      await expect(note(page)).toContainText('Sommer2026!');
      await mask(page).press('Space');
      await expect(note(page)).not.toContainText('Sommer2026');
      await page.getByRole('button', { name: 'Use the generated text' }).click();
      await expect(note(page)).toContainText('The uplink was patched to the new firewall.');
      await expect(page.getByText('Edited by')).toHaveCount(0);
    },
  );

  base.describe('where somebody else edits it too', () => {
    base.use({ expectedErrors: [/409/] });

    base(
      'what was typed is kept, and theirs is shown where it is asked for',
      async ({ signedIn: page, api }) => {
        const { id } = await begin(api);
        await api.post(`/ai-sessions/${id}/resolve`, { resolution_summary: 'The uplink was patched.' });
        await page.goto(`/pilot/${id}/document`);
        await expect(note(page)).toContainText('The uplink was patched.');
        await page.getByRole('button', { name: 'Edit' }).click();
        await editor(page).fill('Mine.');
        await api.put(`/ai-sessions/${id}/documentation`, { kind: 'resolution_note', text: 'Theirs.' });
        await page.getByRole('button', { name: 'Save' }).click();
        const alert = page.getByRole('alert').filter({ hasText: 'Somebody else changed this note first' });
        await expect(alert).toBeVisible();
        await expect(editor(page)).toHaveValue('Mine.');
        await alert.getByRole('button', { name: 'Show theirs' }).click();
        await expect(editor(page)).toHaveValue('Theirs.');
        await editor(page).fill('Theirs and mine.');
        await page.getByRole('button', { name: 'Save' }).click();
        await expect(note(page)).toContainText('Theirs and mine.');
      },
    );
  });
});

const sentences = [
  { text: PROBLEM, evidence: ['intake'] },
  { text: 'SRV-FW99 was replaced and everything works again.', evidence: ['intake'] },
];
const drafted = { sections: [{ title: 'Problem', sentences }] };
/** So much of it that the first sentence is whole and the second has begun. */
const FIRST = JSON.stringify(drafted).indexOf('SRV-FW99');

test.describe('a model', () => {
  test('sentences are there once they were checked, and nobody who reads is moved', async ({
    signedIn: page,
    api,
    model,
  }) => {
    const { id } = await begin(api);
    await page.setViewportSize({ width: 900, height: 320 });
    await page.goto(`/pilot/${id}/document`);
    const asked = await model.question();
    asked.call('write_note', drafted, FIRST);
    await expect(writing(page)).toContainText(PROBLEM);
    await picture(page, 'notes-streaming');
    await page.mouse.wheel(0, 60);
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
    const before = await page.evaluate(() => window.scrollY);
    asked.end();
    await expect(note(page)).toContainText(PROBLEM);
    await expect(note(page)).not.toContainText('FW99');
    expect(await page.evaluate(() => window.scrollY)).toBe(before);
    // The same draft is read again, unmasked too, and nobody is asked for it.
    await mask(page).press('Space');
    await expect(page.getByText(/readable in this note/)).toBeVisible();
    await expect(note(page)).toContainText(PROBLEM);
    const calls = await api.get<unknown[]>(`/ai-sessions/${id}/sent`);
    expect(calls).toHaveLength(1);
  });

  test('whoever leaves stops the model', async ({ signedIn: page, api, model }) => {
    const { id } = await begin(api);
    await page.goto(`/pilot/${id}/document`);
    const asked = await model.question();
    asked.call('write_note', drafted, FIRST);
    await expect(writing(page)).toContainText(PROBLEM);
    await page.getByRole('link', { name: 'Dashboard' }).first().click();
    await asked.gone;
  });
});
