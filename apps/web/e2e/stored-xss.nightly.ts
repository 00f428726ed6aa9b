import http from 'node:http';
import type { AddressInfo } from 'node:net';

import type { BrowserContext, Page } from '@playwright/test';

import { payloads, type Payload } from './fixtures/payloads';
import { expect, test } from './fixtures/test';

/** So that what is stopped is stopped by how texts are shown, and not by the policy behind it, which is a wall of its own. */
test.use({ bypassCSP: true });

/** A host nobody should call. It also serves pages, from an address of its own. */
class Canary {
  readonly calls: string[] = [];
  private readonly pages = new Map<string, string>();
  private readonly server = http.createServer((request, response) => {
    const address = request.url ?? '';
    const page = this.pages.get(address);
    // Browsers ask every host for its icon by themselves.
    if (page === undefined && address !== '/favicon.ico') this.calls.push(address);
    response.writeHead(page === undefined ? 204 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page);
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', () => resolve());
    });
    return this.host;
  }

  get host(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The address of a page. */
  serve(name: string, html: string): string {
    this.pages.set(`/page/${name}`, html);
    return `${this.host}/page/${name}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What ran, by the number of its payload, and which hosts were asked for something. */
async function watch(context: BrowserContext): Promise<{ ran: Set<number>; asked: Set<string> }> {
  const seen = { ran: new Set<number>(), asked: new Set<string>() };
  await context.exposeBinding('canary', (_, number: number) => {
    seen.ran.add(number);
  });
  context.on('dialog', () => seen.ran.add(-1));
  context.on('request', (request) => {
    if (request.url().startsWith('http')) seen.asked.add(new URL(request.url()).origin);
  });
  return seen;
}

/** So many at a time. */
function chunks(all: Payload[], size: number): Payload[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}

const joined = (some: Payload[]) => some.map(({ number, text }) => `No. ${number}\n\n${text}`).join('\n\n');

/** Links that would run something when clicked. */
const dangerous = (page: Page) =>
  page.locator('a[href], area[href], form[action], button[formaction]').evaluateAll(
    (links) =>
      links.filter((link) => {
        const target =
          link.getAttribute('href') ?? link.getAttribute('action') ?? link.getAttribute('formaction');
        return !['http:', 'https:', 'mailto:', 'tel:', 'blob:'].includes(
          new URL(target ?? '', location.href).protocol,
        );
      }).length,
  );

test('300 texts that would be scripts are texts on every page, in every note and in its file', async ({
  signedIn: page,
  context,
  server,
  api,
}) => {
  test.setTimeout(1_200_000);
  const canary = new Canary();
  const all = payloads(await canary.listen());
  const seen = await watch(context);
  let visited = 0;
  const visit = async (path: string, shows: RegExp) => {
    await page.goto(path);
    await expect(page.getByText(shows).first()).toBeVisible({ timeout: 30_000 });
    // Whatever a page would still fetch because of a text, it has asked for by then.
    await page.waitForLoadState('networkidle');
    expect(await dangerous(page), `links on ${path}`).toBe(0);
    visited += 1;
  };

  await test.step('flows, sessions, notes and their files', async () => {
    for (const [round, some] of chunks(all, 30).entries()) {
      const [first] = some;
      if (!first) continue;
      const texts = some.map(({ text }) => text);
      const short = (number: number) => (texts[number] ?? '').replaceAll('\n', ' ').slice(0, 100);
      const flow = await api.post<{ id: string }>('/trees', {
        name: `Round ${round} ${short(0)}`,
        description: joined(some.slice(0, 15)),
        category: short(1),
        tags: [short(2).slice(0, 50)],
        tree_type: 'troubleshooting',
        status: 'published',
        tree_structure: {
          root: 'start',
          nodes: [
            {
              id: 'start',
              type: 'action',
              title: `Start ${short(3)}`,
              body: joined(some),
              warning: joined(some.slice(15)),
              scripts: [
                {
                  language: 'powershell',
                  text: texts.join('\n'),
                  outputs: [{ when: short(4), means: short(5) }],
                },
              ],
              evidence: [short(6)],
              options: [
                { id: 'a', label: short(7), next: 'end' },
                { id: 'b', label: short(8), next: 'end' },
              ],
            },
            { id: 'end', type: 'escalation', title: `End ${short(9)}`, body: joined(some) },
          ],
        },
      });
      const session = await api.post<{ id: string }>('/sessions', {
        tree_id: flow.id,
        ticket_number: `R${round} ${short(10)}`.slice(0, 100),
        client_name: short(11),
      });
      for (const { number, text } of some) {
        await api.post(`/sessions/${session.id}/steps`, {
          entry_id: crypto.randomUUID(),
          action: 'note',
          node_id: 'start',
          notes: `No. ${number} ${text}`,
        });
      }
      await api.patch(`/sessions/${session.id}/scratchpad`, { scratchpad: joined(some) });
      await visit(`/flows/${flow.id}`, new RegExp(`Round ${round} `));
      await visit(`/sessions/${session.id}`, /Start /);
      await api.post(`/sessions/${session.id}/complete`, {
        outcome: 'unresolved',
        outcome_notes: joined(some),
      });
      await visit(`/sessions/${session.id}/document`, new RegExp(`No\\. ${first.number}\\b`));

      const file = await api.file(`/sessions/${session.id}/export`, { format: 'html' });
      await visit(canary.serve(`note-${round}`, file), new RegExp(`No\\. ${first.number}\\b`));
    }
  });

  await test.step('the copilot', async () => {
    for (const some of chunks(all, 15)) {
      const [first] = some;
      if (!first) continue;
      const talk = await api.post<{ id: string }>('/ai-sessions', {
        intake_content: { text: `The printer is offline. ${joined(some)}` },
        client_name: first.text.replaceAll('\n', ' ').slice(0, 100),
      });
      await visit(`/pilot/${talk.id}`, new RegExp(`No\\. ${first.number}\\b`));
    }
  });

  await test.step('lists', async () => {
    await visit('/flows', /Round \d/);
    await visit('/sessions', /Round \d/);
    await visit('/pilot', /printer is offline/);
    await visit('/', /Hello/);
  });

  expect([...seen.ran], 'payloads that ran').toEqual([]);
  expect(canary.calls, 'calls to another host').toEqual([]);
  expect(
    [...seen.asked].filter((origin) => origin !== server.url && origin !== canary.host),
    'other hosts',
  ).toEqual([]);

  await test.step('the canary sings where a page does take texts for markup', async () => {
    const bare = await context.browser()?.newContext({ bypassCSP: true });
    if (!bare) throw new Error('no browser');
    const heard = await watch(bare);
    const other = await bare.newPage();
    for (const { number, text } of all) {
      await other.goto(canary.serve(`bare-${number}`, `<!doctype html><body>${text}`), { waitUntil: 'load' });
    }
    await bare.close();
    const called = new Set(canary.calls.filter((address) => /^\/\d+$/.test(address)));
    console.log(
      `I5: ${all.length} payloads on ${visited} pages, 0 ran, 0 foreign requests; on a bare page ${heard.ran.size} run and ${called.size} call`,
    );
    expect(heard.ran.size).toBeGreaterThan(80);
    expect(called.size).toBeGreaterThan(30);
  });
  canary.close();
});
