import { newId } from '@/shared/lib/ids';
import { drafts } from '@/shared/lib/storage';

import type { Move, Turn } from '../api/types';

/**
 * The turn that was sent and not acknowledged. It is written down before it leaves, so that neither a dead network nor a
 * reload loses what was typed, and so that the same words sent again are the same turn to the server.
 */
const key = (sessionId: string) => `pilot.out.${sessionId}`;

export function readOutgoing(sessionId: string): Turn | null {
  try {
    const kept: unknown = JSON.parse(drafts.get(key(sessionId)) || 'null');
    return kept !== null && typeof kept === 'object' && 'entry_id' in kept ? (kept as Turn) : null;
  } catch {
    return null;
  }
}

export function writeOutgoing(sessionId: string, turn: Turn | null): void {
  drafts.set(key(sessionId), turn === null ? '' : JSON.stringify(turn));
}

/** A turn for a move; one that was not acknowledged keeps its id, so that the server takes it once. */
export function turnFor(move: Move, turn: number, unacknowledged: Turn | null): Turn {
  const fresh: Turn = { ...move, turn, entry_id: newId() };
  if (unacknowledged === null) return fresh;
  const same =
    JSON.stringify({ ...fresh, entry_id: unacknowledged.entry_id }) === JSON.stringify(unacknowledged);
  return same ? unacknowledged : fresh;
}
