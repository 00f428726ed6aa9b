import type { FormEvent } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextField } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';

import { useAskToChangeEmail } from '../api/profile';
import { proofOf, ProofFields } from './proof-fields';

/** Asks for another address to sign in with; the link that goes there does it. */
export function EmailPanel() {
  const user = useAuth((s) => s.user);
  const change = useAskToChangeEmail();
  if (!user) return null;
  const errors = fieldErrors(change.error);
  const isPasswordWanted = isCode(change.error, 'step_up_required');

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    change.mutate(
      { email: formText(fields, 'email'), proof: proofOf(fields) },
      { onSuccess: () => form.reset() },
    );
  }

  return (
    <Panel title="Change e-mail address">
      <form onSubmit={submit} className="grid gap-4">
        <p className="text-fg-muted text-sm">
          You sign in as <span className="text-fg break-all">{user.email}</span>. A link goes to the new
          address; until it is followed, nothing changes.
        </p>
        <TextField
          label="New e-mail address"
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          error={errors['email']}
        />
        <ProofFields
          error={change.error}
          required={false}
          passwordError={isPasswordWanted ? messageOf(change.error) : undefined}
          hint="Leave it empty if you sign in without one."
        />
        {change.isSuccess && (
          <Callout tone="success" title={`We sent a link to ${change.data.email}`} role="status">
            It works once, and for three days. Your present address gets a notice.
          </Callout>
        )}
        {change.isError && !isPasswordWanted && Object.keys(errors).length === 0 && (
          <Callout tone="danger" title={messageOf(change.error)} role="alert" />
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" busy={change.isPending}>
            Send the link
          </Button>
          <span className="text-fg-subtle text-sm">Following it signs you out everywhere else.</span>
        </div>
      </form>
    </Panel>
  );
}
