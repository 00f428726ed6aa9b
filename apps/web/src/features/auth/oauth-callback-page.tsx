import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { finishProviderSignIn, restoreSession } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import { challengeOf, isCode, messageOf } from '@/shared/api/problem';
import type { Identity, OauthProvider } from '@/shared/api/types';
import { ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { usePageFocus } from '@/shared/ui/page-header';
import { notify } from '@/shared/ui/toast';

import CodeForm from './code-form';
import { safeNext } from './next';
import { errand, isProvider, PROVIDER_NAMES } from './providers';
import { SignInFrame } from './sign-in-frame';

/** Where a provider sends people back to: finishes what this tab went there for. */
export function Component() {
  const { provider } = useParams();
  const [params] = useSearchParams();
  const [code, state, refusal] = [params.get('code'), params.get('state'), params.get('error')];
  if (!isProvider(provider) || (refusal === null && (code === null || state === null))) {
    return (
      <Ended title="Nothing to finish here" text="This page is where sign-in services send people back to." />
    );
  }
  const name = PROVIDER_NAMES[provider];
  if (refusal === 'access_denied' || refusal === 'consent_required') {
    return <Ended title={`You cancelled at ${name}`} text="Nothing has changed." />;
  }
  if (refusal !== null) {
    return <Ended title={`${name} did not sign you in`} text="Please begin again." />;
  }
  return <Finishing provider={provider} code={code ?? ''} state={state ?? ''} />;
}

function Finishing({ provider, code, state }: { provider: OauthProvider; code: string; state: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const name = PROVIDER_NAMES[provider];
  const { purpose, next, back } = errand();
  const finish = useMutation({
    mutationFn: async () => {
      if (purpose === 'sign_in') return finishProviderSignIn(provider, { code, state });
      await restoreSession();
      await api.post<Identity>(`/auth/identities/${provider}/callback`, { code, state });
    },
    onSuccess: async () => {
      if (purpose === 'link') notify('success', `${name} is linked. You can sign in with it from now on.`);
      await client.invalidateQueries();
      await navigate(safeNext(next), { replace: true });
    },
  });
  const begun = useRef(false);
  useEffect(() => {
    // A code is good once, so it is sent once, however often the page is drawn.
    if (begun.current) return;
    begun.current = true;
    finish.mutate();
  }, [finish]);
  const heading = usePageFocus(purpose === 'link' ? 'Linking' : 'Signing in');

  const challenge = challengeOf(finish.error);
  if (challenge !== null) {
    return (
      <SignInFrame>
        <CodeForm
          challenge={challenge}
          onDone={() => void navigate(safeNext(next), { replace: true })}
          onBack={() => void navigate('/login', { replace: true })}
        />
      </SignInFrame>
    );
  }
  if (isCode(finish.error, 'oauth_email_in_use')) {
    return (
      <SignInFrame>
        <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
          This email has an account
        </h1>
        <p className="text-fg-muted mt-1 mb-5">
          An email address alone does not open it. If the account is yours, sign in with your password
          {back === undefined
            ? `, then link ${name}. From then on one click is enough.`
            : '; you come back to the invitation.'}
        </p>
        <ButtonLink
          to={`/login?next=${encodeURIComponent(back ?? '/account/sign-ins')}`}
          variant="primary"
          size="lg"
          className="w-full"
        >
          {back === undefined ? `Sign in and link ${name}` : 'Sign in with your password'}
        </ButtonLink>
      </SignInFrame>
    );
  }
  if (finish.isError) {
    return (
      <Ended
        title={purpose === 'link' ? `${name} was not linked` : 'You are not signed in'}
        text={messageOf(finish.error)}
        isError
      />
    );
  }
  return (
    <SignInFrame>
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        {purpose === 'link' ? `Linking ${name}` : 'Signing you in'}
      </h1>
      <p role="status" className="text-fg-muted mt-1">
        One moment. We are checking what {name} says.
      </p>
      <div aria-hidden className="bg-line mt-5 h-1 overflow-hidden rounded-full">
        <div className="bg-accent h-full w-1/3 animate-pulse rounded-full" />
      </div>
    </SignInFrame>
  );
}

function Ended({ title, text, isError = false }: { title: string; text: string; isError?: boolean }) {
  const heading = usePageFocus(title);
  const { purpose, back } = errand();
  const isLink = purpose === 'link';
  return (
    <SignInFrame>
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        {title}
      </h1>
      {isError ? (
        <Callout tone="danger" title={text} role="alert" className="mt-3 mb-5" />
      ) : (
        <p className="text-fg-muted mt-1 mb-5">{text}</p>
      )}
      {back === undefined ? (
        <ButtonLink
          to={isLink ? '/account/sign-ins' : '/login'}
          variant="primary"
          size="lg"
          className="w-full"
        >
          {isLink ? 'Back to linked sign-ins' : 'Back to sign-in'}
        </ButtonLink>
      ) : (
        <ButtonLink to={safeNext(back)} variant="primary" size="lg" className="w-full">
          Back to the invitation
        </ButtonLink>
      )}
    </SignInFrame>
  );
}
