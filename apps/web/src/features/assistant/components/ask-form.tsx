import { ArrowUp, Square } from 'lucide-react';
import type { FormEvent, Ref } from 'react';

import { submitOnEnter } from '@/shared/lib/form-keys';
import { useLasting } from '@/shared/lib/use-lasting';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextArea } from '@/shared/ui/field';

import type { Asking } from '../use-asking';

/** From then on the answer can be stopped; at once, Stop would be under the second press of a double click. */
const STOP_AFTER_MS = 500;

/** Where the question is written. Enter asks, Shift+Enter begins a line (CHAT-06). */
export function AskForm({
  asking,
  fieldRef,
  takesFocus = false,
}: {
  asking: Asking;
  fieldRef?: Ref<HTMLTextAreaElement>;
  takesFocus?: boolean;
}) {
  const busy = asking.sending !== null;
  const lasting = useLasting(busy, STOP_AFTER_MS);
  function submit(event: FormEvent) {
    event.preventDefault();
    asking.ask();
  }
  return (
    <div className="grid grid-cols-1 gap-3">
      {asking.notice && (
        <Callout tone="warning" title={asking.notice.title}>
          {asking.notice.text}
        </Callout>
      )}
      <form onSubmit={submit} aria-label="Question to the assistant" className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TextArea
            ref={fieldRef}
            label="Question"
            hideLabel
            rows={asking.text.includes('\n') || asking.text.length > 160 ? 4 : 1}
            value={asking.text}
            onChange={(event) => asking.setText(event.target.value)}
            onKeyDown={submitOnEnter}
            placeholder="Ask your flows, sessions and documents"
            className="block min-h-9"
            maxLength={8_000}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is this one field
            autoFocus={takesFocus}
          />
        </div>
        <Button
          type={lasting ? 'button' : 'submit'}
          variant={lasting ? 'secondary' : 'primary'}
          size="lg"
          aria-label={lasting ? 'Stop' : 'Ask'}
          busy={busy && !lasting}
          disabled={!lasting && (busy || asking.text.trim() === '')}
          onClick={lasting ? asking.stop : undefined}
          className="px-3"
        >
          {lasting ? (
            <Square aria-hidden className="size-3.5 fill-current" />
          ) : (
            !busy && <ArrowUp aria-hidden className="size-4" />
          )}
        </Button>
      </form>
    </div>
  );
}
