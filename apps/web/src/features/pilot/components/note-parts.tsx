import { useSyncExternalStore } from 'react';

import type { AnswerStream } from '@/shared/lib/answer-stream';
import { formatTime } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Switch } from '@/shared/ui/field';
import { Markdown } from '@/shared/ui/markdown';
import { Skeleton } from '@/shared/ui/skeleton';

import type { Documentation } from '../api/types';

/** The note while it is written: it grows downwards and moves nobody. */
export function WritingNote({ written }: { written: AnswerStream }) {
  const text = useSyncExternalStore(written.subscribe, written.read);
  return (
    <div role="status" aria-label="Writing the note" aria-busy>
      {text !== '' && (
        <div data-testid="note-writing" className="text-fg-muted max-w-prose">
          <h2 className="sr-only">The note</h2>
          <Markdown text={text} streaming />
        </div>
      )}
      <div aria-hidden className={text === '' ? 'grid gap-3' : 'mt-4 grid gap-3'}>
        {text === '' && <Skeleton className="h-7 w-1/3" />}
        <Skeleton className="h-4" />
        <Skeleton className="h-4 w-2/3" />
      </div>
    </div>
  );
}

/** The engineer's own text. */
export function EditedText({ note }: { note: Documentation }) {
  return (
    <article aria-label="The note" data-testid="note-text" className="max-w-prose min-w-0">
      <h2 className="sr-only">The note</h2>
      <Markdown text={note.text} />
    </article>
  );
}

export function MaskSwitch({
  note,
  masked,
  onChange,
}: {
  note: Documentation | undefined;
  masked: boolean;
  onChange: (masked: boolean) => void;
}) {
  return (
    <div>
      <Switch label="Mask sensitive data" checked={masked} onChange={onChange} />
      <p aria-live="polite" className="text-fg-muted mt-2 text-sm">
        {note && maskedText(note, masked)}
      </p>
    </div>
  );
}

function maskedText(note: Documentation, masked: boolean): string {
  if (!masked) return 'Passwords and personal data are readable in this note.';
  const total = note.redaction?.total ?? 0;
  return total === 0 ? 'Nothing in it had to be masked.' : `${plural(total, 'item')} masked.`;
}

/** Who edited the note, and where that stands. */
export function EditLine({
  note,
  mayEdit,
  busy,
  onKeep,
  onReset,
}: {
  note: Documentation;
  mayEdit: boolean;
  busy: boolean;
  /** Takes the edited text as it is for the work as it stands. */
  onKeep: () => void;
  onReset: () => void;
}) {
  const { edit } = note;
  if (!edit) return null;
  const who = `${edit.by ?? 'Somebody'} at ${formatTime(edit.at)}`;
  if (edit.holds) {
    return (
      <p className="text-fg-muted mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span>Edited by {who}. This text leaves, not the generated one.</span>
        {mayEdit && (
          <Button size="sm" variant="ghost" busy={busy} onClick={onReset}>
            Use the generated text
          </Button>
        )}
      </p>
    );
  }
  return (
    <Callout
      tone="warning"
      title="The work went on after this note was edited"
      className="mb-4"
      action={
        mayEdit && (
          <span className="flex flex-wrap gap-2">
            <Button size="sm" busy={busy} onClick={onKeep}>
              Edit it again
            </Button>
            <Button size="sm" variant="ghost" busy={busy} onClick={onReset}>
              Discard it
            </Button>
          </span>
        )
      }
    >
      The generated text leaves until the text of {who} is looked at again.
    </Callout>
  );
}
