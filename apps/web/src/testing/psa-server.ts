import { vi } from 'vitest';

import type {
  Problem,
  PsaConnection,
  PsaConnectionInput,
  PsaMembers,
  PsaPush,
  PsaTicket,
  PsaTicketContext,
  PushPreview,
  PushSettings,
  TicketSnapshot,
  TimeLedger,
  TimeLine,
} from '@/shared/api/types';

const AT = '2026-11-23T14:00:00Z';

export const makeSettings = (change: Partial<PushSettings> = {}): PushSettings => ({
  push_on_resolve: true,
  push_on_escalate: true,
  note_visibility: 'internal',
  time_entry: { create: false, work_type: null, work_role: null },
  rounding: { step_minutes: 15, direction: 'up', least_minutes: 0 },
  status: { on_resolve: null, on_escalate: null },
  content: { redaction_mode: 'mask', include_ai_reasoning: false },
  ...change,
});

export const makeConnection = (change: Partial<PsaConnection> = {}): PsaConnection => ({
  id: 'connection',
  provider: 'connectwise',
  site_url: 'https://na.myconnectwise.net',
  company_id: 'northwind',
  status: 'ok',
  diagnosis: null,
  created_at: AT,
  last_tested_at: AT,
  public_key_hint: '…kJ3x',
  settings: makeSettings(),
  note_visibilities: ['internal', 'discussion', 'resolution'],
  callbacks: true,
  callbacks_problem: null,
  synced_at: AT,
  ...change,
});

export const makeTicket = (change: Partial<PsaTicket> = {}): PsaTicket => ({
  id: '48213',
  summary: 'Printer at the front desk does not print',
  company: 'Contoso Dental',
  contact: 'Jamie Ortiz',
  board: 'Help Desk',
  status: 'New',
  priority: 'Priority 2',
  last_updated: AT,
  closed: false,
  ...change,
});

export const makeContext = (change: Partial<PsaTicketContext> = {}): PsaTicketContext => ({
  ticket: makeTicket(),
  company: {
    id: '12',
    name: 'Contoso Dental',
    phone: '555-0100',
    website: null,
    address: '1 Main Street, Springfield',
  },
  contact: {
    id: '34',
    name: 'Jamie Ortiz',
    title: 'Front desk',
    email: 'jamie@contoso.example',
    phone: null,
  },
  configurations: [
    {
      id: '56',
      name: 'CONTOSO-FD01',
      kind: 'Workstation',
      model: 'OptiPlex 7010',
      serial_number: 'SN-1',
      os: 'Windows 11',
      ip_address: '10.0.0.21',
      active: true,
    },
  ],
  recent_notes: [{ text: 'Jobs stay in the <b>queue</b>.', kind: 'discussion', by: 'Jamie Ortiz', at: AT }],
  statuses: [],
  ...change,
});

export const makePush = (change: Partial<PsaPush> = {}): PsaPush => ({
  id: 'push',
  session_id: 'ai',
  session_kind: 'ai',
  ticket_id: '48213',
  artefact: 'note',
  state: 'queued',
  attempts: 0,
  last_error: null,
  what_to_do: null,
  warnings: [],
  created_at: AT,
  updated_at: AT,
  external_id: null,
  ...change,
});

export const makeTime = (change: Partial<TimeLine> = {}): TimeLine => ({
  push_id: null,
  state: null,
  fixed: false,
  occasion: 'resolve',
  worked_seconds: 1320,
  measured_minutes: 30,
  minutes: 30,
  billable: null,
  work_type: null,
  note: null,
  edited: false,
  ...change,
});

const reply = (body: unknown, status = 200) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });

type Body = Record<string, unknown>;

/** What is kept of a guided session's ticket. */
const isKept = (path: string) => /^\/sessions\/[^/]+\/ticket$/.test(path);

/**
 * A server with a PSA behind it. `refuse` makes an address answer with an error; `others` answers whatever is not about the
 * PSA, so that it can stand behind another test server.
 */
