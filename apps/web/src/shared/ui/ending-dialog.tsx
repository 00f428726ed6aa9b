import type { FormEvent, ReactNode } from 'react';

import { messageOf, NetworkError } from '@/shared/api/problem';

import { Button } from './button';
import { Callout } from './callout';
import { Dialog } from './dialog';

interface EndingProps {
  title: string;
  description: ReactNode;
  /** The form, for screen readers. */
  label: string;
  /** On the button that does it. */
  submit: string;
  busy: boolean;
  /** What went wrong with the last attempt. */
  error: unknown;
  /** Said where the server could not be reached. */
  offline: string;
  /** Sends it, or says what is missing. */
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for the last words before work on a session ends here. What was written stays until it has gone through. */
export function EndingDialog({
  title,
  description,
  label,
  submit,
  busy,
  error,
  offline,
  onSubmit,
  onClose,
  children,
}: EndingProps) {
  function send(event: FormEvent) {
    event.preventDefault();
    // The dialog is a portal: without this the submit would also reach a form around its place in the tree.
    event.stopPropagation();
    if (!busy) onSubmit();
  }
  const isOffline = error instanceof NetworkError;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={description}>
      <form onSubmit={send} aria-label={label} className="grid gap-4">
        {children}
        {error !== null && (
          <Callout
            tone={isOffline ? 'warning' : 'danger'}
            title={isOffline ? offline : messageOf(error)}
            role="alert"
          >
            What you wrote is kept here.
          </Callout>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" size="lg" busy={busy}>
            {submit}
          </Button>
          <Button variant="ghost" size="lg" onClick={onClose}>
            Keep working
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
