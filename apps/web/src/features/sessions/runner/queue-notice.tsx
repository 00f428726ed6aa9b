import { X } from 'lucide-react';

import { Button, IconButton } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { CopyButton } from '@/shared/ui/copy-button';

import type { Runner } from './use-runner';

/** What happened to changes that could not be sent or were refused. Nothing typed disappears without a word. */
export function QueueNotice({ runner }: { runner: Runner }) {
  const { queue, queueState } = runner;
  const { rejection, status, entries } = queueState;
  return (
    <div aria-live="polite" className="grid gap-3 not-empty:mb-4">
      {rejection && (
        <Callout
          tone="warning"
          title={rejection.message}
          action={
            <span className="flex items-center gap-1">
              {rejection.texts.length > 0 && (
                <CopyButton text={rejection.texts.join('\n')} label="Copy your text" />
              )}
              <IconButton label="Dismiss" onClick={queue.dismissRejection}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </span>
          }
        >
          {rejection.texts.length > 0 &&
            (rejection.shown ? (
              <p className="line-clamp-4">Not saved: “{rejection.texts.join('” “')}”</p>
            ) : (
              <p>The values you typed were not saved; copy them to use them again.</p>
            ))}
        </Callout>
      )}
      {status === 'waiting' && (
        <Callout
          tone="warning"
          title={
            entries.length === 1
              ? 'One change is waiting for the server'
              : `${entries.length} changes are waiting for the server`
          }
          action={
            <Button size="sm" onClick={queue.retryNow}>
              Send now
            </Button>
          }
        >
          Keep working. They are kept on this computer and sent in order when the server answers.
        </Callout>
      )}
    </div>
  );
}
