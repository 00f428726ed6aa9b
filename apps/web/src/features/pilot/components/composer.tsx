import { ArrowUp } from 'lucide-react';
import type { FormEvent, Ref } from 'react';

import { submitOnEnter } from '@/shared/lib/form-keys';
import { Button } from '@/shared/ui/button';
import { TextArea } from '@/shared/ui/field';

interface ComposerProps {
  fieldRef: Ref<HTMLTextAreaElement>;
  text: string;
  onText: (text: string) => void;
  busy: boolean;
  onSend: () => void;
  /** Escape: back to the step and its keys. */
  onLeave: () => void;
}

/** Where the engineer writes. It takes text while something is under way; only sending waits. */
export function Composer({ fieldRef, text, onText, busy, onSend, onLeave }: ComposerProps) {
  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() !== '') onSend();
  }
  return (
    <form onSubmit={submit} aria-label="Message to the copilot" className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextArea
          ref={fieldRef}
          label="Message"
          hideLabel
          rows={text.includes('\n') || text.length > 160 ? 4 : 1}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.stopPropagation();
              onLeave();
            } else submitOnEnter(event);
          }}
          placeholder="Say what you see, or ask"
          className="block min-h-9"
        />
      </div>
      <Button
        type="submit"
        variant="primary"
        size="lg"
        aria-label="Send"
        busy={busy}
        disabled={text.trim() === ''}
        className="px-3"
      >
        {!busy && <ArrowUp aria-hidden className="size-4" />}
      </Button>
    </form>
  );
}
