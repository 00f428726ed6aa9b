import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { messageOf, NetworkError } from '@/shared/api/problem';
import type { PushArtefact, PushPreview } from '@/shared/api/types';
import { formatDuration } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import { scrollable } from '@/shared/ui/scrollable';
import { Skeleton } from '@/shared/ui/skeleton';

import { previewQuery, usePush, type PushedSession } from './api';
import { formatMinutes, parseMinutes, TROUBLE, troubleOf, VISIBILITY } from './model';

/** Exactly what would be posted, before it is. */
export default function PushDialog({ session, onClose }: { session: PushedSession; onClose: () => void }) {
  const note = useQuery(previewQuery(session, 'note'));
  const time = useQuery(previewQuery(session, 'time'));
  const error = note.error ?? time.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Post to the ticket"
      description="This is what will stand there, word for word."
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
      ) : note.data && time.data ? (
        <Form session={session} note={note.data} time={time.data} onClose={onClose} />
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
  note,
  time,
  onClose,
}: {
  session: PushedSession;
  note: PushPreview;
  time: PushPreview;
  onClose: () => void;
}) {
  const push = usePush(session);
  const [withNote, setWithNote] = useState(true);
  const [withTime, setWithTime] = useState(time.time !== null);
  const [written, setWritten] = useState(time.time ? formatMinutes(time.time.minutes) : '');
  const minutes = parseMinutes(written);
  const artefacts: PushArtefact[] = [
    ...(withNote ? (['note'] as const) : []),
    ...(withTime ? (['time'] as const) : []),
  ];
  const wrongTime = withTime && minutes === null;
  const warnings = [...new Set([...(withNote ? note.warnings : []), ...(withTime ? time.warnings : [])])];
  const visibility = VISIBILITY[note.kind];

  function submit(event: FormEvent) {
    event.preventDefault();
    // The dialog is a portal: without this the submit would also reach a form around its place in the tree.
    event.stopPropagation();
    if (artefacts.length === 0 || wrongTime || push.isPending) return;
    push.mutate({ artefacts, ...(withTime && minutes !== null ? { minutes } : {}) }, { onSuccess: onClose });
  }

  return (
    <form onSubmit={submit} aria-label="Post to the ticket" className="grid grid-cols-1 gap-4">
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
          <Check label="Note" checked={withNote} onChange={setWithNote} />
          <Badge tone={note.kind === 'internal' ? 'neutral' : 'warning'}>{visibility.label}</Badge>
          <span className="text-fg-subtle text-xs">{visibility.means}</span>
        </div>
        <pre
          {...scrollable}
          role="region"
          aria-label="Text of the note"
          data-off={withNote ? undefined : ''}
          className="bg-canvas border-line data-off:text-fg-subtle max-h-72 overflow-y-auto rounded-md border px-3 py-2.5 font-mono text-sm leading-relaxed break-words whitespace-pre-wrap data-off:line-through"
        >
          {note.text}
        </pre>
      </fieldset>
      <fieldset className="border-line grid gap-2 rounded-lg border p-3">
        <legend className="sr-only">Time entry</legend>
        <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
          <div className="flex min-h-9 items-center">
            <Check label="Time entry" checked={withTime} onChange={setWithTime} />
          </div>
          <div className="w-32">
            <TextField
              label="Time to charge"
              hideLabel
              inputMode="text"
              placeholder="0:30"
              value={written}
              disabled={!withTime}
              onChange={(event) => setWritten(event.target.value)}
              error={wrongTime ? 'Such as 0:45 or 1.5 h, up to a day.' : undefined}
              autoComplete="off"
              className="font-mono"
            />
          </div>
          <span className="text-fg-subtle flex min-h-9 flex-1 items-center text-xs">
            {time.time
              ? `Worked ${formatDuration(time.time.worked_seconds)}, rounded to ${formatMinutes(time.time.minutes)}.`
              : 'The settings charge no time by themselves.'}
          </span>
        </div>
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
          Not now
        </Button>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          busy={push.isPending}
          disabled={artefacts.length === 0}
        >
          Post {artefacts.length === 2 ? 'note and time' : withTime && !withNote ? 'time' : 'note'}
        </Button>
      </div>
    </form>
  );
}

function Check({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
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
