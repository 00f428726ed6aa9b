import { useQuery } from '@tanstack/react-query';
import { MailPlus } from 'lucide-react';
import { useRef, type FormEvent } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { ApiError, fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import type { CreateInvite, Invite, InviteState } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { formText } from '@/shared/lib/forms';
import { roleName, rolesUpTo } from '@/shared/lib/roles';
import { Badge, type Tone } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { invitesQuery, useCreateInvite, useResendInvite, useRevokeInvite } from './api/invites';

export function Component() {
  const query = useQuery(invitesQuery());
  return (
    <QueryView page query={query} skeleton={<InvitesSkeleton />}>
      {(invites) => (
        <>
          <PageHeader
            title="Invites"
            eyebrow="Account"
            description="Whom you invite gets a mail with a link that works once, and for a week."
          />
          <div className="grid max-w-4xl items-start gap-6">
            <InvitePanel />
            <Panel title="Invitations" flush={invites.length > 0}>
              {invites.length === 0 ? (
                <EmptyState icon={MailPlus} title="Nobody was invited yet">
                  Invite the people you work tickets with: flows get better the more of you use them.
                </EmptyState>
              ) : (
                <ul aria-label="Invitations" className="divide-line divide-y">
                  {invites.map((invite) => (
                    <InviteRow key={invite.id} invite={invite} />
                  ))}
                </ul>
              )}
            </Panel>
          </div>
        </>
      )}
    </QueryView>
  );
}

function InvitePanel() {
  const user = useAuth((s) => s.user);
  const form = useRef<HTMLFormElement>(null);
  const create = useCreateInvite();
  const roles = rolesUpTo(user?.is_super_admin ? 'owner' : (user?.role ?? 'viewer'));

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const role = formText(data, 'role') as CreateInvite['role'];
    create.mutate(
      { email: formText(data, 'email'), role },
      {
        onSuccess: (invite) => {
          notify('success', `${invite.email} was invited.`);
          form.current?.reset();
          form.current?.querySelector('input')?.focus();
        },
      },
    );
  }

  const errors = fieldErrors(create.error);
  const ofAddress = isCode(create.error, 'already_invited', 'already_member')
    ? messageOf(create.error)
    : undefined;
  const general = create.isError && !errors['email'] && !ofAddress;
  return (
    <Panel title="Invite somebody">
      <form ref={form} onSubmit={submit} className="grid gap-4">
        <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,1fr)_11rem]">
          <TextField
            label="Email"
            name="email"
            type="email"
            autoComplete="off"
            autoCapitalize="none"
            required
            error={errors['email'] ?? ofAddress}
          />
          <SelectField label="Role" name="role" defaultValue="engineer">
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleName(role)}
              </option>
            ))}
          </SelectField>
        </div>
        {general && <Callout tone="danger" title={messageOf(create.error)} role="alert" />}
        <Button type="submit" variant="primary" busy={create.isPending} className="justify-self-start">
          <MailPlus aria-hidden className="size-3.5" /> Send the invitation
        </Button>
      </form>
    </Panel>
  );
}

const STATES: Record<InviteState, { label: string; tone: Tone }> = {
  open: { label: 'Open', tone: 'info' },
  expired: { label: 'Expired', tone: 'warning' },
  accepted: { label: 'Accepted', tone: 'success' },
  revoked: { label: 'Taken back', tone: 'neutral' },
};

function when(invite: Invite): string {
  if (invite.accepted_at) return `joined ${formatAgo(invite.accepted_at)}`;
  if (invite.revoked_at) return `taken back ${formatAgo(invite.revoked_at)}`;
  const ends = formatDateTime(invite.expires_at);
  return invite.state === 'expired' ? `ended ${ends}` : `open until ${ends}`;
}

function InviteRow({ invite }: { invite: Invite }) {
  const resend = useResendInvite();
  const revoke = useRevokeInvite();
  const failed = (error: Error) =>
    notify('error', error instanceof ApiError ? error.message : messageOf(error));
  const waits = invite.state === 'open' || invite.state === 'expired';
  const { label, tone } = STATES[invite.state];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 text-sm">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{invite.email}</span>
          <Badge tone={tone}>{label}</Badge>
        </p>
        <p className="text-fg-subtle">
          {roleName(invite.role)}, invited by {invite.invited_by}, {when(invite)}
        </p>
      </div>
      {waits && (
        <div className="flex gap-2">
          <Button
            size="sm"
            busy={resend.isPending}
            aria-label={`Send the invitation to ${invite.email} again`}
            onClick={() =>
              resend.mutate(invite.id, {
                onSuccess: () => notify('success', `${invite.email} gets a new link. Older ones end.`),
                onError: failed,
              })
            }
          >
            Send again
          </Button>
          <Button
            size="sm"
            variant="danger"
            busy={revoke.isPending}
            aria-label={`Take the invitation of ${invite.email} back`}
            onClick={() =>
              revoke.mutate(invite.id, {
                onSuccess: () => notify('success', `The invitation of ${invite.email} was taken back.`),
                onError: failed,
              })
            }
          >
            Take back
          </Button>
        </div>
      )}
    </li>
  );
}

function InvitesSkeleton() {
  return (
    <div role="status" aria-label="Loading invitations" className="grid max-w-4xl gap-6">
      <Skeleton className="h-7 w-60" />
      <Skeleton className="h-40" />
      <Skeleton className="h-48" />
    </div>
  );
}
