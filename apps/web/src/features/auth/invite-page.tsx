import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Navigate, useLoaderData, useNavigate, useParams } from 'react-router';

import { acceptInvite, signOut, useAuth } from '@/shared/api/auth-session';
import { fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import type { InviteLookup, Meta } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { roleName } from '@/shared/lib/roles';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';
import { Skeleton } from '@/shared/ui/skeleton';

import { inviteQuery } from './api';
import { NewPasswordField } from './new-password-field';
import ProviderButtons from './provider-buttons';
import { PageTitle, SignInFrame } from './sign-in-frame';

export function Component() {
  const { token = '' } = useParams();
  const query = useQuery(inviteQuery(token));
  const heading = usePageFocus('Invitation');
  return (
    <SignInFrame>
      <PageTitle ref={heading} text={query.data ? `Join ${query.data.account_name}` : 'Invitation'} />
      {query.isPending && (
        <div role="status" aria-label="Loading the invitation" className="mt-3 grid gap-3">
          <Skeleton className="h-5" />
          <Skeleton className="h-24" />
        </div>
      )}
      {query.isError && (
        <Ended
          title={
            isCode(query.error, 'invite_not_found') ? 'This link opens no invitation' : messageOf(query.error)
          }
        >
          A newer mail may hold a newer link. If not, ask whoever invited you.
        </Ended>
      )}
      {query.data && <Invitation invite={query.data} token={token} />}
    </SignInFrame>
  );
}

function Invitation({ invite, token }: { invite: InviteLookup; token: string }) {
  const user = useAuth((s) => s.user);
  const providers = useLoaderData<Meta | null>()?.oauth_providers ?? [];
  // Joined a moment ago with a provider, or back at an old mail.
  if (invite.state === 'accepted' && user?.email === invite.email) return <Navigate to="/" replace />;
  if (invite.state === 'accepted') {
    return (
      <Ended title="This invitation was accepted before">
        Sign in as {invite.email}. If that was not you, tell {invite.invited_by}.
      </Ended>
    );
  }
  if (invite.state === 'revoked') {
    return <Ended title="This invitation was taken back">{invite.invited_by} can send you a new one.</Ended>;
  }
  if (invite.state === 'expired') {
    return <Ended title="This invitation is too old">Ask {invite.invited_by} to send it again.</Ended>;
  }
  return (
    <>
      <p className="text-fg-muted mt-1 mb-5">
        {invite.invited_by} invites you as {roleName(invite.role)}. You sign in as{' '}
        <strong className="text-fg font-medium break-all">{invite.email}</strong>.
      </p>
      {user !== null && user.email !== invite.email && <SomebodyElse present={user.email} />}
      {user !== null && user.email === invite.email && (
        <JoinAsMember token={token} invite={invite} leaves={user.account_name} />
      )}
      {user === null && invite.has_account && (
        <>
          <Callout tone="info" title="You have a sign-in already" className="mb-5">
            Sign in with it, and you come back here to accept.
          </Callout>
          <ButtonLink
            to={`/login?next=${encodeURIComponent(`/invite/${token}`)}`}
            variant="primary"
            size="lg"
            className="w-full"
          >
            Sign in
          </ButtonLink>
        </>
      )}
      {user === null && !invite.has_account && <JoinAsNew token={token} account={invite.account_name} />}
      {user === null && <ProviderButtons providers={providers} next={`/invite/${token}`} invite={token} />}
    </>
  );
}

function Ended({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <>
      <Callout tone="warning" title={title} role="status" className="my-5">
        {children}
      </Callout>
      <ButtonLink to="/login" size="lg" className="w-full">
        Go to sign-in
      </ButtonLink>
    </>
  );
}

function SomebodyElse({ present }: { present: string }) {
  return (
    <>
      <Callout tone="warning" title={`You are signed in as ${present}`} className="mb-5">
        The invitation is for another address. Sign out to accept it.
      </Callout>
      <Button size="lg" className="w-full" onClick={() => void signOut()}>
        Sign out
      </Button>
    </>
  );
}

/** People belong to one account: whoever joins leaves the one before. */
function JoinAsMember({ token, invite, leaves }: { token: string; invite: InviteLookup; leaves: string }) {
  const join = useMutation({
    mutationFn: () => acceptInvite(token),
    // A page of its own: nothing of the account before is to be left in this one.
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <>
      <Callout tone="warning" title={`You leave ${leaves}`} className="mb-5">
        People belong to one account. Your flows and sessions stay in {leaves}; your name and password come
        along.
      </Callout>
      {join.isError && <Callout tone="danger" title={messageOf(join.error)} role="alert" className="mb-5" />}
      <Button
        variant="primary"
        size="lg"
        className="w-full"
        busy={join.isPending}
        onClick={() => join.mutate()}
      >
        Leave {leaves} and join {invite.account_name}
      </Button>
    </>
  );
}

function JoinAsNew({ token, account }: { token: string; account: string }) {
  const navigate = useNavigate();
  const join = useMutation({
    mutationFn: (body: { name: string; password: string }) => acceptInvite(token, body),
    onSuccess: () => navigate('/', { replace: true }),
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = form.get('password');
    join.mutate({ name: formText(form, 'name'), password: typeof typed === 'string' ? typed : '' });
  }

  const errors = fieldErrors(join.error);
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField label="Your name" name="name" autoComplete="name" required error={errors['name']} />
      <NewPasswordField label="Password" error={errors['password']} />
      {join.isError && Object.keys(errors).length === 0 && (
        <Callout tone="danger" title={messageOf(join.error)} role="alert" />
      )}
      <Button type="submit" variant="primary" size="lg" busy={join.isPending} className="mt-1 w-full">
        Join {account}
      </Button>
    </form>
  );
}
