import { useMutation } from '@tanstack/react-query';

import { signOut } from '@/shared/api/auth-session';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';

/** For whoever has no password to show: the sign-in is given up, and the new one comes back to this page. */
export function SignInAgain() {
  const leave = useMutation({ mutationFn: () => signOut('renewed') });
  return (
    <Callout
      tone="warning"
      title="Sign in again first"
      role="alert"
      action={
        <Button size="sm" busy={leave.isPending} onClick={() => leave.mutate()}>
          Sign in again
        </Button>
      }
    >
      You signed in a while ago, and you have no password to show. Sign in again, and you come back to this
      page with five minutes to do this.
    </Callout>
  );
}
