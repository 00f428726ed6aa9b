import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';

import { isCode, messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { SecretField } from '@/shared/ui/field';

interface ConfirmDialogProps {
  title: string;
  body: ReactNode;
  confirm: string;
  variant?: 'danger' | 'primary';
  /** What went wrong with the last attempt. */
  error: unknown;
  busy: boolean;
  onConfirm: (password: string | null) => void;
  onClose: () => void;
}

/** Asks before something that is hard to undo, and for the password where the server wants to see it once more. */
export function ConfirmDialog({
  title,
  body,
  confirm,
  variant = 'danger',
  error,
  busy,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const wanted = isCode(error, 'step_up_required');
  const [asked, setAsked] = useState(false);
  if (wanted && !asked) setAsked(true);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (asked) form.current?.querySelector('input')?.focus();
  }, [asked]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('password');
    onConfirm(typeof typed === 'string' ? typed : null);
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={body}>
      <form ref={form} onSubmit={submit} className="grid gap-4">
        {asked && (
          <SecretField
            label="Your password"
            name="password"
            autoComplete="current-password"
            required
            hint="You signed in a while ago, so it is asked once more."
            className="font-sans!"
          />
        )}
        {error !== null && !wanted && <Callout tone="danger" title={messageOf(error)} role="alert" />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant={variant} busy={busy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
