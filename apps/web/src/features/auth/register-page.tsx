import { useState, type FormEvent } from 'react';
import { Link, useLoaderData, useNavigate, useSearchParams } from 'react-router';

import { register } from '@/shared/api/auth-session';
import { fieldErrors, isCode, messageOf } from '@/shared/api/problem';
import type { Meta, OauthProvider } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SecretField, TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';

import { safeNext } from './next';
import ProviderButtons from './provider-buttons';
import { SignInFrame } from './sign-in-frame';

export function Component() {
  const meta = useLoaderData<Meta | null>();
  return meta?.signup_enabled === false ? (
    <Closed />
  ) : (
    <RegisterForm demo={meta?.demo === true} providers={meta?.oauth_providers ?? []} />
  );
}

/** The server would refuse the form, so it is not offered. */
function Closed() {
  const heading = usePageFocus('Registration is closed');
  return (
    <SignInFrame>
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        Registration is closed
      </h1>
      <p className="text-fg-muted mt-1 mb-5">
        This installation takes no new accounts. Ask whoever runs it for one.
      </p>
      <ButtonLink to="/login" variant="primary" size="lg" className="w-full">
        Go to sign-in
      </ButtonLink>
    </SignInFrame>
  );
}

function RegisterForm({ demo, providers }: { demo: boolean; providers: OauthProvider[] }) {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const heading = usePageFocus('Create an account');

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => formText(form, name);
    const password = form.get('password');
    setBusy(true);
    setProblem(null);
    try {
      await register({
        email: text('email'),
        name: text('name'),
        password: typeof password === 'string' ? password : '',
        ...(text('account_name') ? { account_name: text('account_name') } : {}),
      });
      await navigate(safeNext(params.get('next')), { replace: true });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  }

  const errors = fieldErrors(problem);
  const taken = isCode(problem, 'email_taken');
  const general = problem !== null && !taken && Object.keys(errors).length === 0;
  return (
    <SignInFrame
      footer={
        <>
          Already have an account?{' '}
          <Link className="text-accent-fg font-medium underline underline-offset-2" to="/login">
            Sign in
          </Link>
          {demo && '. The demo sign-ins are there too.'}
        </>
      }
    >
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        Create an account
      </h1>
      <p className="text-fg-muted mt-1 mb-5">You become the owner; invite your team later.</p>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <TextField label="Your name" name="name" autoComplete="name" required error={errors['name']} />
        <TextField
          label="Company"
          name="account_name"
          autoComplete="organization"
          optional
          error={errors['account_name']}
        />
        <TextField
          label="Work email"
          name="email"
          type="email"
          autoComplete="username"
          required
          error={taken ? 'This email already has an account.' : errors['email']}
        />
        <SecretField
          label="Password"
          name="password"
          autoComplete="new-password"
          required
          minLength={12}
          className="font-sans!"
          hint="At least 12 characters. A short sentence works well."
          error={errors['password']}
        />
        {general && <Callout tone="danger" title={messageOf(problem)} role="alert" />}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-1 w-full">
          {busy ? 'Creating your account' : 'Create account'}
        </Button>
      </form>
      <ProviderButtons providers={providers} next={safeNext(params.get('next'))} />
    </SignInFrame>
  );
}
