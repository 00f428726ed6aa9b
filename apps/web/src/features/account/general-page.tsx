import { useQuery } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { useState, type FormEvent } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { membersQuery } from '@/shared/api/members';
import { fieldErrors, messageOf } from '@/shared/api/problem';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { useRenameAccount, useTransferOwnership } from './api/people';
import { ConfirmDialog } from './components/confirm-dialog';
import { roleLabel } from './model/roles';

export function Component() {
  const user = useAuth((s) => s.user);
  // Also whoever has just handed the account over.
  const isOwner = user?.role === 'owner' || user?.is_super_admin;
  return (
    <>
      <PageHeader
        title="Account"
        eyebrow={user?.account_name}
        description="What your company is called here, and whose account it is."
      />
      {isOwner ? (
        <div className="grid max-w-2xl gap-6">
          <NamePanel />
          <OwnershipPanel />
        </div>
      ) : (
        <EmptyState icon={Lock} title="Only owners change this">
          Ask an owner of the account.
        </EmptyState>
      )}
    </>
  );
}

function NamePanel() {
  const name = useAuth((s) => s.user?.account_name);
  const rename = useRenameAccount();
  const errors = fieldErrors(rename.error);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    rename.mutate(formText(new FormData(event.currentTarget), 'name'), {
      onSuccess: () => notify('success', 'The account is renamed.'),
    });
  }

  return (
    <Panel title="Name">
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Account name"
          name="name"
          autoComplete="organization"
          required
          maxLength={200}
          defaultValue={name}
          error={errors['name']}
        />
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

function OwnershipPanel() {
  const me = useAuth((s) => s.user?.id);
  const members = useQuery(membersQuery());
  const [to, setTo] = useState('');
  const [asking, setAsking] = useState(false);
  const transfer = useTransferOwnership();

  return (
    <Panel title="Ownership">
      <QueryView query={members} skeleton={<Skeleton className="h-24" />}>
        {(everybody) => {
          const others = everybody.filter(({ id }) => id !== me);
          const chosen = others.find(({ id }) => id === to);
          if (others.length === 0) {
            return (
              <p className="text-fg-muted text-sm">
                You are the only one here. When somebody else has joined, you can hand the account over.
              </p>
            );
          }
          return (
            <div className="grid gap-4">
              <p className="text-fg-muted text-sm">
                Whoever you hand the account to becomes its owner: billing, session security and the audit log
                are theirs. You stay as a team admin.
              </p>
              <SelectField label="New owner" value={to} onChange={(event) => setTo(event.target.value)}>
                <option value="">Choose a person</option>
                {others.map(({ id, name, email, role }) => (
                  <option key={id} value={id}>
                    {name} ({email}), {roleLabel(role).toLowerCase()}
                  </option>
                ))}
              </SelectField>
              <div>
                <Button variant="danger" disabled={!chosen} onClick={() => setAsking(true)}>
                  Transfer ownership
                </Button>
              </div>
              {asking && chosen && (
                <ConfirmDialog
                  title={`Make ${chosen.name} the owner?`}
                  body="You become a team admin, and only the new owner can give the account back."
                  confirm="Transfer ownership"
                  error={transfer.error}
                  busy={transfer.isPending}
                  onClose={() => {
                    transfer.reset();
                    setAsking(false);
                  }}
                  onConfirm={(proof) => transfer.mutate({ to: chosen, proof })}
                />
              )}
            </div>
          );
        }}
      </QueryView>
    </Panel>
  );
}
