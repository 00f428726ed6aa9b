import { vi } from 'vitest';

import type { AiSession, Documentation, Fix, Step, Turn } from '@/features/pilot/api/types';
import type { SentRequest, SimilarCase } from '@/shared/api/types';

const AT = '2026-11-23T14:00:00Z';

export const makeStep = (change: Partial<Step> = {}): Step => ({
  id: 'step-1',
  step_order: 1,
  kind: 'action',
  title: 'Restart the print spooler',
  body: 'Open **Services**.',
  warning: null,
  commands: ['Restart-Service Spooler'],
  options: [],
  source: { kind: 'flow', tree_id: 'tree', tree_name: 'Printer does not print', node_id: 'spooler' },
  why: 'Jobs that hang are held by the spooler.',
  confidence_score: 0.9,
  answer: null,
  withdrawn: false,
  created_at: AT,
  ...change,
});

export const makeFix = (change: Partial<Fix> = {}): Fix => ({
  id: 'fix-1',
  session_id: 'ai',
  step_order: 1,
  title: 'Replace the driver',
  body: null,
  status: 'verifying',
  pending_reason: null,
  due_at: null,
  partial_notes: null,
  applied_at: null,
  verified_at: null,
  created_at: AT,
  updated_at: new Date().toISOString(),
  ...change,
});

export const makeAiSession = (change: Partial<AiSession> = {}): AiSession => ({
  id: 'ai',
  title: null,
  problem_summary: 'The printer at the front desk does not print',
  problem_domain: 'printing',
  psa_ticket_id: '48213',
  client_name: 'Contoso Dental',
  status: 'active',
  confidence_tier: 'guided',
  step_count: 1,
  user_id: 'user',
  escalated_to_id: null,
  picked_up_by: null,
  guided_session_id: null,
  created_at: AT,
  updated_at: AT,
  resolved_at: null,
  intake_type: 'free_text',
  intake_content: { text: 'Printer does not print' },
  confidence_score: 0.87,
  confidence_reasons: ['“printer” is in its name'],
  matched_flow_id: 'tree',
  matched_flow_name: 'Printer does not print',
  match_score: 0.87,
  resolution_summary: null,
  resolution_action: null,
  suggested_resolution: null,
  session_rating: null,
  session_feedback: null,
  total_input_tokens: 0,
  total_output_tokens: 0,
  engine: { name: 'offline', reason: null },
  turn: 1,
  revision: 1,
  can_work: true,
  messages: [
    { id: 'm1', role: 'copilot', text: 'I follow the flow.', step_order: 1, by: null, engine: null, at: AT },
  ],
  steps: [makeStep()],
  fixes: [],
  signatures: [{ kind: 'hresult', code: '0x00000709', meaning: 'The printer name is not valid.' }],
  uploads: [],
  ...change,
});

export const makeNote = (change: Partial<Documentation> = {}): Documentation => ({
  kind: 'resolution_note',
  engine: { name: 'offline', reason: null },
  sections: [{ title: 'Problem', sentences: [{ text: 'It does not print.', evidence: [] }] }],
  evidence: [],
  text: '## Problem\n\n- It does not print.',
  edit: null,
  revision: 0,
  redaction: { counts: {}, total: 0 },
  ...change,
});

const reply = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

/** An answer that a test writes piece by piece. */
export class AnswerWriter {
  turn!: Turn;
  /** The page does not wait for it any more. */
  aborted = false;
  onAbort: () => void = () => undefined;
  private controller!: ReadableStreamDefaultController<Uint8Array>;

