import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';

import { fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';

import { identitiesQuery } from '../api/identities';
import type { Proof } from '../api/step-up';
import { proofOf, ProofFields } from './proof-fields';
import { SignInAgain } from './sign-in-again';

interface ConfirmDialogProps {
  title: string;
  body: ReactNode;
  confirm: string;
  variant?: 'danger' | 'primary';
  /** What went wrong with the last attempt. */
  error: unknown;
  busy: boolean;
  onConfirm: (proof: Proof | null) => void;
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
  const refused = fieldErrors(error);
  const isAtProof = 'password' in refused || 'code' in refused;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    onConfirm(proofOf(new FormData(event.currentTarget)));
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={body}>
      <form onSubmit={submit} className="grid gap-4">
        {again && <SignInAgain />}
        {asksPassword && <ProofFields error={error} takesFocus />}
        {error !== null && !wanted && !isAtProof && (
          <Callout tone="danger" title={messageOf(error)} role="alert" />
        )}
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
