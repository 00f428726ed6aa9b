import { ArrowUp, Square } from 'lucide-react';
import { lazy, Suspense, type FormEvent, type Ref } from 'react';

import { submitOnEnter } from '@/shared/lib/form-keys';
import { useLasting } from '@/shared/lib/use-lasting';
import { Button } from '@/shared/ui/button';
import { TextArea } from '@/shared/ui/field';

import { filesOf } from '../model/files';
import type { Files } from '../use-files';
import { AttachButton } from './attach-button';

const FileChips = lazy(() => import('./file-chips'));

/** From then on the answer can be stopped. */
const STOP_AFTER_MS = 500;

interface ComposerProps {
  fieldRef: Ref<HTMLTextAreaElement>;
  text: string;
  onText: (text: string) => void;
  /** Files that go with it. */
  files: Files;
  busy: boolean;
  onSend: () => void;
  onStop: () => void;
  /** Escape: back to the step and its keys. */
  onLeave: () => void;
}

/** Where the engineer writes. It takes text while something is under way; only sending waits. */
export function Composer({ fieldRef, text, onText, files, busy, onSend, onStop, onLeave }: ComposerProps) {
  // At once it would be under the second press of a double click.
  const lasting = useLasting(busy, STOP_AFTER_MS);
  const sendable = !files.busy && (text.trim() !== '' || files.ready.length > 0);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (sendable) onSend();
  }
  return (
    <form onSubmit={submit} aria-label="Message to the copilot" className="flex flex-wrap items-end gap-2">
      {files.items.length > 0 && (
        <div className="basis-full">
          <Suspense fallback={null}>
            <FileChips files={files} />
          </Suspense>
        </div>
      )}
      <AttachButton short onFiles={files.add} />
      <div className="min-w-0 flex-1">
        <TextArea
          ref={fieldRef}
          label="Message"
          hideLabel
          rows={text.includes('\n') || text.length > 160 ? 4 : 1}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onPaste={(event) => {
            const pasted = filesOf(event.clipboardData);
            if (pasted.length === 0) return;
            event.preventDefault();
            files.add(pasted);
          }}
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
        type={lasting ? 'button' : 'submit'}
        variant={lasting ? 'secondary' : 'primary'}
        size="lg"
        aria-label={lasting ? 'Stop' : 'Send'}
        busy={busy && !lasting}
        disabled={!lasting && (busy || !sendable)}
        onClick={lasting ? onStop : undefined}
        className="px-3"
      >
        {lasting ? (
          <Square aria-hidden className="size-3.5 fill-current" />
        ) : (
          !busy && <ArrowUp aria-hidden className="size-4" />
        )}
      </Button>
    </form>
  );
}
