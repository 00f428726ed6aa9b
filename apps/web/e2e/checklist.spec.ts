import { expect, test } from './fixtures/test';

// The refusal of an early "resolved" is part of the job.
test.use({ expectedErrors: [/status of 409/] });

test('a checklist: skip with a reason, a note afterwards, open steps refuse "resolved"', async ({
  signedIn: page,
  api,
}) => {
  const started = await api.post<{ id: string }>('/sessions', { tree_id: await api.flowOf('procedural') });
  await page.goto(`/sessions/${started.id}`);
  const title = page.locator('#step-title');
  const first = (await title.textContent()) ?? '';

  await test.step('a skipped step wants its reason', async () => {
    await page.keyboard.press('s');
    await page.keyboard.press('Enter');
    await expect(page.getByText('A skipped step needs its reason.')).toBeVisible();
    await page.keyboard.type('Approved by phone');
    await page.keyboard.press('Enter');
    await expect(title).not.toHaveText(first);
    await page.keyboard.press('k');
    await expect(title).toHaveText(first);
    await expect(page.getByText('Skipped: Approved by phone')).toBeVisible();
  });

  await test.step('a note on a settled step stays in sight, also after a reload', async () => {
    await page.keyboard.press('n');
    await page.keyboard.type('Mail with the approval came later');
    await page.getByRole('button', { name: 'Add note' }).click();
    const notes = page.getByRole('list', { name: 'Notes on this step' });
    await expect(notes).toContainText('Mail with the approval came later');
    await expect(page.getByRole('article').getByLabel('Step note')).toHaveValue('');
    await page.reload();
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('button').first().click();
    await expect(notes).toContainText('Mail with the approval came later');
  });

  await test.step('required steps are still open', async () => {
    await page.getByRole('button', { name: /^Conclude/ }).click();
    await page.getByRole('radio', { name: /Resolved/ }).press('Space');
    await page.getByRole('button', { name: /Complete and write the note/ }).click();
    const refusal = page.getByRole('alert');
    await expect(refusal).toContainText('Required steps are still open');
    expect(await refusal.getByRole('listitem').count()).toBeGreaterThan(3);
    await page.getByRole('radio', { name: /Unresolved/ }).press('Space');
    await page.getByRole('button', { name: /Complete and write the note/ }).click();
    await expect(page).toHaveURL(/\/document$/);
    await expect(page.getByTestId('note-text')).toContainText('Approved by phone');
  });
});
