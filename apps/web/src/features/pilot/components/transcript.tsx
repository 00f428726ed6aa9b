import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import { memo, type ReactNode } from 'react';

import { formatTime } from '@/shared/lib/dates';
import { VERDICT } from '@/shared/ui/ai-words';
import { Badge } from '@/shared/ui/badge';
import { Markdown } from '@/shared/ui/markdown';

import type { Message, Step, Upload } from '../api/types';
import { captionOf } from '../model/engine';
import { isPicture } from '../model/files';
import type { Entry } from '../model/transcript';
import { KIND } from '../model/words';
import { CopilotMark } from './answering';
import { CommandList } from './command-list';
import { SourceLine } from './source-line';
import { Thumbnail } from './thumbnail';

/** What was said and done so far. Past steps are one line each, and open on demand. */
export function Transcript({
  entries,
  uploads,
  pending,
  answering,
}: {
  entries: Entry[];
  /** Files that came with what was said. */
  uploads: Upload[];
  /** What was said and is on its way. */
  pending: string | null;
  /** The answer while it is being written. */
  answering: ReactNode;
}) {
  return (
    <ol aria-label="Conversation" className="grid grid-cols-1 gap-4">
      {entries.map((entry) => (
        <li key={entry.key}>
          {entry.kind === 'message' ? (
            <>
              <MessageRow message={entry.message} />
              <SentFiles uploads={uploads.filter(({ message_id }) => message_id === entry.message.id)} />
            </>
          ) : (
            <PastStep step={entry.step} />
          )}
        </li>
      ))}
      {pending !== null && (
        <li>
          <Bubble text={pending} label="Sending" />
        </li>
      )}
      {answering && <li>{answering}</li>}
    </ol>
  );
}

/** The pictures that came with what was said; a log stands in the words. */
function SentFiles({ uploads }: { uploads: Upload[] }) {
  const pictures = uploads.filter(isPicture);
  if (pictures.length === 0) return null;
  return (
    <ul aria-label="Pictures sent" className="mt-2 flex flex-wrap justify-end gap-2 pl-9">
      {pictures.map((upload) => (
        <li key={upload.id} className="border-line w-44 overflow-hidden rounded-lg border">
          <Thumbnail upload={upload} />
        </li>
      ))}
    </ul>
  );
}

const MessageRow = memo(function MessageRow({ message }: { message: Message }) {
  if (message.role === 'engineer') return <Bubble text={message.text} label={formatTime(message.at)} />;
  const caption = captionOf(message.engine);
  return (
    <div className="flex gap-3">
      <CopilotMark />
      <div className="max-w-prose min-w-0">
        <span className="sr-only">Pilot: </span>
        <Markdown text={message.text} />
        {caption !== null && <p className="text-fg-subtle mt-1 text-xs">{caption}</p>}
      </div>
    </div>
  );
});

function Bubble({ text, label }: { text: string; label: string }) {
  const long = text.length > 800;
  return (
    <div className="flex flex-col items-end gap-1 pl-9">
      <div className="bg-raised border-line max-w-prose rounded-xl border px-3.5 py-2">
        <span className="sr-only">You: </span>
        <p
          className={clsx(
            'break-words whitespace-pre-wrap',
            // A pasted log must not push the conversation away; it can be read where it stands.
            long && 'max-h-80 overflow-y-auto font-mono text-sm',
          )}
          {...(long ? { tabIndex: 0 } : {})}
        >
          {text}
        </p>
      </div>
      <span className="text-fg-subtle text-xs">{label}</span>
    </div>
  );
}

const PastStep = memo(function PastStep({ step }: { step: Step }) {
  const { icon: Icon } = KIND[step.kind];
  const { answer } = step;
  const said = [answer?.reason, answer?.notes].filter((text) => text != null && text !== '');
  return (
    <div className={clsx('border-line bg-surface rounded-lg border', step.withdrawn && 'border-dashed')}>
      <details>
        <summary className="hover:bg-hover flex list-none flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-3.5 py-2.5">
          <Icon aria-hidden className="text-fg-subtle size-4 shrink-0" />
          <span className={clsx('min-w-0 flex-1 basis-56 font-medium', step.withdrawn && 'text-fg-subtle')}>
            <span className="sr-only">Step {step.step_order}: </span>
            {step.title}
          </span>
          {step.withdrawn ? <Badge>Taken back</Badge> : answer && <AnswerBadge step={step} />}
          <ChevronDown aria-hidden className="rf-pilot-turns text-fg-subtle size-4 shrink-0" />
        </summary>
        <div className="border-line grid grid-cols-1 gap-3 border-t px-3.5 py-3 text-sm">
          <p className="text-fg-subtle">
            <SourceLine step={step} />
          </p>
          {step.why && <p className="text-fg-muted">{step.why}</p>}
          {step.body && <Markdown text={step.body} className="text-fg-muted max-w-prose" />}
          <CommandList commands={step.commands} />
        </div>
      </details>
      {said.length > 0 && (
        <p className="text-fg-muted px-3.5 pb-3 pl-9 text-sm break-words whitespace-pre-wrap">
          {said.join('\n')}
        </p>
      )}
    </div>
  );
});

function AnswerBadge({ step: { answer } }: { step: Step }) {
  if (!answer) return null;
  const { icon, tone, word } = VERDICT[answer.verdict];
  return (
    <Badge tone={tone} icon={icon} className="max-w-full">
      <span className="truncate">{answer.verdict === 'answered' ? (answer.label ?? word) : word}</span>
    </Badge>
  );
}
