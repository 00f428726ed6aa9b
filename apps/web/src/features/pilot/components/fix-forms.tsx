import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';

import { formatAgo } from '@/shared/lib/dates';
import { Button } from '@/shared/ui/button';
import { SelectField, TextField } from '@/shared/ui/field';

import { DUE_CHOICES, dueIn } from '../model/fixes';

/** The choice to leave the time as it is. */
const KEEP = 'keep';

interface Wait {
  pending_reason: string;
  due_at?: string;
}

/** What is waited for, and when somebody should look again. */
export function PendingForm({
  reason,
  dueAt,
  busy,
  onSave,
  onClose,
}: {
  reason: string;
  /** When to look again, as it is now. */
  dueAt: string | null;
  busy: boolean;
  onSave: (wait: Wait) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState(reason);
  const [hours, setHours] = useState(dueAt === null ? '24' : KEEP);
  const due = () => {
    if (hours === KEEP) return dueAt;
    return hours === '' ? null : dueIn(Number(hours), Date.now());
  };
  return (
    <InlineForm
      label="Waiting to verify"
      busy={busy}
      missing={text.trim() === '' ? 'Say what you are waiting for.' : null}
      onSubmit={() => {
        const at = due();
        onSave({ pending_reason: text.trim(), ...(at === null ? {} : { due_at: at }) });
      }}
      onClose={onClose}
      field={(props) => (
        <TextField
          {...props}
          label="What are you waiting for?"
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="The client restarts it tonight"
        />
      )}
    >
      <SelectField label="Look again" value={hours} onChange={(event) => setHours(event.target.value)}>
        {dueAt !== null && <option value={KEEP}>{formatAgo(dueAt)}, as before</option>}
        {DUE_CHOICES.map((choice) => (
          <option key={choice.hours} value={choice.hours}>
            {choice.label}
          </option>
        ))}
        <option value="">No reminder</option>
      </SelectField>
    </InlineForm>
  );
}

export function PartialForm({
  notes,
  busy,
  onSave,
  onClose,
}: {
  notes: string;
  busy: boolean;
  onSave: (notes: string) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState(notes);
  return (
    <InlineForm
      label="Helped in part"
      busy={busy}
      missing={text.trim() === '' ? 'Say what it helped with and what not.' : null}
      onSubmit={() => onSave(text.trim())}
      onClose={onClose}
      field={(props) => (
        <TextField
          {...props}
          label="What did it help with, and what not?"
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
    />
  );
}

interface InlineFormProps {
  label: string;
  busy: boolean;
  /** What has to be said before this can be saved. */
  missing: string | null;
  onSubmit: () => void;
  onClose: () => void;
  field: (props: { ref: React.Ref<HTMLInputElement>; error: string | undefined }) => ReactNode;
  children?: ReactNode;
}

function InlineForm({ label, busy, missing, onSubmit, onClose, field, children }: InlineFormProps) {
  const first = useRef<HTMLInputElement>(null);
  const [tried, setTried] = useState(false);
  useEffect(() => first.current?.focus(), []);
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (missing === null) onSubmit();
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={onKeyDown}
      aria-label={label}
      className="animate-enter border-line mt-3 grid gap-3 border-t pt-3"
    >
      <div className="grid gap-3 sm:grid-cols-2">
        {field({ ref: first, error: tried ? (missing ?? undefined) : undefined })}
        {children}
      </div>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          Save
        </Button>
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
