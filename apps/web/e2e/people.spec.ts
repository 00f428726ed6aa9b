import { Api } from './fixtures/api';
import { accessible } from './fixtures/axe';
import { ENGINEER, expect, OWNER, PASSWORD, signIn, test } from './fixtures/test';

// Signed out by somebody else is 401, an engineer's look at the page 403, a team in use or a name taken 409, and a
// wrong password 422.
test.use({ expectedErrors: [/status of 4(01|03|09|22)/] });

const TESS = 'tess@northwind.example';
const NEW_PASSWORD = 'a sentence of my own';

interface People {
  items: { id: string; email: string }[];
}

/** The demo account as it was, whatever a spec did to it. */
test.afterEach(async ({ server }) => {
  const owner = await Api.signIn(server.url, OWNER, PASSWORD).catch(() => null);
  if (!owner) return;
  const { items } = await owner.get<People>('/accounts/me/people');
  const role = (email: string) =>
    email === TESS ? 'team_admin' : email.startsWith('vic') ? 'viewer' : 'engineer';
  for (const { id, email } of items.filter((person) => person.email !== OWNER))
    await owner.patch(`/accounts/me/people/${id}`, { role: role(email), is_active: true, team_id: null });
  for (const { id } of await owner.get<{ id: string }[]>('/accounts/me/teams'))
    await owner.delete(`/accounts/me/teams/${id}`);
});

test('an admin finds somebody, changes their role, and it counts at once', async ({
  page,
  otherBrowser: engineer,
}) => {
  await signIn(engineer, ENGINEER);
  await signIn(page, TESS);
  await page.goto('/account/people');
  await expect(page.getByRole('row')).toHaveCount(5);
  await accessible(page, 'people');
  // Whoever stands above is shown and not changed; nor is one's own role.
  await expect(page.getByLabel('Role of Olivia Brandt')).toBeDisabled();
  await expect(page.getByLabel('Role of Tess Okafor')).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Deactivate Olivia Brandt' })).toHaveCount(0);

  await page.getByLabel('Search people').fill('navar');
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(/search=navar/);
  const role = page.getByLabel('Role of Eli Navarro');
  await expect(role.getByRole('option')).toHaveText(['Viewer', 'Engineer', 'Team admin']);
  await role.selectOption('Team admin');
  await expect(page.getByText('Eli Navarro is a team admin now.')).toBeVisible();
  await engineer.goto('/account/people');
  await expect(engineer.getByLabel('Role of Vic Lindqvist')).toBeEnabled();

  await page.getByLabel('Search people').fill('nobody at all');
  await expect(page.getByText('Nobody matches')).toBeVisible();
  await accessible(page, 'people-none');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page.getByRole('row')).toHaveCount(5);
});

test('whoever is deactivated is signed out at once, and can be let in again', async ({
  page,
  otherBrowser: engineer,
}) => {
  await signIn(engineer, ENGINEER);
  await signIn(page, OWNER);
  await page.goto('/account/people');
  await page.getByRole('button', { name: 'Deactivate Eli Navarro' }).click();
  const dialog = page.getByRole('dialog', { name: 'Deactivate Eli Navarro?' });
  await expect(dialog).toBeVisible();
  await accessible(page, 'people-deactivate');
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByText('Eli Navarro is deactivated.')).toBeVisible();
  await expect(page.getByRole('row', { name: /Eli Navarro/ }).getByText('Deactivated')).toBeVisible();

  await engineer.getByRole('link', { name: 'Flows' }).first().click();
  await expect(engineer).toHaveURL(/\/login/);

  await page.getByLabel('Status', { exact: true }).selectOption('Deactivated');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Reactivate Eli Navarro' }).click();
  await expect(page.getByText('Eli Navarro can sign in again.')).toBeVisible();
  await signIn(engineer, ENGINEER);
});

