import { ApiError, NetworkError } from '@/shared/api/problem';
import type { SessionResponse, StepRequest, Variables } from '@/shared/api/types';
import { newId } from '@/shared/lib/ids';
import { storage } from '@/shared/lib/storage';

/**
 * Everything an engineer does in a running session goes through this queue: written down first, then sent in order,
 * and forgotten only when the server has acknowledged it. A dead network, a closed lid or a reload loses nothing.
 *
 * The queue is kept in localStorage, one list per person and session. Until it is acknowledged an entry may hold the
 * value of a secret variable; it is deleted with the acknowledgement, and all of a person's when they sign out. A
 * sign-in that is ended for somebody leaves them, for that person alone, until they are back.
 */
export type NewEntry =
  | { kind: 'step'; body: StepRequest }
  | { kind: 'variables'; body: Variables }
  | { kind: 'scratchpad'; text: string }
  | { kind: 'details'; body: { ticket_number?: string | null; client_name?: string | null } };

export type QueueEntry = NewEntry & { id: string; at: string };

export interface Rejection {
  message: string;
  /** What the person had typed into what was refused, so that it can be copied and used again. */
  texts: string[];
  /** Whether the texts may stand on the screen: the value of a variable may be a secret. */
  shown: boolean;
}

export interface QueueState {
  entries: QueueEntry[];
  status: 'idle' | 'sending' | 'waiting';
  rejection: Rejection | null;
}

export interface QueuePort {
  send: (entry: QueueEntry) => Promise<SessionResponse>;
  /** The server's new state; called before the entry is dropped, so the screen never steps back. */
  acknowledged: (session: SessionResponse) => void;
  /** The server refused an entry; its own state must be read again. */
  refused: (error: ApiError) => void;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const TYPING_PAUSE_MS = 700;

export const queueKey = (userId: string, sessionId: string) => `rf.queue.${userId}.${sessionId}`;

/**
 * Worth sending again: nobody answered, the server is unwell or busy, the login has to be renewed or the account's plan
 * paid first. Work that was done is not thrown away for a missing payment.
 */
function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiError)) return false;
  return error.status >= 500 || [401, 402, 429].includes(error.status);
}

/** What a person typed to make this entry. */
function typedInto(entry: QueueEntry): string[] {
  switch (entry.kind) {
    case 'step':
      return [entry.body.title, entry.body.notes, entry.body.reason].filter((text) => text != null);
    case 'scratchpad':
      return [entry.text];
    case 'variables':
      return Object.entries(entry.body).map(([name, value]) => `${name}: ${String(value ?? '')}`);
    case 'details':
      return [entry.body.ticket_number, entry.body.client_name].filter((text) => text != null);
  }
}

export class SessionQueue {
  private state: QueueState;
  private readonly listeners = new Set<() => void>();
  private readonly idle = new Set<{ resolve: () => void; reject: (error: unknown) => void }>();
  private running = false;
  private stopped = false;
  private sendingId: string | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  private readonly key: string;
  private readonly port: QueuePort;

  constructor(key: string, port: QueuePort) {
    this.key = key;
    this.port = port;
    this.state = { entries: this.read(), status: 'idle', rejection: null };
  }

  getState = (): QueueState => this.state;

  subscribe = (notify: () => void): (() => void) => {
    this.listeners.add(notify);
    return () => this.listeners.delete(notify);
  };

  /** Steps leave at once; what is being typed waits for a pause, but is on disk with every keystroke. */
  push(entry: NewEntry): void {
    const entries = this.merge(this.read(), entry);
    this.write(entries);
    if (entry.kind === 'step' || entry.kind === 'details') this.wake(0);
    else if (!this.running && this.state.status !== 'waiting') this.wake(TYPING_PAUSE_MS);
  }

  /** Tries now: the network came back, the page was opened, the person pressed "retry". */
  retryNow = (): void => {
    this.failures = 0;
    this.wake(0);
  };

