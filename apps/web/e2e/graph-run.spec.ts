import { expect, test } from './fixtures/test';

test('going back and a step of one’s own are in the note, and in the log to the second', async ({
  signedIn: page,
  api,
}) => {
  const started = await api.post<{ id: string }>('/sessions', {
    tree_id: await api.flowOf('troubleshooting'),
    ticket_number: '70011',
  });
  await page.goto(`/sessions/${started.id}`);
  const title = page.locator('#step-title');
  const answers = page.getByRole('list', { name: 'Answers' }).getByRole('button');
  const first = (await title.textContent()) ?? '';
  const wrong = (await answers.nth(0).textContent())?.slice(1) ?? '';
  const right = (await answers.nth(1).textContent())?.slice(1) ?? '';

  await answers.nth(0).click();
  await expect(title).not.toHaveText(first);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(title).toHaveText(first);
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByLabel('What did you do besides the flow?').fill('Looked at the switch');
  await page.getByLabel('Result').fill('Port 7 was dark');
  await page.getByRole('button', { name: 'Add step' }).click();
  await expect(page.getByRole('list', { name: 'Your own steps' })).toContainText('Port 7 was dark');
  await answers.nth(1).click();
  await expect(title).not.toHaveText(first);
  // The step taken before is also a button in the rail.
  await page.getByRole('navigation', { name: 'Steps taken' }).getByRole('button').first().click();
  await expect(title).toHaveText(first);
  await answers.nth(1).click();
  await expect(title).not.toHaveText(first);

  await page.getByRole('button', { name: /^Conclude/ }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/document$/);
  const note = page.getByTestId('note-text');
  await expect(note).toContainText('Looked at the switch');
  await expect(note).toContainText('Returned to');

  await page.getByText('Step log', { exact: true }).click();
  const log = page.getByRole('list', { name: 'Step log' }).getByRole('listitem');
  await expect(log.filter({ hasText: 'Went back' })).toHaveCount(2);
  await expect(log.filter({ hasText: `Answered: ${wrong}` })).toHaveCount(1);
  await expect(log.filter({ hasText: `Answered: ${right}` })).toHaveCount(2);
  await expect(log.filter({ hasText: 'Own step' })).toContainText('Looked at the switch');
  await expect(log.filter({ hasText: 'Completed: Resolved' })).toHaveCount(1);
});

test.describe('saving a session as a flow', () => {
  test.use({ expectedErrors: [/status of 422/] });

  test('says why it cannot be published, then keeps it as a draft and leads there', async ({
    signedIn: page,
    api,
  }) => {
    // A checklist without a settled step makes a flow without steps, which cannot be published.
    const started = await api.post<{ id: string }>('/sessions', {
      tree_id: await api.flowOf('procedural'),
      client_name: 'Fabrikam',
    });
    await page.goto(`/sessions/${started.id}`);
    await page.getByRole('button', { name: 'Save as flow' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as flow' });
    await expect(dialog.getByLabel('Name')).toHaveValue(/ - Fabrikam$/);
    await dialog.getByLabel('Name').fill('Onboarding, the short way');
    await dialog.getByRole('radio', { name: /Published/ }).press('Space');
    await dialog.getByRole('button', { name: 'Save and publish' }).click();
    await expect(dialog.getByRole('alert')).toContainText('The checklist has no steps.');
    await dialog.getByRole('radio', { name: /Draft/ }).press('Space');
    await dialog.getByRole('button', { name: 'Save as draft' }).click();
    await expect(dialog.getByRole('status')).toContainText('Saved as a draft');
    await dialog.getByRole('link', { name: 'Onboarding, the short way' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Onboarding, the short way' })).toBeVisible();
  });
});