test('teams are made, peopled, renamed and deleted', async ({ page }) => {
  await signIn(page, OWNER);
  await page.goto('/account/teams');
  await expect(page.getByText('There are no teams yet')).toBeVisible();
  await accessible(page, 'teams-none');
  for (const name of ['Service desk', 'Networks']) {
    await page.getByRole('button', { name: 'New team' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the team' }).click();
    await expect(page.getByRole('list', { name: 'Teams' }).getByText(name, { exact: true })).toBeVisible();
  }
  await page.getByRole('button', { name: 'New team' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('NETWORKS');
  await dialog.getByRole('button', { name: 'Make the team' }).click();
  await expect(dialog.getByText('Another team has that name.')).toBeVisible();
  await accessible(page, 'teams-taken');
  await page.keyboard.press('Escape');

  await page.goto('/account/people');
  await page.getByLabel('Team of Eli Navarro').selectOption('Networks');
  await expect(page.getByText('Eli Navarro is in Networks now.')).toBeVisible();
  await page.getByRole('link', { name: 'Teams' }).click();
  await accessible(page, 'teams');
  await page.getByRole('link', { name: '1 person in Networks' }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.goBack();

  await page.getByRole('button', { name: 'Delete Networks' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Move them to another one first');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Rename Service desk' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Front line');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(page.getByText('Front line', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Delete Front line' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('Front line is deleted.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Teams' }).getByRole('listitem')).toHaveCount(1);
});

test('an engineer has a profile and no people', async ({ signedIn: page }) => {
  await page.getByRole('button', { name: /Eli/ }).click();
  await page.getByRole('menuitem', { name: 'Account settings' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Profile' })).toBeVisible();
  const places = page.getByRole('navigation', { name: 'Account' });
  for (const name of ['People', 'Teams']) await expect(places.getByRole('link', { name })).toHaveCount(0);
  await page.goto('/account/people');
  await expect(page.getByText('You cannot open this')).toBeVisible();
});

test('a name and a password are changed, and other sign-ins end', async ({
  page,
  otherBrowser: elsewhere,
  server,
}) => {
  await signIn(elsewhere, ENGINEER);
  await signIn(page, ENGINEER);
  await page.goto('/account/profile');
  await accessible(page, 'profile');
  await page.getByLabel('Name').fill('Eli N. Navarro');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByText('Your name is saved.')).toBeVisible();
  await expect(page.getByRole('button', { name: /Eli N\. Navarro/ })).toBeVisible();

  const current = page.getByLabel('Current password', { exact: true });
  const next = page.getByLabel('New password', { exact: true });
  const again = page.getByLabel('New password, once more', { exact: true });
  const change = page.getByRole('button', { name: 'Change password' });
  await current.fill('not my password');
  await next.fill(NEW_PASSWORD);
  await again.fill('something else');
  await change.click();
  await expect(page.getByText('is not the same as above')).toBeVisible();
  await again.fill(NEW_PASSWORD);
  await change.click();
  await expect(page.getByText('is not your present password')).toBeVisible();
  await accessible(page, 'profile-refused');
  await current.fill(PASSWORD);
  await change.click();
  await expect(page.getByText(/Your password is changed, and \d+ other sessions? ended\./)).toBeVisible();
  await expect(current).toHaveValue('');

  // This sign-in goes on, also after a reload; the other one is over.
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Profile' })).toBeVisible();
  await elsewhere.getByRole('link', { name: 'Flows' }).first().click();
  await expect(elsewhere).toHaveURL(/\/login/);

  const api = await Api.signIn(server.url, ENGINEER, NEW_PASSWORD);
  await api.post('/auth/password', { current_password: NEW_PASSWORD, new_password: PASSWORD });
  const back = await Api.signIn(server.url, ENGINEER, PASSWORD);
  await back.patch('/auth/me', { name: 'Eli Navarro' });
});

test('an account is renamed and handed over, with the password once more', async ({ page, server }) => {
  await signIn(page, OWNER);
  await page.goto('/account/general');
  await expect(page.getByLabel('New owner')).toBeVisible();
  await accessible(page, 'account-general');
  await page.getByLabel('Account name').fill('Northwind & Sons');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByText('The account is renamed.')).toBeVisible();
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  expect((await owner.get<{ name: string }>('/accounts/me')).name).toBe('Northwind & Sons');

  // The server's clock cannot be moved: here it says what it says of an old sign-in, and is then asked in earnest.
  let refused = false;
  await page.route('**/accounts/me/transfer-ownership', async (route) => {
    if (refused) return route.continue();
    refused = true;
    return route.fulfill({
      status: 403,
      contentType: 'application/json',
      body: JSON.stringify({ code: 'step_up_required', detail: 'Enter your password again to do this.' }),
    });
  });
  await page.getByLabel('New owner').selectOption({ label: `Tess Okafor (${TESS}), team admin` });
  await page.getByRole('button', { name: 'Transfer ownership' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make Tess Okafor the owner?' });
  await dialog.getByRole('button', { name: 'Transfer ownership' }).click();
  const password = dialog.getByLabel('Your password', { exact: true });
  await expect(password).toBeFocused();
  await accessible(page, 'account-transfer');
  await password.fill('not my password');
  await dialog.getByRole('button', { name: 'Transfer ownership' }).click();
  await expect(password).toHaveAccessibleDescription(/is not your present password/);
  await password.fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Transfer ownership' }).click();
  await expect(page.getByText('Tess Okafor owns the account now.')).toBeVisible();
  await expect(page.getByText('Only owners change this')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Session security' })).toHaveCount(0);

  const tess = await Api.signIn(server.url, TESS, PASSWORD);
  const { id } = await owner.get<{ id: string }>('/auth/me');
  await tess.post('/accounts/me/transfer-ownership', { user_id: id });
  await owner.patch('/accounts/me', { name: 'Northwind IT' });
});
