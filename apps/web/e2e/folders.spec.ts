import { expect, focusedName, OWNER, picture, signIn, test } from './fixtures/test';

test.describe('folders of the library', () => {
  test('are made, nested, filled, narrowed to, renamed, moved and deleted', async ({ signedIn: page }) => {
    await page.goto('/flows');
    const side = page.getByRole('navigation', { name: 'Folders' });
    await expect(side.getByText('No folders yet.')).toBeVisible();

    await side.getByRole('button', { name: 'New folder' }).click();
    let dialog = page.getByRole('dialog', { name: 'New folder' });
    await dialog.getByLabel('Name').fill('Mail');
    await dialog.getByLabel('Who sees it').selectOption('account');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(side.getByRole('button', { name: 'Mail', exact: false }).first()).toHaveAttribute(
      'aria-current',
      'true',
    );
    await expect(page.getByText('Put flows into this folder')).toBeVisible();

    await side.getByRole('button', { name: 'Change the folder Mail' }).click();
    await page.getByRole('menuitem', { name: 'New folder inside' }).click();
    dialog = page.getByRole('dialog', { name: 'New folder in Mail' });
    await dialog.getByLabel('Name').fill('Outlook');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(dialog).toBeHidden();

    await side.getByRole('button', { name: 'All flows' }).click();
    const flows = page.getByRole('main').getByRole('list', { name: 'Flows' });
    const name = await flows.getByRole('link').first().textContent();
    await page.getByRole('button', { name: `Folders of ${name}` }).click();
    dialog = page.getByRole('dialog', { name: 'Folders' });
    await dialog.getByRole('checkbox', { name: 'Outlook' }).check();
    await expect(dialog.getByRole('checkbox', { name: 'Outlook' })).toBeEnabled();
    await picture(page, 'folders-of-a-flow');
    await dialog.getByRole('button', { name: 'Done' }).click();

    // The outer folder shows what is in the inner one.
    await side.getByRole('button', { name: /^Mail/ }).click();
    await expect(flows.getByRole('link')).toHaveText([name ?? '']);
    await expect(page).toHaveURL(/folder=/);
    await picture(page, 'folders');
    await page.emulateMedia({ colorScheme: 'light' });
    await picture(page, 'folders-light');
    await page.emulateMedia({ colorScheme: 'dark' });

    await side.getByRole('button', { name: 'Change the folder Outlook' }).click();
    await page.getByRole('menuitem', { name: 'Move' }).click();
    dialog = page.getByRole('dialog', { name: 'Move Outlook' });
    await dialog.getByLabel('Into').selectOption('');
    await dialog.getByRole('button', { name: 'Move' }).click();
    await expect(page.getByText('No flow matches')).toBeVisible();

    await side.getByRole('button', { name: 'Change the folder Outlook' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    dialog = page.getByRole('dialog', { name: 'Rename the folder' });
    await dialog.getByLabel('Name').fill('Mail');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await expect(dialog.getByText('there is a folder of this name here already')).toBeVisible();
    await dialog.getByLabel('Name').fill('Mailboxes');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await expect(side.getByRole('button', { name: /^Mailboxes/ })).toBeVisible();

    await side.getByRole('button', { name: /^Mailboxes/ }).click();
    await expect(flows.getByRole('link')).toHaveText([name ?? '']);
    await side.getByRole('button', { name: 'Change the folder Mailboxes' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    dialog = page.getByRole('dialog', { name: 'Delete the folder Mailboxes?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(side.getByRole('button', { name: 'All flows' })).toHaveAttribute('aria-current', 'true');
    await expect(page.getByRole('link', { name: name ?? '' }).first()).toBeVisible();
  });

  test.use({ expectedErrors: [/status of 422/] });

  test('are reached with the arrow keys', async ({ signedIn: page, api }) => {
    await api.post('/folders', { name: 'AA first' });
    await page.goto('/flows');
    const side = page.getByRole('navigation', { name: 'Folders' });
    await expect(side.getByRole('button', { name: /^AA first/ })).toBeVisible();
    await side.getByRole('button', { name: 'All flows' }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await focusedName(page)).toContain('AA first');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Put flows into this folder')).toBeVisible();
  });

  test('of one person are seen by nobody else', async ({ signedIn: page, otherBrowser, api }) => {
    await api.post('/folders', { name: 'Just mine' });
    await api.post('/folders', { name: 'For all', scope: 'account' });
    await page.goto('/flows');
    await expect(page.getByRole('button', { name: /^Just mine/ })).toBeVisible();
    await signIn(otherBrowser, OWNER);
    await otherBrowser.goto('/flows');
    await expect(otherBrowser.getByRole('button', { name: /^For all/ })).toBeVisible();
    await expect(otherBrowser.getByRole('button', { name: /^Just mine/ })).toHaveCount(0);
  });
});
