import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { forgotPassword } from '@/features/auth/api';
import { useAuth } from '@/shared/api/auth-session';
import { fieldErrors, messageOf } from '@/shared/api/problem';
import { formText } from '@/shared/lib/forms';
import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SecretField, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { identitiesQuery } from './api/identities';
import { useChangePassword, useRename } from './api/profile';
import { EmailPanel } from './components/email-panel';
import { SecondFactorPanel } from './components/second-factor-panel';
import { roleLabel } from './model/roles';

export function Component() {
  const own = useQuery(identitiesQuery());
  return (
    <>
      <PageHeader
        title="Profile"
        eyebrow="Account"
        description="How colleagues see you, and how you sign in."
      />
      <div className="grid max-w-2xl gap-6">
        <NamePanel />
        <EmailPanel />
        <QueryView query={own} skeleton={<Skeleton className="h-72" />}>
          {({ has_password }) => (has_password ? <PasswordPanel /> : <FirstPasswordPanel />)}
        </QueryView>
        <SecondFactorPanel />
      </div>
    </>
  );
}

function NamePanel() {
  const user = useAuth((s) => s.user);
  const rename = useRename();
  if (!user) return null;
  const errors = fieldErrors(rename.error);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    rename.mutate(formText(new FormData(event.currentTarget), 'name'), {
      onSuccess: () => notify('success', 'Your name is saved.'),
    });
  }

  return (
    <Panel title="You">
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          name="name"
          autoComplete="name"
          required
          maxLength={200}
          defaultValue={user.name}
          error={errors['name']}
          hint="Stands in notes and logs beside what you did."
        />
        <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
          <div>
            <dt className="text-fg-subtle">Email</dt>
            <dd className="break-all">{user.email}</dd>
          </div>
          <div>
            <dt className="text-fg-subtle">Role</dt>
            <dd>
              {roleLabel(user.role)} of {user.account_name}
            </dd>
          </div>
        </dl>
        {rename.isError && Object.keys(errors).length === 0 && (
          <Callout tone="danger" title={messageOf(rename.error)} role="alert" />
        )}
        <div>
          <Button type="submit" variant="primary" busy={rename.isPending}>
            Save name
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function PasswordPanel() {
  const change = useChangePassword();
  const [mismatch, setMismatch] = useState(false);
  const errors = fieldErrors(change.error);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    // As typed: a password may begin or end with a space.
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    };
    const differs = text('new_password') !== text('again');
    setMismatch(differs);
    change.reset();
    if (differs) return;
    change.mutate(
      { current_password: text('current_password'), new_password: text('new_password') },
      {
        onSuccess: ({ revoked_count }) => {
          form.reset();
          notify(
            'success',
            revoked_count === 0
              ? 'Your password is changed.'
              : `Your password is changed, and ${plural(revoked_count, 'other session')} ended.`,
          );
        },
      },
    );
  }

  return (
    <Panel title="Password">
      <form onSubmit={submit} className="grid gap-4">
        <SecretField
          label="Current password"
          name="current_password"
          autoComplete="current-password"
          required
          error={errors['current_password']}
          className="font-sans!"
        />
        <SecretField
          label="New password"
          name="new_password"
          autoComplete="new-password"
          required
          minLength={12}
          error={errors['new_password']}
          hint="At least 12 characters. A short sentence works well."
          className="font-sans!"
        />
        <SecretField
          label="New password, once more"
          name="again"
          autoComplete="new-password"
          required
          error={mismatch ? 'is not the same as above' : undefined}
          className="font-sans!"
        />
        {change.isError && Object.keys(errors).length === 0 && (
          <Callout tone="danger" title={messageOf(change.error)} role="alert" />
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" busy={change.isPending}>
            Change password
          </Button>
          <span className="text-fg-subtle text-sm">
            Signs you out everywhere else. You stay signed in here.
          </span>
        </div>
      </form>
    </Panel>
  );
}

/** There is no present password to show, so the mailbox is asked: whoever reads it chooses the first one. */
function FirstPasswordPanel() {
  const email = useAuth((s) => s.user?.email ?? '');
  const ask = useMutation({ mutationFn: () => forgotPassword(email) });
  return (
    <Panel title="Password">
      <div className="grid gap-4">
        <p className="text-fg-muted text-sm">
          You sign in with a linked sign-in and have no password. With one you can sign in when the other is
          out of reach. Setting it signs you out everywhere.
        </p>
        {ask.isSuccess && (
          <Callout tone="success" title="Look into your mailbox" role="status">
            A mail with a link to choose a password is on its way to {email}. The link works once, and for an
            hour.
          </Callout>
        )}
        {ask.isError && <Callout tone="danger" title={messageOf(ask.error)} role="alert" />}
        <div>
          <Button
            variant="primary"
            busy={ask.isPending}
            disabled={ask.isSuccess}
            onClick={() => ask.mutate()}
          >
            Set a password
          </Button>
        </div>
      </div>
    </Panel>
  );
}