  /** Resolves when everything is with the server; rejects when that fails for now. */
  settled(): Promise<void> {
    if (this.state.entries.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.idle.add({ resolve, reject });
      this.retryNow();
    });
  }

  /** Ends it for good, at sign-out: nothing more is sent, and an answer under way no longer changes anything. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const waiter of this.idle) waiter.reject(new Error('Signed out'));
    this.idle.clear();
  }

  dismissRejection = (): void => this.update({ rejection: null });

  /** Another tab of the same session wrote to the list. */
  reload = (): void => this.update({ entries: this.read() });

  private merge(entries: QueueEntry[], entry: NewEntry): QueueEntry[] {
    const fresh = {
      ...entry,
      id: entry.kind === 'step' ? entry.body.entry_id : newId(),
      at: new Date().toISOString(),
    };
    const at = entries.findLastIndex((other) => other.kind === entry.kind && other.id !== this.sendingId);
    const other = entries[at];
    if (other?.kind === 'scratchpad' && entry.kind === 'scratchpad') {
      return entries.with(at, { ...other, text: entry.text });
    }
    // Variables may only join the last entry: a step in between may depend on the value it was taken with.
    if (other?.kind === 'variables' && entry.kind === 'variables' && at === entries.length - 1) {
      return entries.with(at, { ...other, body: { ...other.body, ...entry.body } });
    }
    return [...entries, fresh];
  }

  private wake(ms: number): void {
    if (this.stopped) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.run();
    }, ms);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      // One sender per browser: two tabs of one session must not overtake each other.
      if ('locks' in navigator) await navigator.locks.request(this.key, () => this.drain());
      else await this.drain();
    } finally {
      this.running = false;
    }
    // An entry may have come in after the last look and before the lock was given back.
    if (this.state.status === 'idle' && this.read().length > 0) this.wake(0);
  }

  private async drain(): Promise<void> {
    while (!this.stopped) {
      const [head] = this.read();
      if (!head) break;
      this.sendingId = head.id;
      this.update({ status: 'sending' });
      try {
        const session = await this.port.send(head);
        if (this.stopped) return;
        this.failures = 0;
        this.port.acknowledged(session);
        this.drop((entry) => entry.id === head.id);
      } catch (error) {
        if (this.stopped) return;
        if (isTransient(error)) {
          this.waitAndRetry(error);
          return;
        }
        this.refuse(head, error);
      } finally {
        this.sendingId = null;
      }
    }
    this.update({ status: 'idle' });
    for (const waiter of this.idle) waiter.resolve();
    this.idle.clear();
  }

  private waitAndRetry(error: unknown): void {
    const asked = error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    const backoff = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    this.update({ status: 'waiting' });
    for (const waiter of this.idle) waiter.reject(error);
    this.idle.clear();
    // Jitter, so that a hundred tabs do not come back in the same instant.
    this.wake(Math.max(asked, backoff * (0.75 + Math.random() / 2)));
  }

  private refuse(head: QueueEntry, error: unknown): void {
    // Later steps were taken on the belief that this one held, so they go with it. Typed text of other kinds stays.
    const gone = this.read().filter(
      (entry) => entry.id === head.id || (head.kind === 'step' && entry.kind === 'step'),
    );
    const texts = gone.flatMap(typedInto);
    this.drop((entry) => gone.some((other) => other.id === entry.id));
    const moved = error instanceof ApiError && error.code === 'step_not_current';
    const message = moved
      ? 'This session moved on in another place. This is where it stands now.'
      : error instanceof Error
        ? error.message
        : 'A change was refused.';
    this.update({ rejection: { message, texts, shown: head.kind !== 'variables' } });
    this.port.refused(error instanceof ApiError ? error : new ApiError(0, { detail: message }));
  }

  private drop(match: (entry: QueueEntry) => boolean): void {
    this.write(this.read().filter((entry) => !match(entry)));
  }

  private read(): QueueEntry[] {
    const text = storage.get(this.key);
    // Without storage the list lives in memory: less durable, still in order.
    if (text === null) return this.memoryOnly ? this.state.entries : [];
    try {
      return JSON.parse(text) as QueueEntry[];
    } catch {
      return [];
    }
  }

  private memoryOnly = false;

  private write(entries: QueueEntry[]): void {
    if (entries.length === 0) {
      storage.remove(this.key);
      this.update({ entries });
      return;
    }
    this.memoryOnly = !storage.set(this.key, JSON.stringify(entries));
    if (this.memoryOnly) storage.remove(this.key);
    this.update({ entries });
  }

  private update(change: Partial<QueueState>): void {
    this.state = { ...this.state, ...change };
    for (const notify of this.listeners) notify();
  }
}
