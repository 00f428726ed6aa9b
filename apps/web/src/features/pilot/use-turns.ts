import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { ApiError, isCode, messageOf, NetworkError } from '@/shared/api/problem';
import { Stopped } from '@/shared/api/streamed-answer';
import { AnswerStream } from '@/shared/lib/answer-stream';
import { drafts } from '@/shared/lib/storage';
import { useDraft } from '@/shared/lib/use-draft';

import { useSendTurn } from './api/mutations';
import { pilotKeys } from './api/recent';
import { hasArrived } from './api/send-turn';
import type { AiSession, Move, Turn } from './api/types';
import { readOutgoing, turnFor, writeOutgoing } from './model/outgoing';

export interface TurnNotice {
  kind: 'moved' | 'refused' | 'unsent' | 'stopped';
  title: string;
  text: string;
  /** Set where sending the same again may help. */
  again: Move | null;
  /** The turn the session had; the notice of an unsent move is void once it has another. */
  turn: number;
}

export interface Turns {
  text: string;
  setText: (text: string) => void;
  /** What is under way. */
  sending: Move | null;
  /** The answer to it, as far as it is written. */
  answer: AnswerStream;
  /** Waits no longer for the answer. */
  stop: () => void;
  notice: TurnNotice | null;
  dismiss: () => void;
  /** `taken` is called when the server has it; nothing is sent while something is under way. */
  send: (move: Move, taken?: () => void) => void;
}

const joined = (...texts: string[]) => texts.filter((text) => text.trim() !== '').join('\n\n');

/** Takes turns in a conversation. What is typed is in the draft until the server has it. */
export function useTurns(session: AiSession): Turns {
  const client = useQueryClient();
  const [answer] = useState(() => new AnswerStream());
  const mutation = useSendTurn(session.id, (piece) => answer.push(piece));
  const [notice, setNotice] = useState<TurnNotice | null>(null);
  const [sending, setSending] = useState<Move | null>(null);
  const [restored] = useState(() => takeBack(session));
  const unacknowledged = useRef<Turn | null>(restored);
  const busy = useRef(false);
  const under = useRef<AbortController | null>(null);
  const [draft, setDraft] = useDraft(draftName(session.id));
  // What is typed while something is under way is newer than what the sender saw.
  const text = useRef(draft);
  const setText = useCallback(
    (next: string) => {
      text.current = next;
      setDraft(next);
    },
    [setDraft],
  );
  useEffect(() => {
    // The answer was lost and not the message: it need not be sent again.
    const turn = unacknowledged.current;
    if (turn?.kind !== 'message' || !hasArrived(session, turn)) return;
    unacknowledged.current = null;
    setText(withoutSent(text.current, turn.text));
  }, [session, setText]);

  function failed(turn: Turn, move: Move, error: unknown): void {
    if (move.kind === 'message') setText(joined(move.text, text.current));
    writeOutgoing(session.id, null);
    const kept = move.kind === 'message' ? ' What you typed is kept below.' : '';
    const about = { again: null, turn: turn.turn };
    if (error instanceof Stopped) {
      // The server may have taken it all the same; if it comes again it is the same turn.
      unacknowledged.current = turn;
      setNotice({ ...about, kind: 'stopped', title: 'Stopped', text: kept.trim() || 'Nothing is lost.' });
    } else if (isCode(error, 'stale_turn', 'step_answered')) {
      setNotice({
        ...about,
        kind: 'moved',
        title: 'The session moved on meanwhile',
        text: `Perhaps in another tab. This is where it is now.${kept}`,
      });
    } else if (isTransient(error)) {
      unacknowledged.current = turn;
      setNotice({
        ...about,
        kind: 'unsent',
        title: error instanceof NetworkError ? 'Not sent: no connection' : 'Not sent',
        text: `${error instanceof NetworkError ? '' : messageOf(error)}${kept}`.trim() || 'Nothing is lost.',
        again: move,
      });
    } else {
      setNotice({ ...about, kind: 'refused', title: messageOf(error), text: kept.trim() });
    }
    // Whatever was refused, the server knows where the session stands; without a network this waits.
    if (error instanceof ApiError || error instanceof Stopped)
      void client.invalidateQueries({ queryKey: pilotKeys.one(session.id) });
  }

  function send(move: Move, taken?: () => void): void {
    if (busy.current) return;
    busy.current = true;
    const turn = turnFor(move, session.turn, unacknowledged.current);
    writeOutgoing(session.id, turn);
    if (move.kind === 'message') setText(withoutSent(text.current, move.text));
    setNotice(null);
    setSending(move);
    const controller = new AbortController();
    under.current = controller;
    mutation
      .mutateAsync({ turn, signal: controller.signal })
      .then(() => {
        unacknowledged.current = null;
        writeOutgoing(session.id, null);
        taken?.();
      })
      .catch((error: unknown) => failed(turn, move, error))
      .finally(() => {
        busy.current = false;
        answer.clear();
        setSending(null);
      });
  }

  const outdated = (notice?.kind === 'unsent' || notice?.kind === 'stopped') && notice.turn !== session.turn;
  return {
    text: draft,
    setText,
    sending,
    answer,
    stop: () => under.current?.abort(),
    notice: outdated ? null : notice,
    dismiss: () => setNotice(null),
    send,
  };
}

/** What was typed, without what just left. */
function withoutSent(text: string, sent: string): string {
  return text.trim().startsWith(sent) ? text.trim().slice(sent.length).trim() : text;
}

function isTransient(error: unknown): boolean {
  return (
    error instanceof NetworkError ||
    (error instanceof ApiError && (error.status >= 500 || error.status === 429))
  );
}

const draftName = (sessionId: string) => `pilot.${sessionId}`;

/** A reload in the middle of sending: what had left and never arrived stands in the field again. */
function takeBack(session: AiSession): Turn | null {
  const turn = readOutgoing(session.id);
  if (turn === null || (turn.kind === 'message' && hasArrived(session, turn))) return null;
  writeOutgoing(session.id, null);
  if (turn.kind === 'message') {
    const name = draftName(session.id);
    drafts.set(name, joined(turn.text, drafts.get(name)));
  }
  return turn;
}
