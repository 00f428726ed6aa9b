import { isCode } from '@/shared/api/problem';

import { verifyEmail } from './api';
import { LinkPage } from './link-page';

export function Component() {
  return (
    <LinkPage
      title="Confirm your e-mail address"
      lead="One press, and we know that mails reach you."
      button="Confirm the address"
      redeem={verifyEmail}
      done={{ title: 'Your address is confirmed' }}
      isDone={(error) => isCode(error, 'link_used')}
      advice={() => 'Your account settings send you a new link.'}
    />
  );
}
