import { isCode } from '@/shared/api/problem';

import { confirmEmail } from './api';
import { LinkPage } from './link-page';

export function Component() {
  return (
    <LinkPage
      title="Change your e-mail address"
      lead="One press, and you sign in with this address from now on. Your other sign-ins end."
      button="Use this address"
      redeem={confirmEmail}
      done={{
        title: 'Your address is changed',
        text: 'From now on you sign in with it. Your other sign-ins ended.',
      }}
      advice={(error) =>
        isCode(error, 'email_taken')
          ? 'Your address stays as it is. Ask for another one on your profile.'
          : 'Your profile sends you a new link.'
      }
    />
  );
}
