import { createSseParser, type SseMessage } from './sse-parser';

/** `refused`: the server lets this person not listen; it is asked again, for the cause may pass. */
export type StreamStatus = 'connecting' | 'open' | 'waiting' | 'refused' | 'closed';

export interface StreamOptions {
  token: () => string | null;
  /** Asks for a new token in place of the one that was refused; null ends the stream. */
  renew: (refused: string | null) => Promise<string | null>;
  onMessage: (message: SseMessage) => void;
  onStatus: (status: StreamStatus) => void;
  /** Where an earlier reader of the same stream stopped. */
  lastEventId?: string | null;
  /** The server is heard from every 25 s; a socket that is silent for longer than this is given up. */
  silenceMs?: number;
  baseDelayMs?: number;
  maxDelayMs?: number;
  /** After so long a server that refused is asked again. */
  refusedMs?: number;
  /** Calls back when what a refusal was about may have changed; answers how to stop that. */
  onChange?: (again: () => void) => () => void;
}

/** The server lets us not listen as things are. */
class Refused extends Error {}
/** The server has nothing to say to us, now or later, or nobody is signed in any more. */
class Over extends Error {}

const SILENCE_MS = 60_000;
const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
const REFUSED_MS = 60_000;

/**
 * Reads a stream of events that needs to know who asks, which the browser's EventSource cannot say. It resumes where it
 * stopped, tries again after a growing pause of random length, and at once when the network is back.
 */
export function subscribe(url: string, options: StreamOptions): () => void {
  const stop = new AbortController();
  let lastId = options.lastEventId ?? null;
  let base = options.baseDelayMs ?? BASE_DELAY_MS;
  let attempt = 0;

  async function once(): Promise<void> {
    const connection = new AbortController();
    const abort = () => connection.abort();
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(abort, options.silenceMs ?? SILENCE_MS);
    };
    stop.signal.addEventListener('abort', abort, { once: true });
    try {
      alive();
      const body = await open(connection.signal);
      options.onStatus('open');
      attempt = 0;
      const parse = createSseParser({
        onMessage: (message) => {
          lastId = message.id ?? lastId;
          if (!stop.signal.aborted) options.onMessage(message);
        },
        onRetry: (ms) => {
          base = ms;
        },
      });
      const reader = body.getReader();
      connection.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), {
        once: true,
      });
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        alive();
        parse(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(watchdog);
      stop.signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  async function open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    let token = options.token();
    let response = await ask(token, signal);
    if (response.status === 401) {
      token = await options.renew(token);
      if (token === null) throw new Over();
      response = await ask(token, signal);
    }
    const { status, body } = response;
    if (status === 204) throw new Over();
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) throw new Refused();
    if (!response.ok || !body) throw new Error(`The stream answered with status ${status}.`);
    return body;
  }

  function ask(token: string | null, signal: AbortSignal): Promise<Response> {
    const headers = new Headers({ accept: 'text/event-stream' });
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    if (lastId !== null) headers.set('last-event-id', lastId);
    return fetch(url, { headers, signal, cache: 'no-store' });
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      options.onStatus('connecting');
      let refused = false;
      try {
        await once();
      } catch (error) {
        if (error instanceof Over) break;
        refused = error instanceof Refused;
      }
      if (stop.signal.aborted) break;
      if (refused) {
        options.onStatus('refused');
        await pause(options.refusedMs ?? REFUSED_MS, stop.signal, options.onChange);
        continue;
      }
      options.onStatus('waiting');
      const cap = Math.min(options.maxDelayMs ?? MAX_DELAY_MS, base * 2 ** attempt);
      attempt += 1;
      await pause(cap / 2 + Math.random() * (cap / 2), stop.signal);
    }
    options.onStatus('closed');
  }

  void run();
  return () => stop.abort();
}

/** Ends early when the network is back, when something has changed, or when nobody waits any more. */
function pause(
  ms: number,
  signal: AbortSignal,
  onChange: StreamOptions['onChange'] = () => () => undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      forget();
      window.removeEventListener('online', wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const forget = onChange(wake);
    window.addEventListener('online', wake, { once: true });
    signal.addEventListener('abort', wake, { once: true });
  });
}