  begin(signal: AbortSignal | null): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
    });
    signal?.addEventListener('abort', () => {
      this.aborted = true;
      this.onAbort();
      this.controller.error(signal.reason);
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  raw(text: string): void {
    this.controller.enqueue(new TextEncoder().encode(text));
  }

  event(kind: string, data: unknown): void {
    this.raw(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  breakOff(): void {
    this.controller.error(new TypeError('cut off'));
  }
}

/**
 * A server of one conversation, with the rules of turns: an entry is taken once, and a turn that is not the next one is
 * refused. `down` is a network without an answer; `loseAnswers` takes the turn, and the answer never arrives.
 */
export class PilotServer {
  session: AiSession;
  next: Step[];
  down = false;
  loseAnswers = false;
  /** Set where turns are answered by a stream, which the test writes itself. */
  streaming: AnswerWriter | null = null;
  sent: SentRequest[] = [];
  note: Documentation = makeNote();
  similar: SimilarCase[] = [];
  /** What each turn was asked to be answered in. */
  readonly accepts: (string | null)[] = [];
  readonly turns: Turn[] = [];
  readonly calls: { method: string; path: string; body: Record<string, unknown> }[] = [];
  private readonly seen = new Set<string>();

  constructor(session: AiSession = makeAiSession(), next: Step[] = []) {
    this.session = session;
    this.next = next;
    vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
      Promise.resolve().then(() => this.answer(url, init)),
    );
  }

  /** Another tab took a turn. */
  moveOn(change: Partial<AiSession>): void {
    const { turn, revision } = this.session;
    this.session = { ...this.session, turn: turn + 1, revision: revision + 1, ...change };
  }

  private answer(url: string, init: RequestInit): Response {
    if (this.down) throw new TypeError('no network');
    const path = url.replace('/api/v1', '').replace(/\?.*/, '');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const method = init.method ?? 'GET';
    this.calls.push({ method, path, body });
    if (path.startsWith('/integrations/psa')) {
      return reply({ code: 'psa_not_connected', detail: 'No PSA is connected.', request_id: 'r' }, 409);
    }
    if (path.endsWith('/turns')) {
      this.accepts.push(new Headers(init.headers).get('accept'));
      return this.streaming === null ? this.take(body as unknown as Turn) : this.stream(init);
    }
    if (path.endsWith('/similar')) return reply(this.similar);
    if (path.endsWith('/documentation')) {
      if (method === 'PUT') this.edit(body['text'] as string | null);
      return reply(this.note);
    }
    if (path === '/meta') return reply({});
    if (path.endsWith('/sent')) return reply(this.sent);
    if (path === '/ai-sessions' && method === 'GET') return reply([this.session]);
    if (path.endsWith('/fixes/due')) return reply([]);
    if (path.includes('/fixes/')) {
      this.moveOn({ turn: this.session.turn, fixes: this.session.fixes.map((fix) => ({ ...fix, ...body })) });
    }
    if (path.endsWith('/pause')) this.moveOn({ turn: this.session.turn, status: 'paused' });
    if (path.endsWith('/resume')) this.moveOn({ turn: this.session.turn, status: 'active' });
    if (path.endsWith('/resolve')) {
      this.moveOn({ turn: this.session.turn, status: 'resolved', resolved_at: AT, ...body });
    }
    if (path.endsWith('/rating')) this.moveOn({ session_rating: body['rating'] as number });
    return reply(this.session, path === '/ai-sessions' ? 201 : 200);
  }

  private edit(text: string | null): void {
    const { revision } = this.note;
    const edit = text === null ? null : { text, by: 'Eli', at: AT, holds: true };
    this.note = { ...this.note, text: text ?? makeNote().text, edit, revision: revision + 1 };
  }

  /** Takes the turn of a stream, and answers with where the session stands then. */
  finish(writer: AnswerWriter): void {
    void this.take(writer.turn)
      .json()
      .then((session: unknown) => writer.event('done', session));
  }

  /** Takes the turn of a stream, and its answer never comes. */
  takeSilently(writer: AnswerWriter): void {
    this.take(writer.turn);
  }

  private stream(init: RequestInit): Response {
    const writer = this.streaming;
    if (writer === null) throw new Error('no stream is being answered');
    writer.turn = JSON.parse(init.body as string) as Turn;
    return writer.begin(init.signal ?? null);
  }

  private take(turn: Turn): Response {
    if (!this.seen.has(turn.entry_id)) {
      if (turn.turn !== this.session.turn) {
        const detail = { message: 'The session has moved on.', turn: this.session.turn };
        return reply({ code: 'stale_turn', detail, request_id: 'r' }, 409);
      }
      if (this.session.status === 'paused') {
        return reply({ code: 'ai_session_paused', detail: 'This session is paused.', request_id: 'r' }, 409);
      }
      this.seen.add(turn.entry_id);
      this.turns.push(turn);
      this.advance(turn);
    }
    if (this.loseAnswers) throw new TypeError('cut off');
    return reply(this.session);
  }

  private advance(turn: Turn): void {
    const at = new Date().toISOString();
    const open = this.session.steps.findLast((step) => step.answer === null && !step.withdrawn);
    const label =
      turn.kind === 'verdict' ? open?.options.find(({ id }) => id === turn.option_id)?.label : null;
    const steps = this.session.steps.map((step) =>
      step !== open || turn.kind !== 'verdict'
        ? step
        : {
            ...step,
            answer: {
              verdict: turn.verdict,
              option_id: turn.option_id ?? null,
              label: label ?? null,
              reason: turn.reason ?? null,
              notes: turn.notes ?? null,
              at,
              by: 'user',
            },
          },
    );
    const said =
      turn.kind === 'message'
        ? [
            {
              id: turn.entry_id,
              role: 'engineer' as const,
              text: turn.text,
              step_order: null,
              by: 'user',
              engine: null,
              at,
            },
          ]
        : [];
    const fresh = turn.kind === 'verdict' ? this.next.splice(0, 1) : [];
    this.moveOn({
      messages: [...this.session.messages, ...said],
      steps: [...steps, ...fresh.map((step) => ({ ...step, created_at: at }))],
    });
  }
}
