import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router';

import { ApiError, fieldErrors, messageOf } from '@/shared/api/problem';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { usePageFocus } from '@/shared/ui/page-header';

import { resetPassword } from './api';
import { NewPasswordField } from './new-password-field';
import { PageTitle, SignInFrame } from './sign-in-frame';

export function Component() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const heading = usePageFocus('Choose a new password');
  const reset = useMutation({ mutationFn: resetPassword });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('password');
    reset.mutate({ token, password: typeof typed === 'string' ? typed : '' });
  }

  const errors = fieldErrors(reset.error);
  const dead = token === '' || (reset.error instanceof ApiError && reset.error.code.startsWith('link_'));
  if (reset.isSuccess) {
    return (
      <SignInFrame>
        <PageTitle ref={heading} text="Choose a new password" />
        <Callout tone="success" title="Your password was changed" role="status" className="mb-5">
          All your sign-ins were ended. Sign in with the new password.
        </Callout>
        <ButtonLink to="/login" variant="primary" size="lg" className="w-full">
          Sign in
        </ButtonLink>
      </SignInFrame>
    );
  }
  return (
    <SignInFrame
      footer={
        <Link className="text-accent-fg font-medium underline underline-offset-2" to="/login">
          Back to sign-in
        </Link>
      }
    >
      <PageTitle ref={heading} text="Choose a new password">
        It ends your sign-ins on all devices.
      </PageTitle>
      {dead ? (
        <>
          <Callout
            tone="danger"
            title={
              reset.error ? messageOf(reset.error) : 'This link is not complete. Open it from the mail again.'
            }
            role="alert"
            className="mb-5"
          />
          <ButtonLink to="/forgot-password" variant="primary" size="lg" className="w-full">
            Ask for a new link
          </ButtonLink>
        </>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <NewPasswordField label="New password" error={errors['password']} />
          {reset.isError && !errors['password'] && (
            <Callout tone="danger" title={messageOf(reset.error)} role="alert" />
          )}
          <Button type="submit" variant="primary" size="lg" busy={reset.isPending} className="mt-1 w-full">
            Change the password
          </Button>
        </form>
      )}
    </SignInFrame>
  );
}
