import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';

import { isCode, messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { SecretField } from '@/shared/ui/field';

import { identitiesQuery } from '../api/identities';
import { SignInAgain } from './sign-in-again';

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

/**
 * Asks before something that is hard to undo, and for the password where the server wants to see it once more. Whoever
 * has none signs in again first.
 */
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
  const own = useQuery({ ...identitiesQuery(), enabled: asked });
  const again = asked && own.data?.has_password === false;
  const asksPassword = asked && !own.isPending && !again;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (asksPassword) form.current?.querySelector('input')?.focus();
  }, [asksPassword]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('password');
    onConfirm(typeof typed === 'string' ? typed : null);
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={body}>
      <form ref={form} onSubmit={submit} className="grid gap-4">
        {again && <SignInAgain />}
        {asksPassword && (
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
          {!again && (
            <Button type="submit" variant={variant} busy={busy || (asked && own.isPending)}>
              {confirm}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
