import type { FormEvent } from 'react';

import { PROVIDER_NAMES } from '@/features/auth/providers';
import { isCode, messageOf } from '@/shared/api/problem';
import type { OauthProvider } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';

import { useStartLink } from '../api/identities';
import { proofOf, ProofFields } from './proof-fields';
import { SignInAgain } from './sign-in-again';

/** Says what linking does, and asks for the password where the server wants to see it once more. */
export default function LinkDialog({
  provider,
  hasPassword,
  onClose,
}: {
  provider: OauthProvider;
  hasPassword: boolean;
  onClose: () => void;
}) {
  const start = useStartLink();
  const name = PROVIDER_NAMES[provider];
  const wantsPassword = isCode(start.error, 'step_up_required') || (start.variables?.proof ?? null) !== null;
  const again = isCode(start.error, 'step_up_required') && !hasPassword;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    start.mutate({ provider, proof: proofOf(new FormData(event.currentTarget)) });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Link ${name}?`}
      description={`You go to ${name} and come back. From then on whoever is signed in there as you can sign in here.`}
    >
      <form onSubmit={submit} className="grid gap-4">
        {wantsPassword && hasPassword && <ProofFields error={start.error} />}
        {again && <SignInAgain />}
        {start.isError && !isCode(start.error, 'step_up_required') && (
          <Callout tone="danger" title={messageOf(start.error)} role="alert" />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          {!again && (
            <Button type="submit" variant="primary" busy={start.isPending || start.isSuccess}>
              Continue to {name}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
