import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { isCode, messageOf, NetworkError } from '@/shared/api/problem';
import { takeFocus } from '@/shared/lib/form-keys';
import { useDraft } from '@/shared/lib/use-draft';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextArea } from '@/shared/ui/field';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { useEditNote } from '../api/mutations';
import { documentQuery, noteKey, type NoteWanted } from '../api/queries';
import type { Documentation } from '../api/types';

/** Longest text that is kept. */
const MOST = 20_000;

interface EditorProps {
  wanted: NoteWanted;
  /** The text is kept, or as it was. */
  onClose: () => void;
}

/** The note in words of one's own. It is edited as it is and not masked: masking is for what leaves. */
export function NoteEditor({ wanted, onClose }: EditorProps) {
  const open = useQuery(documentQuery({ ...wanted, masked: false }));
  return (
    <QueryView query={open} skeleton={<Skeleton className="h-72" />}>
      {(note) => <Editor wanted={wanted} note={note} onClose={onClose} />}
    </QueryView>
  );
}

function Editor({ wanted, note, onClose }: EditorProps & { note: Documentation }) {
  const client = useQueryClient();
  const keep = useEditNote(wanted);
  const [text, setText] = useDraft(`pilot.note.${wanted.id}.${wanted.kind}`, note.edit?.text ?? note.text);
  // What was seen when the editing began; theirs is taken over only where somebody says so.
  const [revision, setRevision] = useState(note.revision);
  const [missing, setMissing] = useState(false);
  const stale = isCode(keep.error, 'stale_revision');

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    const isEmpty = text.trim() === '';
    setMissing(isEmpty);
    if (isEmpty || keep.isPending) return;
    keep.mutate(
      { text, revision },
      {
        onSuccess: () => {
          setText('');
          onClose();
        },
      },
    );
  }

  async function look() {
    const theirs = await client.fetchQuery({ ...documentQuery({ ...wanted, masked: false }), staleTime: 0 });
    void client.invalidateQueries({ queryKey: noteKey(wanted), exact: true });
    setRevision(theirs.revision);
    keep.reset();
    return theirs;
  }

  return (
    <form onSubmit={submit} aria-label="Edit the note" className="grid gap-3">
      <TextArea
        ref={takeFocus}
        label="The note"
        hint="Markdown. Sensitive data is masked when the note is read, copied or sent, not here."
        rows={14}
        maxLength={MOST}
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={missing ? 'Say something, or use the generated text.' : undefined}
        className="font-mono text-sm"
      />
      {stale && (
        <Callout
          tone="warning"
          role="alert"
          title="Somebody else changed this note first"
          action={
            <span className="flex flex-wrap gap-2">
              <Button size="sm" onClick={() => void look()}>
                Keep mine
              </Button>
              <Button
                size="sm"
                variant="ghost"
                onClick={() => void look().then((theirs) => setText(theirs.edit?.text ?? theirs.text))}
              >
                Show theirs
              </Button>
            </span>
          }
        >
          Nothing is saved yet; your text is here.
        </Callout>
      )}
      {keep.error !== null && !stale && (
        <Callout
          tone={keep.error instanceof NetworkError ? 'warning' : 'danger'}
          role="alert"
          title={keep.error instanceof NetworkError ? 'Not saved: no connection' : messageOf(keep.error)}
        >
          What you wrote is kept here.
        </Callout>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={keep.isPending}>
          Save
        </Button>
        <Button
          variant="ghost"
          onClick={() => {
            setText('');
            onClose();
          }}
        >
          Cancel
        </Button>
      </div>
    </form>
  );
}
