import { forwardRef } from 'react';

import { TextArea } from '@/shared/ui/field';
import { Kbd } from '@/shared/ui/kbd';

interface StepNoteProps {
  value: string;
  onChange: (text: string) => void;
  onLeave: () => void;
}

export const noteDraft = (sessionId: string, stepId: string) => `note.${sessionId}.${stepId}`;

/** What was seen at this step, in the engineer's words. It travels with the answer. */
export const StepNote = forwardRef<HTMLTextAreaElement, StepNoteProps>(function StepNote(
  { value, onChange, onLeave },
  ref,
) {
  return (
    <div className="relative">
      <TextArea
        ref={ref}
        label="Step note"
        rows={2}
        placeholder="What you saw or did here"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onLeave();
        }}
      />
      <span className="absolute top-0 right-0">
        <Kbd keys="n" />
      </span>
    </div>
  );
});
