import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { useState } from 'react';

import { messageOf, NetworkError } from '@/shared/api/problem';
import type { PsaPush, PushArtefact, PushPreview } from '@/shared/api/types';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { scrollable } from '@/shared/ui/scrollable';
import { Skeleton } from '@/shared/ui/skeleton';

import { notePreviewQuery, timePreviewQuery, usePush, type PushedSession } from './api';
import { TROUBLE, troubleOf, VISIBILITY } from './model';
import { TimeLedger } from './time-ledger';

interface PushDialogProps {
  session: PushedSession;
  /** Whether it can be posted from here; else it is to be looked at. */
  posts: boolean;
  /** Whether this person may say how the time is charged. */
  edits: boolean;
  /** What is in the ticket already, or on its way. */
  posted: PsaPush['artefact'][];
  onClose: () => void;
}

/** Exactly what would be posted, before it is. */
export default function PushDialog(props: PushDialogProps) {
  const { session, posts, onClose } = props;
  const note = useQuery(notePreviewQuery(session));
  const time = useQuery(timePreviewQuery(session));
  const error = note.error ?? time.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={posts ? 'Post to the ticket' : 'For the ticket'}
      description={
        posts
          ? 'This is what will stand there, word for word.'
          : 'This is how it would stand there now, word for word.'
      }
      className="w-[min(44rem,calc(100vw-2rem))]!"
    >
      {error !== null ? (
        <Callout
          tone="warning"
          title={TROUBLE[troubleOf(error)].title}
          role="alert"
          action={
            <Button
              size="sm"
              busy={note.isFetching || time.isFetching}
              onClick={() => {
                void note.refetch();
                void time.refetch();
              }}
            >
              Try again
            </Button>
          }
        >
          {TROUBLE[troubleOf(error)].text(error)}
        </Callout>
      ) : note.data && time.data !== undefined ? (
        // There may be nothing to charge; the note goes without it.
        <Form {...props} note={note.data} time={time.data} />
      ) : (
        <div role="status" aria-label="Loading the preview" className="grid gap-3">
          <Skeleton className="h-5 w-1/3" />
          <Skeleton className="h-40" />
        </div>
      )}
    </Dialog>
  );
}

function Form({
  session,
  posts,
  edits,
  posted,
  note,
  time,
  onClose,
}: PushDialogProps & { note: PushPreview; time: PushPreview | null }) {
  const push = usePush(session);
  const offers = { note: posts && !posted.includes('note'), time: posts && !posted.includes('time') };
  const [withNote, setWithNote] = useState(offers.note);
  // What is charged is said by whoever posts it; what the settings charge goes by itself.
  const [withTime, setWithTime] = useState(false);
  const measured = time?.time ?? null;
  const artefacts: PushArtefact[] = [
    ...(withNote ? (['note'] as const) : []),
    ...(withTime ? (['time'] as const) : []),
  ];
  const warnings = [
    ...new Set([
      ...(withNote || !posts ? note.warnings : []),
      ...((withTime || !posts) && time !== null ? time.warnings : []),
    ]),
  ];
  const visibility = VISIBILITY[note.kind];

  function submit() {
    if (artefacts.length === 0 || push.isPending) return;
    push.mutate({ artefacts }, { onSuccess: onClose });
  }

  return (
    <div className="grid grid-cols-1 gap-4">
      <p className="text-fg-muted text-sm">
        To ticket <span className="text-fg font-mono">#{note.ticket_id}</span>
      </p>
      {warnings.length > 0 && (
        <Callout tone="warning" title="Before you post">
          <ul className="grid list-disc gap-1 pl-4">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Callout>
      )}
      <fieldset className="border-line grid grid-cols-1 gap-2 rounded-lg border p-3">
        <legend className="sr-only">Note</legend>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Part
            label="Note"
            offered={offers.note}
            posted={posted.includes('note')}
            checked={withNote}
            onChange={setWithNote}
          />
          <Badge tone={note.kind === 'internal' ? 'neutral' : 'warning'}>{visibility.label}</Badge>
          <span className="text-fg-subtle text-xs">{visibility.means}</span>
        </div>
        <Words label="Text of the note" text={note.text} off={offers.note && !withNote} />
      </fieldset>
      <fieldset className="border-line grid gap-2 rounded-lg border p-3">
        <legend className="sr-only">Time entry</legend>
        <div className="flex min-h-6 flex-wrap items-center gap-x-3">
          <Part
            label="Time entry"
            offered={offers.time && measured !== null}
            posted={posted.includes('time')}
            checked={withTime}
            onChange={setWithTime}
          />
          {measured === null && (
            <span className="text-fg-subtle text-xs">
              No working time was measured; say how much to charge.
            </span>
          )}
        </div>
        <TimeLedger session={session} edits={edits} />
        {time !== null && (withTime || !offers.time) && (
          <Words label="Text of the time entry" text={time.text} off={false} />
        )}
      </fieldset>
      {push.isError && (
        <Callout
          tone={push.error instanceof NetworkError ? 'warning' : 'danger'}
          title={push.error instanceof NetworkError ? 'Not queued yet: no connection' : messageOf(push.error)}
          role="alert"
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="lg" onClick={onClose}>
          {posts ? 'Not now' : 'Close'}
        </Button>
        {posts && (
          <Button
            variant="primary"
            size="lg"
            busy={push.isPending}
            disabled={artefacts.length === 0}
            onClick={submit}
          >
            Post {artefacts.length === 2 ? 'note and time' : withTime ? 'time' : 'note'}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The text to the letter, with the word by which it is found again. */
function Words({ label, text, off }: { label: string; text: string; off: boolean }) {
  return (
    <pre
      {...scrollable}
      role="region"
      aria-label={label}
      className={clsx(
        'bg-canvas border-line max-h-72 overflow-y-auto rounded-md border px-3 py-2.5 font-mono text-sm leading-relaxed break-words whitespace-pre-wrap',
        off && 'text-fg-subtle line-through',
      )}
    >
      {text}
    </pre>
  );
}

/** One of the two things that go to a ticket: to be chosen where it can be posted, and else only named. */
function Part({
  label,
  offered,
  posted,
  checked,
  onChange,
}: {
  label: string;
  offered: boolean;
  posted: boolean;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  if (!offered) {
    return (
      <span className="text-sm font-medium">
        {label}
        {posted && <span className="text-fg-subtle ml-1.5 font-normal">there already, or on its way</span>}
      </span>
    );
  }
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-2 text-sm font-medium">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="accent-accent size-4"
      />
      {label}
    </label>
  );
}
