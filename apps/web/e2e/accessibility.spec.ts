import { Api } from './fixtures/api';
import { accessible } from './fixtures/axe';
import { expect, OWNER, PASSWORD, picture, test } from './fixtures/test';

// The browser says that the test's own scripts may not run in the note's frame, which is the point of the frame.
// A page of somebody else is refused with 403.
test.use({ expectedErrors: [/about:srcdoc|status of 403/] });

// Some ten pages a test, each read twice by axe.
test.setTimeout(120_000);

test('the pages before sign-in', async ({ page }) => {
  for (const [path, name] of [
    ['/login', 'login'],
    ['/login?reason=session_expired', 'login-expired'],
    ['/register', 'register'],
  ] as const) {
    await page.goto(path);
    await accessible(page, name);
  }
  await page.goto('/login?reason=session_expired');
  await expect(page.getByRole('status')).toContainText('expired');
});

test('the library and its flows', async ({ signedIn: page }) => {
  await accessible(page, 'dashboard');
  await page.goto('/flows?type=troubleshooting');
  const flow = page.getByRole('list', { name: 'Flows' }).getByRole('link').first();
  await expect(flow).toBeVisible();
  await accessible(page, 'library');
  await flow.click();
  await expect(page.getByTestId('flow-canvas')).toBeVisible();
  await accessible(page, 'flow-diagram');
  await page.getByRole('tab', { name: 'Outline' }).click();
  await accessible(page, 'flow-outline');
  await page.getByRole('tab', { name: 'Prepare' }).click();
  await accessible(page, 'flow-prepare');
  await page.getByRole('button', { name: 'Fork' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'flow-fork');
  await page.keyboard.press('Escape');
  for (const type of ['procedural', 'maintenance']) {
    await page.goto(`/flows?type=${type}`);
    await page.getByRole('list', { name: 'Flows' }).getByRole('link').first().click();
    await expect(page.getByRole('tab', { name: 'Start' })).toBeVisible();
    await accessible(page, `flow-${type}`);
    await page.getByRole('tab', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Start session' }).click();
    await expect(page.locator('#step-title')).toBeVisible();
    await accessible(page, `runner-${type}`);
  }
});

test('a running session, its dialogs and its note', async ({ signedIn: page, api }) => {
  const running = await api.post<{ id: string }>('/sessions', {
    tree_id: await api.flowOf('troubleshooting'),
    ticket_number: '50001',
  });
  await page.goto(`/sessions/${running.id}`);
  await expect(page.locator('#step-title')).toBeVisible();
  await accessible(page, 'runner');

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'shortcuts');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder(/Search flows, sessions/)).toBeFocused();
  await accessible(page, 'palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: /^Conclude/ }).click();
  await accessible(page, 'conclude');

  await page.goto(`/sessions/${running.id}/document`);
  await expect(page.getByTestId('note-text')).toBeVisible();
  await accessible(page, 'note');
  await page.getByRole('tab', { name: 'HTML' }).click();
  await expect(page.locator('iframe')).toBeVisible();
  // axe cannot look into a frame that allows no script, which is what this one is for.
  await expect(page.locator('iframe')).toHaveAttribute('sandbox', '');
  await picture(page, 'note-html');
});

test('sessions before and after the work, rounds, and what cannot be shown', async ({
  signedIn: page,
  api,
  server,
}) => {
  const graph = await api.flowOf('troubleshooting');
  const maintenance = await api.flowOf('maintenance');
  const session = await api.post<{ id: string }>('/sessions/prepare', {
    tree_id: graph,
    ticket_number: '50002',
  });
  await page.goto(`/sessions/${session.id}`);
  await expect(page.getByRole('button', { name: /Start session/ })).toBeVisible();
  await accessible(page, 'prepared');
  await api.post(`/sessions/${session.id}/start`);
  await api.post(`/sessions/${session.id}/complete`, {
    outcome: 'escalated',
    outcome_notes: 'Line card is dead.',
    next_steps: 'Carrier is on the way.',
  });
  await page.goto(`/sessions/${session.id}`);
  await expect(page.getByRole('heading', { name: 'What was done' })).toBeVisible();
  await accessible(page, 'completed');
  await page.getByRole('button', { name: 'Save as flow' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'save-as-flow');
  await page.goto(`/sessions/${session.id}/document`);
  await page.getByText('Step log', { exact: true }).click();
  await expect(page.getByRole('list', { name: 'Step log' })).toBeVisible();
  await accessible(page, 'step-log');

  const batch = await api.post<{ batch_id: string; sessions: { id: string }[] }>('/sessions/batch', {
    tree_id: maintenance,
    targets: [{ label: 'HV-01' }, { label: 'HV-02' }, { label: 'HV-03' }],
  });
  await api.post(`/sessions/${batch.sessions[0]?.id}/start`);
  await api.post(`/sessions/${batch.sessions[1]?.id}/start`);
  await api.post(`/sessions/${batch.sessions[1]?.id}/complete`, { outcome: 'unresolved' });
  await page.goto(`/batches/${batch.batch_id}`);
  await expect(page.getByRole('table')).toBeVisible();
  await accessible(page, 'batch');

  await page.goto('/sessions');
  await expect(page.getByRole('list', { name: 'Sessions' })).toBeVisible();
  await accessible(page, 'history');
  await page.goto('/sessions?client=nobody-by-this-name');
  await expect(page.getByText('No session matches')).toBeVisible();
  await accessible(page, 'history-empty');
  const owner = await Api.signIn(server.url, OWNER, PASSWORD);
  const foreign = await owner.post<{ id: string }>('/sessions', { tree_id: graph });
  await page.goto(`/sessions/${foreign.id}`);
  await expect(page.getByText('You cannot open this')).toBeVisible();
  await accessible(page, 'no-access');
  await page.goto('/nowhere');
  await accessible(page, 'not-found');
});
