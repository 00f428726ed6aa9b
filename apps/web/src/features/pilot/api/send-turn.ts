import { api, request } from '@/shared/api/client';
import { EVENT_STREAM, isEventStream, readEvents } from '@/shared/api/event-stream';
import { ApiError, NetworkError } from '@/shared/api/problem';
import type { Problem } from '@/shared/api/types';

import type { AiSession, Turn } from './types';

/** The engineer stopped waiting for the answer. */
export class Stopped extends Error {
  constructor() {
    super('Stopped.');
    this.name = 'Stopped';
  }
}

export const hasArrived = (session: AiSession, turn: Turn): boolean =>
  turn.kind === 'message'
    ? session.messages.some(({ id }) => id === turn.entry_id)
    : session.turn > turn.turn;

/**
 * Sends a turn, and hands on the text of the answer as it is written where the server streams it; where it answers with one
 * piece of JSON that is the same answer. A stream that breaks off or is stopped is not begun anew: the server takes the
 * turn all the same, and where the session stands says whether it has.
 */
export async function sendTurn(
  sessionId: string,
  turn: Turn,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<AiSession> {
  try {
    const response = await request('POST', `/ai-sessions/${sessionId}/turns`, {
      body: turn,
      headers: { accept: EVENT_STREAM },
      signal,
    });
    if (!isEventStream(response)) return (await response.json()) as AiSession;
    const session = await readAnswer(response, onText);
    if (session !== null) return session;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const session = await lookAgain(sessionId, turn);
  if (session !== null) return session;
  throw signal.aborted ? new Stopped() : new NetworkError('The answer broke off.');
}

/** The session at the end of the stream; null where it broke off before. */
async function readAnswer(response: Response, onText: (text: string) => void): Promise<AiSession | null> {
  let session: AiSession | null = null;
  let refused: ApiError | null = null;
  try {
    await readEvents(response, ({ event, data }) => {
      if (event === 'delta') onText((JSON.parse(data) as { text: string }).text);
      else if (event === 'done') session = JSON.parse(data) as AiSession;
      else if (event === 'error') refused = refusal(JSON.parse(data) as Problem & { status?: number });
      return session === null && refused === null ? 'more' : 'enough';
    });
  } catch {
    // The connection is gone. What counts is whether the answer was whole by then.
  }
  if (refused !== null) throw refused as ApiError;
  return session;
}

/** An error in a stream has no status line; what cannot be said better is the server's own fault. */
const refusal = (problem: Problem & { status?: number }) => new ApiError(problem.status ?? 500, problem);

/** A turn that lost its reader is finished without a model, which takes the server a moment; nothing tells when. */
const LOOKS_AFTER_MS = [0, 200, 600];

/** The session once it has the turn; null where it does not get it. */
async function lookAgain(sessionId: string, turn: Turn): Promise<AiSession | null> {
  for (const pause of LOOKS_AFTER_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const session = await api.get<AiSession>(`/ai-sessions/${sessionId}`).catch(() => null);
    if (session !== null && hasArrived(session, turn)) return session;
  }
  return null;
}
