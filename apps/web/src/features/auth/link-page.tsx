import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';

import { reloadUser } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { usePageFocus } from '@/shared/ui/page-header';

import { PageTitle, SignInFrame } from './sign-in-frame';

interface LinkPageProps {
  title: string;
  lead: string;
  button: string;
  /** Does what the link is for, with its token. */
  redeem: (token: string) => Promise<unknown>;
  done: { title: string; text?: string };
  /** Whether an error says that it is done all the same. */
  isDone?: (error: unknown) => boolean;
  /** What to do about an error. */
  advice: (error: unknown) => string;
}

/** Where a link of a mail leads. Asks for one press: programs that read mails open links too. */
export function LinkPage({ title, lead, button, redeem, done, isDone, advice }: LinkPageProps) {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const heading = usePageFocus(title);
  const change = useMutation({ mutationFn: redeem, onSuccess: reloadUser });
  const problem = token === '' ? 'This link is not complete. Open it from the mail again.' : null;
  return (
    <SignInFrame>
      <PageTitle ref={heading} text={title} />
      {change.isSuccess || isDone?.(change.error) ? (
        <>
          <Callout tone="success" title={done.title} role="status" className="my-5">
            {done.text}
          </Callout>
          <ButtonLink to="/" variant="primary" size="lg" className="w-full">
            Open ResolutionFlow
          </ButtonLink>
        </>
      ) : (
        <>
          <p className="text-fg-muted mt-1 mb-5">{lead}</p>
          {(problem !== null || change.isError) && (
            <Callout tone="danger" title={problem ?? messageOf(change.error)} role="alert" className="mb-5">
              {change.isError && advice(change.error)}
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
            {button}
          </Button>
        </>
      )}
    </SignInFrame>
  );
}
