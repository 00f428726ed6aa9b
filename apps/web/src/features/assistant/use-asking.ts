import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { api } from '@/shared/api/client';
import { messageOf, NetworkError } from '@/shared/api/problem';
import { sendStreamed, Stopped } from '@/shared/api/streamed-answer';
import { AnswerStream } from '@/shared/lib/answer-stream';
import { newId } from '@/shared/lib/ids';
import { useDraft } from '@/shared/lib/use-draft';

import { keepChat } from './api/mutations';
import type { Chat } from './api/types';

export interface Asking {
  text: string;
  setText: (text: string) => void;
  /** The question under way. */
  sending: string | null;
  /** The answer to it, as far as it is written. */
  answer: AnswerStream;
  notice: { title: string; text: string } | null;
  ask: () => void;
  /** Waits no longer for the answer. */
  stop: () => void;
}

interface Where {
  /** None yet: the first question begins one. */
  chatId: string | null;
  /** The conversation with the copilot it is beside. */
  sessionId?: string | undefined;
  /** The first answer is there, and whoever asked still looks. */
  onBegun?: ((chat: Chat) => void) | undefined;
}

/** Asks in a chat. What is typed is in the draft until the server has it; a question sent twice is answered once. */
export function useAsking({ chatId, sessionId, onBegun }: Where): Asking {
  const client = useQueryClient();
  const [answer] = useState(() => new AnswerStream());
  const [text, setText] = useDraft(`assistant.${chatId ?? `new.${sessionId ?? ''}`}`);
  const [sending, setSending] = useState<string | null>(null);
  const [notice, setNotice] = useState<Asking['notice']>(null);
  const begun = useRef(chatId);
  const unanswered = useRef<{ entry_id: string; text: string } | null>(null);
  const under = useRef<AbortController | null>(null);
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);

  async function send(question: string, signal: AbortSignal): Promise<Chat> {
    begun.current ??= (await api.post<Chat>('/assistant/chats', { ai_session_id: sessionId ?? null })).id;
    const path = `/assistant/chats/${begun.current}`;
    if (unanswered.current?.text !== question) unanswered.current = { entry_id: newId(), text: question };
    const body = unanswered.current;
    return sendStreamed<Chat>({
      path: `${path}/messages`,
      body,
      onText: (piece) => answer.push(piece),
      signal,
      again: {
        load: () => api.get<Chat>(path),
        hasArrived: (chat) => chat.messages.some(({ id }) => id === body.entry_id),
      },
    });
  }

  function ask(): void {
    const question = text.trim();
    if (question === '' || sending !== null) return;
    const controller = new AbortController();
    under.current = controller;
    setSending(question);
    setNotice(null);
    setText('');
    send(question, controller.signal)
      .then((chat) => {
        unanswered.current = null;
        keepChat(client, chat);
        // Whoever went to another page meanwhile is not fetched back.
        if (chatId === null && shown.current) onBegun?.(chat);
      })
      .catch((error: unknown) => {
        setText(question);
        const kept = 'Your question is kept below.';
        if (error instanceof Stopped) setNotice({ title: 'Stopped', text: kept });
        else if (error instanceof NetworkError)
          setNotice({
            title: 'Not sent: no connection',
            text: `${kept} Ask again when you are back online.`,
          });
        else setNotice({ title: messageOf(error), text: kept });
      })
      .finally(() => {
        answer.clear();
        setSending(null);
      });
  }

  return { text, setText, sending, answer, notice, ask, stop: () => under.current?.abort() };
}
