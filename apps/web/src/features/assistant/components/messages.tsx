import { Sparkles } from 'lucide-react';
import { memo, useEffect, useRef, useSyncExternalStore } from 'react';

import type { AnswerStream } from '@/shared/lib/answer-stream';
import { formatTime } from '@/shared/lib/dates';
import { Markdown } from '@/shared/ui/markdown';

import type { Message } from '../api/types';
import { Citations } from './citations';

interface MessagesProps {
  messages: Message[];
  /** The question under way. */
  sending: string | null;
  answer: AnswerStream;
  /** The page is this chat, and opens at its last question. */
  atLast?: boolean;
}

/** Questions and answers, the newest last. What is asked comes into sight, and an answer is read from its beginning. */
export function Messages({ messages, sending, answer, atLast = false }: MessagesProps) {
  const list = useRef<HTMLOListElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const follows = useRef(atLast);
  useEffect(() => {
    if (sending !== null) {
      follows.current = true;
      end.current?.scrollIntoView({ block: 'nearest' });
    } else if (follows.current) {
      // The last question stands above its answer.
      list.current?.children[messages.length - 2]?.scrollIntoView({ block: 'start' });
    }
  }, [messages.length, sending]);
  return (
    <>
      <ol ref={list} aria-label="Chat" className="grid grid-cols-1 gap-5">
        {messages.map((message) => (
          <li key={message.id}>
            {message.role === 'engineer' ? (
              <Question text={message.text} label={formatTime(message.at)} />
            ) : (
              <Answer message={message} />
            )}
          </li>
        ))}
        {sending !== null && (
          <>
            <li>
              <Question text={sending} label="Sending" />
            </li>
            <li>
              <Coming answer={answer} />
            </li>
          </>
        )}
      </ol>
      <p role="status" className="sr-only">
        {sending !== null ? 'The answer is on its way' : messages.length > 0 ? 'Answered' : ''}
      </p>
      <div ref={end} aria-hidden className="h-px" />
    </>
  );
}

const Answer = memo(function Answer({ message }: { message: Message }) {
  const { engine } = message;
  const byModel = engine != null && engine.name !== 'offline';
  return (
    <div className="flex gap-3">
      <Mark />
      <div className="max-w-prose min-w-0 flex-1">
        <span className="sr-only">Assistant: </span>
        <Markdown text={message.text} />
        <Citations citations={message.citations} open={!byModel} />
        {byModel && (
          <p className="text-fg-subtle mt-1.5 text-xs">Written by {engine.name} from these sources</p>
        )}
        {engine?.reason != null && <p className="text-fg-subtle mt-1.5 text-xs">{engine.reason}</p>}
      </div>
    </div>
  );
});

/** The answer while it is being written; it is not read out piece by piece. */
function Coming({ answer }: { answer: AnswerStream }) {
  const text = useSyncExternalStore(answer.subscribe, answer.read);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (text !== '') end.current?.scrollIntoView({ block: 'nearest' });
  }, [text]);
  return (
    <div className="flex gap-3" data-testid="answering" aria-busy>
      <Mark />
      <div className="max-w-prose min-w-0 flex-1">
        {text === '' ? (
          <p className="text-fg-muted">Looking through your library…</p>
        ) : (
          <Markdown text={text} streaming />
        )}
        <div ref={end} aria-hidden className="h-px" />
      </div>
    </div>
  );
}

function Mark() {
  return (
    <span
      aria-hidden
      className="bg-accent-soft text-accent-fg mt-0.5 grid size-6 shrink-0 place-items-center rounded-full"
    >
      <Sparkles className="size-3.5" />
    </span>
  );
}

function Question({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex flex-col items-end gap-1 pl-9">
      <div className="bg-raised border-line max-w-prose rounded-xl border px-3.5 py-2">
        <span className="sr-only">You: </span>
        <p className="break-words whitespace-pre-wrap">{text}</p>
      </div>
      <span className="text-fg-subtle text-xs">{label}</span>
    </div>
  );
}
