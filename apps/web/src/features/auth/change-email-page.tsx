import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';

import { reloadUser } from '@/shared/api/auth-session';
import { isCode, messageOf } from '@/shared/api/problem';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { usePageFocus } from '@/shared/ui/page-header';

import { confirmEmail } from './api';
import { PageTitle, SignInFrame } from './sign-in-frame';

/** Asks for one press: programs that read mails open links too. */
export function Component() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const heading = usePageFocus('Change your e-mail address');
  const change = useMutation({ mutationFn: confirmEmail, onSuccess: reloadUser });
  const problem = token === '' ? 'This link is not complete. Open it from the mail again.' : null;
  return (
    <SignInFrame>
      <PageTitle ref={heading} text="Change your e-mail address" />
      {change.isSuccess ? (
        <>
          <Callout tone="success" title="Your address is changed" role="status" className="my-5">
            From now on you sign in with it. Your other sign-ins ended.
          </Callout>
          <ButtonLink to="/" variant="primary" size="lg" className="w-full">
            Open ResolutionFlow
          </ButtonLink>
        </>
      ) : (
        <>
          <p className="text-fg-muted mt-1 mb-5">
            One press, and you sign in with this address from now on. Your other sign-ins end.
          </p>
          {(problem !== null || change.isError) && (
            <Callout tone="danger" title={problem ?? messageOf(change.error)} role="alert" className="mb-5">
              {isCode(change.error, 'email_taken')
                ? 'Your address stays as it is. Ask for another one on your profile.'
                : change.isError && 'Your profile sends you a new link.'}
            </Callout>
          )}
          <Button
            variant="primary"
            size="lg"
            className="w-full"
            busy={change.isPending}
            disabled={problem !== null}
            onClick={() => change.mutate(token)}
          >
            Use this address
          </Button>
        </>
      )}
    </SignInFrame>
  );
}
