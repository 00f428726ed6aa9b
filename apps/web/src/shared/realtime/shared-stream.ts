import { subscribe, type StreamOptions, type StreamStatus } from './sse';
import type { SseMessage } from './sse-parser';

type Relayed =
  | { kind: 'message'; message: SseMessage }
  | { kind: 'status'; status: StreamStatus }
  | { kind: 'ask' };

/**
 * One stream for all tabs of this browser: over HTTP/1.1 it allows six connections to a server, and a seventh tab would
 * wait for ever. The tab that holds the lock reads and tells the others; when it closes, the next one goes on from the
 * event it heard of last. Without locks (a page that is not served securely) every tab reads for itself.
 *
 * `name` must be one for each person who may be signed in here.
 */
export function subscribeShared(name: string, url: string, options: StreamOptions): () => void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return subscribe(url, options);
  const channel = new BroadcastChannel(name);
  const stop = new AbortController();
  let leading = false;
  let status: StreamStatus = 'connecting';
  let lastEventId = options.lastEventId ?? null;
  const tell = (relayed: Relayed) => {
    if (!stop.signal.aborted) channel.postMessage(relayed);
  };
  const take = (message: SseMessage) => {
    lastEventId = message.id ?? lastEventId;
    options.onMessage(message);
  };

  channel.addEventListener('message', ({ data }: MessageEvent<Relayed>) => {
    if (data.kind === 'message') take(data.message);
    else if (data.kind === 'status') options.onStatus(data.status);
    else if (leading) tell({ kind: 'status', status });
  });
  // Whoever leads says how it is going; a tab that opens later missed it.
  tell({ kind: 'ask' });

  const lead = () =>
    new Promise<void>((release) => {
      leading = true;
      const end = subscribe(url, {
        ...options,
        lastEventId,
        onMessage: (message) => {
          take(message);
          tell({ kind: 'message', message });
        },
        onStatus: (next) => {
          status = next;
          options.onStatus(next);
          tell({ kind: 'status', status: next });
          if (next === 'closed') release();
        },
      });
      stop.signal.addEventListener('abort', end, { once: true });
    });
  navigator.locks.request(name, { signal: stop.signal }, lead).catch(() => {
    // Stopped before this tab had its turn.
  });
  return () => {
    stop.abort();
    channel.close();
  };
}