export class PsaServer {
  connection: PsaConnection | null = makeConnection();
  tickets: PsaTicket[] = [
    makeTicket(),
    makeTicket({ id: '48214', summary: 'VPN drops every hour', company: 'Fabrikam', contact: null }),
  ];
  context: PsaTicketContext = makeContext();
  members: PsaMembers = {
    items: [
      {
        user_id: 'user',
        user_name: 'Eli Marsh',
        email: 'eli@northwind.example',
        member_id: 'm1',
        member_name: 'Eli M',
        how: 'email',
      },
      {
        user_id: 'other',
        user_name: 'Noor Haddad',
        email: 'noor@northwind.example',
        member_id: null,
        member_name: null,
        how: 'none',
      },
    ],
    psa_members: [
      { id: 'm1', name: 'Eli M', email: 'eli@northwind.example' },
      { id: 'm2', name: 'N. Haddad', email: null },
    ],
  };
  preview: PushPreview = {
    ticket_id: '48213',
    kind: 'internal',
    text: 'Resolved: the spooler was restarted.',
    time: { minutes: 30, worked_seconds: 1320, billable: null, work_type: null },
    warnings: [],
  };
  pushes: PsaPush[] = [];
  /** What guided sessions keep of their ticket. */
  kept: TicketSnapshot | null = null;
  time: TimeLine[] = [makeTime()];
  options = {
    boards: [
      { id: '1', name: 'Help Desk' },
      { id: '2', name: 'Alerts' },
    ],
    work_types: [{ id: '7', name: 'On site' }],
    work_roles: [{ id: '71', name: 'Engineer' }],
  };
  /** Whether whoever asks manages the connection. */
  managed = true;
  /** Previews wait for it. */
  composing: Promise<void> = Promise.resolve();
  /** Whether there is working time to charge. */
  worked = true;
  testOk = true;
  refuse: Record<string, { status: number; code: string; detail: string; errors?: Problem['errors'] }> = {};
  readonly calls: { method: string; path: string; query: URLSearchParams; body: Body }[] = [];

