import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';

import { reloadUser } from '@/shared/api/auth-session';
import { isCode, messageOf } from '@/shared/api/problem';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { usePageFocus } from '@/shared/ui/page-header';

import { verifyEmail } from './api';
import { PageTitle, SignInFrame } from './sign-in-frame';

/** Asks for one press: programs that read mails open links too. */
export function Component() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const heading = usePageFocus('Confirm your e-mail address');
  const verify = useMutation({ mutationFn: verifyEmail, onSuccess: reloadUser });
  const done = verify.isSuccess || isCode(verify.error, 'link_used');
  const problem = token === '' ? 'This link is not complete. Open it from the mail again.' : null;
  return (
    <SignInFrame>
      <PageTitle ref={heading} text="Confirm your e-mail address" />
      {done ? (
        <>
          <Callout tone="success" title="Your address is confirmed" role="status" className="my-5" />
          <ButtonLink to="/" variant="primary" size="lg" className="w-full">
            Open ResolutionFlow
          </ButtonLink>
        </>
      ) : (
        <>
          <p className="text-fg-muted mt-1 mb-5">One press, and we know that mails reach you.</p>
          {(problem !== null || verify.isError) && (
            <Callout tone="danger" title={problem ?? messageOf(verify.error)} role="alert" className="mb-5">
              {verify.isError && 'Your account settings send you a new link.'}
            </Callout>
          )}
          <Button
            variant="primary"
            size="lg"
            className="w-full"
            busy={verify.isPending}
            disabled={problem !== null}
            onClick={() => verify.mutate(token)}
          >
            Confirm the address
          </Button>
        </>
      )}
    </SignInFrame>
  );
}
