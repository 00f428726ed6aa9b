import { useEffect, useRef, useState, type FormEvent } from 'react';

import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { TextArea, TextField } from '@/shared/ui/field';

/** Small forms that open inside the step: the step stays in sight, Escape closes, the focus starts in the field. */
function useOpening(onClose: () => void) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return { field, onKeyDown };
}

const box = 'grid animate-enter gap-3 rounded-lg border border-line bg-raised p-4';

export function SkipForm({ onSkip, onClose }: { onSkip: (reason: string) => void; onClose: () => void }) {
  const { field, onKeyDown } = useOpening(onClose);
  const [missing, setMissing] = useState(false);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = formText(new FormData(event.currentTarget), 'reason');
    if (reason === '') setMissing(true);
    else onSkip(reason);
  }
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className={box} aria-label="Skip this step">
      <TextField
        ref={field}
        label="Why is this step skipped?"
        name="reason"
        maxLength={500}
        hint="The reason stands in the note."
        error={missing ? 'A skipped step needs its reason.' : undefined}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary">
          Skip step
        </Button>
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

export function CustomStepForm({
  onAdd,
  onClose,
}: {
  onAdd: (title: string, notes: string) => void;
  onClose: () => void;
}) {
  const { field, onKeyDown } = useOpening(onClose);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const title = formText(form, 'title');
    if (title !== '') onAdd(title, formText(form, 'notes'));
  }
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className={box} aria-label="Add a step of your own">
      <TextField
        ref={field}
        label="What did you do besides the flow?"
        name="title"
        required
        maxLength={200}
      />
      <TextArea label="Result" name="notes" rows={2} optional />
      <div className="flex gap-2">
        <Button type="submit" variant="primary">
          Add step
        </Button>
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