  constructor(others?: (url: string, init: RequestInit) => Promise<Response>) {
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const [path = '', query = ''] = url.replace('/api/v1', '').split('?');
      const ours = path.startsWith('/integrations/psa') || path.endsWith('/time') || isKept(path);
      if (!ours && others) return others(url, init);
      if (path.endsWith('/preview')) await this.composing;
      return this.answer(init, path, new URLSearchParams(query));
    });
  }

  sent(method: string, path: string): Body[] {
    return this.calls.filter((call) => call.method === method && call.path === path).map(({ body }) => body);
  }

  private answer(init: RequestInit, path: string, query: URLSearchParams): Response {
    const method = init.method ?? 'GET';
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Body) : {};
    this.calls.push({ method, path, query, body });
    const at = path.replace('/integrations/psa', '');
    if (path.endsWith('/time')) return this.ledger(method, body);
    if (isKept(path)) return reply({ ticket_data: this.kept });
    const refused = this.refuse[`${method} ${at}`];
    if (refused) {
      const { status, ...problem } = refused;
      return reply({ ...problem, request_id: 'r' }, status);
    }
    const [, first = '', second = '', third = ''] = at.split('/');
    if (first === '') return this.ofConnection(method, body);
    if (first === 'test') return this.test();
    if (first === 'options') return reply(this.options);
    if (first === 'settings' && this.connection) {
      this.connection = { ...this.connection, settings: body as unknown as PushSettings };
      return reply(this.connection.settings);
    }
    if (first === 'members') return second === '' ? reply(this.members) : this.map(second, body);
    if (first === 'tickets') return second === '' ? this.found(query) : reply(this.context);
    if (first === 'preview') {
      return this.previewOf(body['artefact'] as string);
    }
    if (first === 'pushes' && third === 'retry') {
      this.pushes = this.pushes.map((push) =>
        push.id === second ? { ...push, state: 'queued', last_error: null } : push,
      );
      return reply(this.pushes.find(({ id }) => id === second));
    }
    if (first === 'pushes' && method === 'POST') return this.push(body);
    const state = query.get('state');
    return reply(this.pushes.filter((push) => state === null || push.state === state));
  }

  private previewOf(artefact: string): Response {
    if (artefact === 'note') return reply({ ...this.preview, time: null });
    const said = this.time.find(({ fixed }) => !fixed)?.note;
    const charged = this.time.some(({ fixed, edited, minutes }) => !fixed && edited && minutes > 0);
    if (this.worked || charged)
      return reply({ ...this.preview, text: said ?? 'Time: the spooler was restarted.' });
    const errors = [{ loc: 'minutes', code: 'nothing_to_charge', message: 'no working time was measured' }];
    return reply({ code: 'validation_failed', detail: 'Not valid', errors, request_id: 'r' }, 422);
  }

  private ledger(method: string, said: Body): Response {
    if (method === 'PUT') {
      const { minutes, ...rest } = said as Partial<TimeLine>;
      this.time = this.time.map((line) =>
        line.fixed ? line : { ...line, ...rest, edited: true, minutes: minutes ?? line.measured_minutes },
      );
    }
    const total = this.time.reduce((sum, { minutes }) => sum + minutes, 0);
    const rounding = makeSettings().rounding;
    const ledger: TimeLedger = { entries: this.time, total_minutes: total, rounding, automatic: false };
    return reply(ledger);
  }

  private ofConnection(method: string, body: Body): Response {
    if (method === 'DELETE') {
      this.connection = null;
      return reply(null, 204);
    }
    if (method === 'PUT') {
      const { provider, site_url, company_id } = body as Partial<PsaConnectionInput>;
      this.connection = {
        ...(this.connection ?? makeConnection({ status: 'untested', last_tested_at: null })),
        ...(provider && site_url && company_id !== undefined ? { provider, site_url, company_id } : {}),
      };
      this.test();
    }
    return reply({
      connected: this.connection !== null,
      provider: this.connection?.provider ?? null,
      status: this.connection?.status ?? null,
      push_on_resolve: this.connection?.settings.push_on_resolve ?? false,
      push_on_escalate: this.connection?.settings.push_on_escalate ?? false,
      connection: this.managed ? this.connection : null,
    });
  }

  private test(): Response {
    const diagnosis = this.testOk
      ? {
          headline: 'The connection works',
          what_to_do: '',
          steps: [{ name: 'Reach the site', ok: true, detail: '' }],
        }
      : {
          headline: 'The keys are not taken',
          what_to_do: 'Make new keys for the API member, and enter both.',
          steps: [
            { name: 'Reach the site', ok: true, detail: 'Version 2025.1' },
            { name: 'Sign in', ok: false, detail: 'Incorrect public/private key' },
          ],
        };
    if (this.connection) {
      this.connection = { ...this.connection, status: this.testOk ? 'ok' : 'failing', diagnosis };
    }
    return reply({ ok: this.testOk, diagnosis });
  }

  private map(userId: string, body: Body): Response {
    const memberId = body['member_id'] as string | null;
    const member = this.members.psa_members.find(({ id }) => id === memberId);
    this.members = {
      ...this.members,
      items: this.members.items.map((item) =>
        item.user_id === userId
          ? {
              ...item,
              member_id: memberId,
              member_name: member?.name ?? null,
              how: member ? 'manual' : 'none',
            }
          : item,
      ),
    };
    return reply(this.members.items.find((item) => item.user_id === userId));
  }

  private found(query: URLSearchParams): Response {
    const q = (query.get('q') ?? '').toLowerCase();
    const board = this.options.boards.find(({ id }) => id === query.get('board'))?.name;
    return reply(
      this.tickets.filter(
        (ticket) =>
          `${ticket.id} ${ticket.summary} ${ticket.company}`.toLowerCase().includes(q) &&
          (board === undefined || ticket.board === board),
      ),
    );
  }

  private push(body: Body): Response {
    const fresh = (body['artefacts'] as PsaPush['artefact'][]).map((artefact) =>
      makePush({ id: `push-${artefact}`, artefact, session_id: String(body['session_id']) }),
    );
    this.pushes = [...fresh, ...this.pushes];
    return reply(fresh, 202);
  }
}
