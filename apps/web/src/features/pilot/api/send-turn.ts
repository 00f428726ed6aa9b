import { api } from '@/shared/api/client';
import { sendStreamed } from '@/shared/api/streamed-answer';

import type { AiSession, Turn } from './types';

export const hasArrived = (session: AiSession, turn: Turn): boolean =>
  turn.kind === 'message'
    ? session.messages.some(({ id }) => id === turn.entry_id)
    : session.turn > turn.turn;

/** Sends a turn; its entry id makes the server take it once. */
export const sendTurn = (
  sessionId: string,
  turn: Turn,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<AiSession> =>
  sendStreamed({
    path: `/ai-sessions/${sessionId}/turns`,
    body: turn,
    onText,
    signal,
    again: {
      load: () => api.get<AiSession>(`/ai-sessions/${sessionId}`),
      hasArrived: (session) => hasArrived(session, turn),
    },
  });
