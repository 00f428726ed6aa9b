import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';

import { useSendVerification } from '../api/invites';

/** Stands above the account's pages until the person has shown that mails reach them. */
export function UnverifiedNotice() {
  const user = useAuth((s) => s.user);
  const send = useSendVerification();
  if (user === null || user.email_verified_at) return null;
  return (
    <Callout
      tone="warning"
      title="Confirm your e-mail address"
      className="mb-5 max-w-4xl"
      action={
        <Button size="sm" busy={send.isPending} onClick={() => send.mutate()}>
          Send another mail
        </Button>
      }
    >
      <span role="status">
        {send.isSuccess
          ? `A mail to ${user.email} is on its way.`
          : send.isError
            ? messageOf(send.error)
            : `We sent a link to ${user.email}. Until it is used you cannot invite others.`}
      </span>
    </Callout>
  );
}
