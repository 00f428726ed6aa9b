import { vi } from 'vitest';

import type {
  AiSession,
  Handoff,
  HandoffSnapshot,
  Notification,
  NotificationPreferences,
  ReasonQuality,
} from '@/shared/api/types';

import { makeAiSession } from './pilot-server';

const AT = '2026-11-23T14:00:00Z';

type HandoffChange = Partial<Omit<Handoff, 'snapshot'>> & { snapshot?: Partial<HandoffSnapshot> };

export const makeHandoff = ({ snapshot = {}, ...change }: HandoffChange = {}): Handoff => ({
  id: 'handoff-1',
  session_id: 'ai',
  intent: 'escalate',
  reason: 'Every queue is stuck and I have no rights on the server.',
  status: 'waiting',
  created_by: 'jane',
  created_by_name: 'Jane Doe',
  target_user_id: null,
  target_name: null,
  created_at: AT,
  snapshot: {
    problem_summary: 'The printer at the front desk does not print',
    problem_domain: 'printing',
    steps_on_record: 2,
    confidence_tier: 'guided',
    psa_ticket_id: '48213',
    client_name: 'Contoso Dental',
    tried: [
      { order: 1, title: 'Restart the print spooler', verdict: 'did_not_work', note: 'It stops again.' },
      { order: 2, title: 'Does another program print?', verdict: 'answered', note: null },
    ],
    seen: ['0x00000709'],
    pending_fix: null,
    ...snapshot,
  },
  ai_assessment: null,
  ai_assessment_data: null,
  assessment_status: 'pending',
  claimed_by: null,
  claimed_by_name: null,
  claimed_at: null,
  ...change,
});

export const ASSESSED = {
  assessment_status: 'ready',
  ai_assessment: 'The spooler falls over a driver.',
  ai_assessment_data: {
    likely: [
      {
        cause: 'A broken printer driver',
        evidence_for: ['The spooler stops again'],
        evidence_against: ['Another program prints'],
      },
    ],
    suggested_steps: ['Remove the newest driver', 'Read the event log'],
    engine: 'offline',
  },
} as const satisfies Partial<Handoff>;

const reply = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refuse = (status: number, code: string, detail: unknown) =>
  reply({ code, detail, request_id: 'r' }, status);

/** A server with one session and what is handed over of it. Whoever asks is "user", an engineer. */
export class HandoffServer {
  session: AiSession;
  handoffs: Handoff[];
  notifications: Notification[] = [];
  preferences: NotificationPreferences = { events: {}, quiet_hours: null };
  quality: ReasonQuality = { score: 0, asks: [] };
  /** Null: whoever asks may not know. */
  psa: { connected: boolean; push_on_escalate: boolean } | null = null;
  /** The next claim comes too late. */
  winner: { winner_id: string; winner_name: string; claimed_at: string } | null = null;
  down = false;
  /** What is written waits for this. */
  held: Promise<void> | null = null;
  readonly calls: { method: string; path: string; query: string; body: Record<string, unknown> }[] = [];
  private readonly streams = new Set<ReadableStreamDefaultController<Uint8Array>>();

