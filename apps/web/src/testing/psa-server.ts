import { vi } from 'vitest';

import type {
  PsaConnection,
  PsaConnectionInput,
  PsaMembers,
  PsaPush,
  PsaTicket,
  PsaTicketContext,
  PushPreview,
  PushSettings,
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
  warnings: [],
  created_at: AT,
  updated_at: AT,
  external_id: null,
  ...change,
});

const reply = (body: unknown, status = 200) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });

type Body = Record<string, unknown>;

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
    time: { minutes: 30, worked_seconds: 1320, work_type: null },
    warnings: [],
  };
  pushes: PsaPush[] = [];
  /** Whether there is working time to charge. */
  worked = true;
  testOk = true;
  refuse: Record<string, { status: number; code: string; detail: string }> = {};
  readonly calls: { method: string; path: string; query: URLSearchParams; body: Body }[] = [];

  constructor(others?: (url: string, init: RequestInit) => Promise<Response>) {
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const [path = '', query = ''] = url.replace('/api/v1', '').split('?');
      if (!path.startsWith('/integrations/psa') && others) return others(url, init);
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
    const refused = this.refuse[`${method} ${at}`];
    if (refused) {
      return reply({ code: refused.code, detail: refused.detail, request_id: 'r' }, refused.status);
    }
    const [, first = '', second = '', third = ''] = at.split('/');
    if (first === '') return this.ofConnection(method, body);
    if (first === 'test') return this.test();
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
    if (this.worked) return reply({ ...this.preview, text: 'Time: the spooler was restarted.' });
    const errors = [{ loc: 'minutes', code: 'nothing_to_charge', message: 'no working time was measured' }];
    return reply({ code: 'validation_failed', detail: 'Not valid', errors, request_id: 'r' }, 422);
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
        ...(provider && site_url && company_id ? { provider, site_url, company_id } : {}),
      };
      this.test();
    }
    return reply({ connected: this.connection !== null, connection: this.connection });
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
    return reply(
      this.tickets.filter(({ id, summary, company }) =>
        `${id} ${summary} ${company}`.toLowerCase().includes(q),
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
