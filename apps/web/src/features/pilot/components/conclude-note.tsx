import { Check, Copy, PenLine } from 'lucide-react';
import { useState } from 'react';

import { Button } from '@/shared/ui/button';
import { Markdown } from '@/shared/ui/markdown';
import { QueryView } from '@/shared/ui/query-view';
import { scrollable } from '@/shared/ui/scrollable';

import { useEditNote } from '../api/mutations';
import type { AiSession } from '../api/types';
import { useCopy } from '../use-copy';
import { useNote } from '../use-note';
import { NoteEditor } from './note-editor';
import { EditLine, MaskSwitch, WritingNote } from './note-parts';

/** The note of a session that has just ended, as it is written; to edit and to copy on the spot. */
export function ConcludeNote({ session }: { session: AiSession }) {
  const [masked, setMasked] = useState(true);
  const [editing, setEditing] = useState(false);
  const wanted = {
    id: session.id,
    revision: session.revision,
    kind: 'resolution_note' as const,
    masked,
  };
  const { query, note, written } = useNote(wanted);
  const change = useEditNote(wanted);
  const { state, copy } = useCopy(note?.text);
  if (editing) return <NoteEditor wanted={wanted} onClose={() => setEditing(false)} />;
  const Icon = state === 'done' ? Check : Copy;
  return (
    <section aria-label="Resolution note" className="grid gap-3">
      {/* One box for the note while it is written and after: whoever reads in it stays where they are. */}
      <div
        {...scrollable}
        data-testid="conclude-note"
        role="region"
        aria-label="The note"
        className="border-line bg-canvas max-h-[38vh] overflow-y-auto rounded-md border px-4 py-3"
      >
        <QueryView query={query} skeleton={<WritingNote written={written} />}>
          {(data) => (
            <>
              <EditLine
                note={data}
                mayEdit={session.can_work}
                busy={change.isPending}
                onKeep={() => setEditing(true)}
                onReset={() => change.mutate({ text: null, revision: data.revision })}
              />
              <div data-testid="note-text" className="text-fg-muted">
                <Markdown text={data.text} />
              </div>
            </>
          )}
        </QueryView>
      </div>
      <p role="status" className="sr-only">
        {state === 'done' ? 'The note is on the clipboard.' : note ? 'The note is written.' : ''}
      </p>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <MaskSwitch note={note} masked={masked} onChange={setMasked} />
        <span className="flex flex-wrap gap-2">
          <Button onClick={() => setEditing(true)} disabled={note === undefined || !session.can_work}>
            <PenLine aria-hidden className="size-4" /> Edit
          </Button>
          <Button variant="primary" onClick={copy} disabled={note === undefined}>
            <Icon aria-hidden className="size-4" /> {state === 'done' ? 'Copied' : 'Copy note'}
          </Button>
        </span>
      </div>
      {state === 'failed' && (
        <p role="alert" className="text-warning text-sm">
          The browser did not allow copying. Select the text and copy it with the keyboard.
        </p>
      )}
    </section>
  );
}
