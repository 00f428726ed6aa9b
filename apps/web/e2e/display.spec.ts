import type { Page } from '@playwright/test';

import { Api } from './fixtures/api';
import { expect, OWNER, PASSWORD, signIn, test } from './fixtures/test';

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.querySelector('header') ?? document.body).color);

test('the theme is switched, kept over a reload, and follows the system when asked to', async ({
  signedIn: page,
}) => {
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  const dark = await background(page);
  await page.getByRole('button', { name: /Eli/ }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await expect(html).toHaveAttribute('data-theme', 'light');
  expect(await background(page)).not.toBe(dark);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: /Hello/ })).toBeVisible();
  await expect(html).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /Eli/ }).click();
  await page.getByRole('menuitemradio', { name: 'System' }).click();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
});

/** What stands outside the window to the right, or is cut off by a box that does not scroll. */
function lost(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    for (const element of document.querySelectorAll('main *, header *, nav *')) {
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      let scrolls = false;
      for (let up = element.parentElement; up !== null; up = up.parentElement) {
        const { overflowX } = getComputedStyle(up);
        if (up.closest('.react-flow') || overflowX === 'auto' || overflowX === 'scroll') scrolls = true;
      }
      if (!scrolls && (box.right > width + 1 || box.left < -1)) {
        found.push(`${element.tagName}.${String(element.className).slice(0, 60)} ${Math.round(box.right)}`);
      }
    }
    if (document.documentElement.scrollWidth > width) found.push('the page scrolls sideways');
    return found.slice(0, 5);
  });
}

// 320 px is what 400 % zoom leaves of 1280; 720 by 450 is 200 % zoom of the usual window.
for (const [name, viewport] of [
  ['320 px', { width: 320, height: 640 }],
  ['200 % zoom', { width: 720, height: 450 }],
] as const) {
  test.describe(name, () => {
    test.use({ viewport });
    test('loses nothing on any page', async ({ page, api, server }) => {
      await page.goto('/login');
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
      expect(await lost(page), 'sign-in').toEqual([]);
      await signIn(page);
      const graph = await api.flowOf('troubleshooting');
      const maintenance = await api.flowOf('maintenance');
      const running = await api.post<{ id: string }>('/sessions', {
        tree_id: graph,
        ticket_number: '81234',
        client_name: 'A client with a rather long name, Incorporated',
      });
      const list = await api.post<{ id: string }>('/sessions', { tree_id: maintenance });
      const ended = await api.post<{ id: string }>('/sessions', { tree_id: graph });
      await api.post(`/sessions/${ended.id}/complete`, { outcome: 'resolved', outcome_notes: 'Works.' });
      const prepared = await api.post<{ id: string }>('/sessions/prepare', { tree_id: graph });
      const batch = await api.post<{ batch_id: string }>('/sessions/batch', {
        tree_id: maintenance,
        targets: [{ label: 'a-host-with-a-long-name.branch.contoso.example' }, { label: 'HV-1' }],
      });
      const talk = await api.post<{ id: string }>('/ai-sessions', {
        intake_content: { text: 'The printer at the front desk is offline and jobs stay in the queue.' },
        client_name: 'A client with a rather long name, Incorporated',
      });
      const owner = await Api.signIn(server.url, OWNER, PASSWORD);
      const handed = await owner.post<{ id: string }>('/ai-sessions', {
        intake_content: { text: 'The printer at the front desk is offline and jobs stay in the queue.' },
        client_name: 'A client with a rather long name, Incorporated',
      });
      await owner.post(`/ai-sessions/${handed.id}/handoff`, {
        intent: 'escalate',
        reason: 'print-server-03.branch.contoso.example does not answer.',
      });
      for (const [path, ready] of [
        ['/escalations', 'list[name="Escalations that wait"]'],
        [`/pilot/${handed.id}?pickup=true`, 'button[name=/Start here/]'],
        ['/escalations/numbers', 'group[name="Period"]'],
        ['/notifications', 'button[name="Unread only"]'],
        ['/account/notifications', 'button[name="Save"]'],
        ['/pilot', 'list[name="Pilot sessions"]'],
        [`/pilot/${talk.id}`, 'group[name="Another way"]'],
        [`/pilot/${talk.id}/document`, 'article'],
        ['/', 'list[name="Most used flows"]'],
        ['/flows', 'list[name="Flows"]'],
        [`/flows/${graph}`, 'tab[name="Diagram"]'],
        [`/flows/${maintenance}`, 'button[name=/Launch/]'],
        [`/sessions/${running.id}`, 'timer'],
        [`/sessions/${list.id}`, 'timer'],
        [`/sessions/${ended.id}`, 'link[name="Open the note"]'],
        [`/sessions/${ended.id}/document`, 'button[name=/Copy note/]'],
        [`/sessions/${prepared.id}`, 'button[name=/Start session/]'],
        ['/sessions', 'list[name="Sessions"]'],
        [`/batches/${batch.batch_id}`, 'table'],
        ['/nowhere', 'link[name="Go to the dashboard"]'],
      ] as const) {
        await page.goto(path);
        await expect(page.locator(`internal:role=${ready}`).first()).toBeVisible();
        await expect(page.getByRole('status', { name: /Loading/ })).toHaveCount(0);
        await page.evaluate(() => document.fonts.ready);
        expect(await lost(page), path).toEqual([]);
        if (path === `/flows/${graph}`) {
          await page.getByRole('tab', { name: 'Outline' }).click();
          expect(await lost(page), 'outline').toEqual([]);
        }
      }
    });
  });
}
