import { lazy, Suspense, useRef, useState, type FormEvent } from 'react';
import { Link, useLoaderData, useNavigate, useSearchParams } from 'react-router';

import { signIn } from '@/shared/api/auth-session';
import { challengeOf, messageOf } from '@/shared/api/problem';
import type { Meta } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SecretField, TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';

import { safeNext } from './next';
import { SignInFrame } from './sign-in-frame';

// Few installations show them.
const DemoPanel = lazy(() => import('./demo-panel'));
// Nor have most people a second factor.
const CodeForm = lazy(() => import('./code-form'));
const ProviderButtons = lazy(() => import('./provider-buttons'));

export function Component() {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const meta = useLoaderData<Meta | null>();
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const send = useRef<HTMLButtonElement>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [challenge, setChallenge] = useState<string | null>(null);
  const heading = usePageFocus('Sign in');

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const typed = form.get('password');
      await signIn(formText(form, 'email'), typeof typed === 'string' ? typed : '');
      await navigate(safeNext(params.get('next')), { replace: true });
    } catch (problem) {
      const asked = challengeOf(problem);
      if (asked === null) setError(messageOf(problem));
      else setChallenge(asked);
      setBusy(false);
    }
  }

  function fillIn(demoEmail: string, demoPassword: string) {
    if (email.current) email.current.value = demoEmail;
    if (password.current) password.current.value = demoPassword;
    send.current?.focus();
  }

  const next = params.get('next');
  if (challenge !== null) {
    return (
      <SignInFrame>
        <Suspense fallback={null}>
          <CodeForm
            challenge={challenge}
            onDone={() => void navigate(safeNext(next), { replace: true })}
            onBack={() => setChallenge(null)}
          />
        </Suspense>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame
      footer={
        meta?.signup_enabled === false ? (
          'No account yet? Ask whoever runs this installation.'
        ) : (
          <>
            New here?{' '}
            <Link
              className="text-accent-fg font-medium underline underline-offset-2"
              to={next ? `/register?next=${encodeURIComponent(next)}` : '/register'}
            >
              Create an account
            </Link>
          </>
        )
      }
      aside={
        meta?.demo === true && (
          <Suspense fallback={null}>
            <DemoPanel onPick={fillIn} />
          </Suspense>
        )
      }
    >
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        Sign in
      </h1>
      <p className="text-fg-muted mt-1 mb-5">Pick up where you left off.</p>
      {params.get('reason') === 'session_expired' && (
        <Callout tone="info" title="Your session has expired" role="status" className="mb-5">
          For security you were signed out. Sign in again to go on; nothing you entered is lost.
        </Callout>
      )}
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <TextField
          ref={email}
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoCapitalize="none"
        />
        <SecretField
          ref={password}
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          className="font-sans!"
        />
        <Link
          className="text-accent-fg justify-self-start text-sm font-medium underline underline-offset-2"
          to="/forgot-password"
        >
          Forgot password?
        </Link>
        {error && <Callout tone="danger" title={error} role="alert" />}
        <Button ref={send} type="submit" variant="primary" size="lg" busy={busy} className="mt-1 w-full">
          {busy ? 'Signing in' : 'Sign in'}
        </Button>
      </form>
      {meta !== null && meta.oauth_providers.length > 0 && (
        <Suspense fallback={null}>
          <ProviderButtons providers={meta.oauth_providers} next={safeNext(params.get('next'))} />
        </Suspense>
      )}
    </SignInFrame>
  );
}