  constructor(handoffs: Handoff[] = [], session: AiSession = makeAiSession()) {
    this.handoffs = handoffs;
    this.session = session;
    vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) =>
      Promise.resolve(init.method === 'POST' ? this.held : null).then(() => this.answer(url, init)),
    );
  }

  /** What went to an address, without what was only asked. */
  sent(method: string, ending: string) {
    return this.calls.filter((call) => call.method === method && call.path.endsWith(ending));
  }

  asked(path: string): number {
    return this.calls.filter((call) => call.method === 'GET' && call.path === path).length;
  }

  /** Tells every open page. */
  tell(kind: string, about: unknown = {}): void {
    const text = new TextEncoder().encode(`event: ${kind}\ndata: ${JSON.stringify(about)}\n\n`);
    for (const stream of this.streams) stream.enqueue(text);
  }

  change(id: string, change: Partial<Handoff>): void {
    this.handoffs = this.handoffs.map((handoff) => (handoff.id === id ? { ...handoff, ...change } : handoff));
  }

  private answer(url: string, init: RequestInit): Response {
    if (this.down) throw new TypeError('no network');
    const { pathname, search } = new URL(url, 'http://rf.test');
    const path = pathname.replace('/api/v1', '');
    const method = init.method ?? 'GET';
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    this.calls.push({ method, path, query: search, body });
    if (path === '/ai-sessions/escalations/stream') return this.stream(init.signal ?? null);
    if (path === '/ai-sessions/escalations') {
      const domain = new URLSearchParams(search).get('domain');
      return reply(
        this.waiting().filter(({ snapshot }) => domain === null || snapshot.problem_domain === domain),
      );
    }
    return this.read(path) ?? this.write(path, method, body);
  }

  private stream(signal: AbortSignal | null): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.add(controller);
        signal?.addEventListener('abort', () => this.streams.delete(controller));
        controller.enqueue(new TextEncoder().encode('event: ready\ndata: {}\n\n'));
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  private waiting(): Handoff[] {
    return this.handoffs.filter(({ status, created_by: by }) => status === 'waiting' && by !== 'user');
  }

  private read(path: string): Response | null {
    const known: Record<string, () => unknown> = {
      '/ai-sessions/escalations/count': () => ({ count: this.waiting().length }),
      '/ai-sessions/escalation-quality': () => this.quality,
      '/ai-sessions/ai/handoffs': () => this.handoffs,
      '/notifications': () => this.notifications,
      '/notifications/unread-count': () => ({
        unread: this.notifications.filter(({ read_at: at }) => at === null).length,
      }),
      '/accounts/me/members': () => [
        { id: 'user', name: 'Eli Navarro', role: 'engineer', email: 'eli@x.example' },
        { id: 'sam', name: 'Sam Ortiz', role: 'team_admin', email: 'sam@x.example' },
        { id: 'vic', name: 'Vic Lindqvist', role: 'viewer', email: 'vic@x.example' },
      ],
      '/ai-sessions/fixes/due': () => [],
    };
    if (path === '/integrations/psa') {
      return this.psa === null ? refuse(403, 'not_enough_permissions', 'No.') : reply(this.psa);
    }
    if (path.startsWith('/integrations/psa/')) {
      return refuse(409, 'psa_not_connected', 'No PSA is connected.');
    }
    const found = known[path];
    return found === undefined ? null : reply(found());
  }

  private write(path: string, method: string, body: Record<string, unknown>): Response {
    if (path === '/notifications/preferences') {
      if (method === 'PUT') this.preferences = body as unknown as NotificationPreferences;
      return reply(this.preferences);
    }
    if (path === '/ai-sessions' && method === 'GET') return reply([this.session]);
    if (path.endsWith('/handoff')) return this.handOver(body);
    if (path.endsWith('/claim')) return this.claim(path.split('/').at(-2) ?? '');
    if (path.endsWith('/read')) return this.readOne(path.split('/').at(-2) ?? '');
    if (path.endsWith('/read-all')) {
      this.notifications = this.notifications.map((one) => ({ ...one, read_at: AT }));
      return reply({ marked: this.notifications.length });
    }
    if (path.endsWith('/pickup')) {
      this.session = { ...this.session, status: 'active', escalated_to_id: 'user', can_work: true };
      return reply(this.session);
    }
    if (path.includes('/fixes/')) {
      this.session = {
        ...this.session,
        revision: this.session.revision + 1,
        fixes: this.session.fixes.map((fix) => ({ ...fix, ...body })),
      };
    }
    return reply(this.session);
  }

  private handOver(body: Record<string, unknown>): Response {
    const made = makeHandoff({
      created_by: 'user',
      intent: body['intent'] as Handoff['intent'],
      reason: body['reason'] as string,
    });
    this.handoffs = [made, ...this.handoffs];
    const status = body['intent'] === 'escalate' ? 'escalated' : 'paused';
    this.session = { ...this.session, status, revision: this.session.revision + 1 };
    return reply(
      { handoff: made, session_status: status, documentation: null, psa_result: { status: 'no_psa' } },
      201,
    );
  }

  private claim(id: string): Response {
    const { winner } = this;
    if (winner !== null) {
      this.change(id, {
        status: 'claimed',
        claimed_by: winner.winner_id,
        claimed_by_name: winner.winner_name,
        claimed_at: winner.claimed_at,
      });
      return refuse(409, 'handoff_already_claimed', { message: 'It is claimed.', ...winner });
    }
    this.change(id, {
      status: 'claimed',
      claimed_by: 'user',
      claimed_by_name: 'Eli Navarro',
      claimed_at: AT,
    });
    return reply(this.handoffs.find((handoff) => handoff.id === id));
  }

  private readOne(id: string): Response {
    this.notifications = this.notifications.map((one) => (one.id === id ? { ...one, read_at: AT } : one));
    return reply(this.notifications.find((one) => one.id === id));
  }
}
