import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Link, useLoaderData } from 'react-router';

import { fieldErrors, messageOf } from '@/shared/api/problem';
import type { Meta } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextField } from '@/shared/ui/field';
import { usePageFocus } from '@/shared/ui/page-header';

import { forgotPassword } from './api';
import { PageTitle, SignInFrame } from './sign-in-frame';

export function Component() {
  const meta = useLoaderData<Meta | null>();
  const heading = usePageFocus('Forgot your password?');
  const forgot = useMutation({ mutationFn: forgotPassword });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    forgot.mutate(formText(new FormData(event.currentTarget), 'email'));
  }

  const errors = fieldErrors(forgot.error);
  return (
    <SignInFrame
      footer={
        <Link className="text-accent-fg font-medium underline underline-offset-2" to="/login">
          Back to sign-in
        </Link>
      }
    >
      <PageTitle ref={heading} text="Forgot your password?">
        We send you a link to choose a new one.
      </PageTitle>
      {forgot.isSuccess ? (
        <Callout tone="success" title="Look into your mailbox" role="status">
          If somebody signs in as {forgot.variables}, a mail with a link is on its way. The link works once,
          and for an hour. {meta?.mail_enabled === false && <NoMail />}
        </Callout>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <TextField
            label="Email"
            name="email"
            type="email"
            autoComplete="username"
            autoCapitalize="none"
            required
            error={errors['email']}
          />
          {forgot.isError && !errors['email'] && (
            <Callout tone="danger" title={messageOf(forgot.error)} role="alert" />
          )}
          <Button type="submit" variant="primary" size="lg" busy={forgot.isPending} className="mt-1 w-full">
            Send the link
          </Button>
        </form>
      )}
    </SignInFrame>
  );
}

const NoMail = () => <>This installation sends no mails itself: ask whoever runs it for your link.</>;
