import { request } from './client';
import { EVENT_STREAM, isEventStream, readEvents } from './event-stream';
import { ApiError, NetworkError } from './problem';
import type { Problem } from './types';

/** Whoever asked stopped waiting for the answer. */
export class Stopped extends Error {
  constructor() {
    super('Stopped.');
    this.name = 'Stopped';
  }
}

interface Streamed<T> {
  path: string;
  body: unknown;
  /** The next words of the answer, while it is written. */
  onText: (text: string) => void;
  signal: AbortSignal;
  /** How to see what became of it where the answer was lost; not where nothing can. */
  again?: {
    /** Where it stands now. */
    load: () => Promise<T>;
    /** What was sent is in it. */
    hasArrived: (now: T) => boolean;
  };
}

/**
 * Sends what is answered at length, and hands on the text of the answer as it is written where the server streams it; where
 * it answers with one piece of JSON that is the same answer. A stream that breaks off or is stopped is not begun anew: the
 * server takes what was sent all the same, and where it stands says whether it has.
 */
export async function sendStreamed<T>({ path, body, onText, signal, again }: Streamed<T>): Promise<T> {
  try {
    const headers = { accept: EVENT_STREAM };
    const response = await request('POST', path, { body, headers, signal });
    if (!isEventStream(response)) return (await response.json()) as T;
    const whole = await readAnswer<T>(response, onText);
    if (whole !== null) return whole;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const now = again ? await lookAgain(again.load, again.hasArrived) : null;
  if (now !== null) return now;
  throw signal.aborted ? new Stopped() : new NetworkError('The answer broke off.');
}

/** What is at the end of the stream; null where it broke off before. */
async function readAnswer<T>(response: Response, onText: (text: string) => void): Promise<T | null> {
  let whole: T | null = null;
  let refused: ApiError | null = null;
  try {
    await readEvents(response, ({ event, data }) => {
      if (event === 'delta') onText((JSON.parse(data) as { text: string }).text);
      else if (event === 'done') whole = JSON.parse(data) as T;
      else if (event === 'error') refused = refusal(JSON.parse(data) as Problem & { status?: number });
      return whole === null && refused === null ? 'more' : 'enough';
    });
  } catch {
    // The connection is gone. What counts is whether the answer was whole by then.
  }
  if (refused !== null) throw refused as ApiError;
  return whole;
}

/** An error in a stream has no status line; what cannot be said better is the server's own fault. */
const refusal = (problem: Problem & { status?: number }) => new ApiError(problem.status ?? 500, problem);

/** What lost its reader is finished without a model, which takes the server a moment; nothing tells when. */
const LOOKS_AFTER_MS = [0, 200, 600];

async function lookAgain<T>(load: () => Promise<T>, hasArrived: (now: T) => boolean): Promise<T | null> {
  for (const pause of LOOKS_AFTER_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const now = await load().catch(() => null);
    if (now !== null && hasArrived(now)) return now;
  }
  return null;
}
