import { endSession } from '@/shared/api/auth-session';
import type { RevokeScope } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { notify } from '@/shared/ui/toast';

import { useRevokeSessions } from '../api/security';
import { ConfirmDialog } from './confirm-dialog';

/** Time to read how many sessions were ended before the page goes. */
const GOODBYE_MS = 1_500;

const WORDS: Record<RevokeScope, { title: string; body: string; confirm: string }> = {
  others: {
    title: 'Sign everyone else out?',
    body: 'Everybody has to sign in again, and so do you on your other devices; only this browser stays signed in. Work that has reached the server is kept.',
    confirm: 'Sign everyone else out',
  },
  all: {
    title: 'Sign everyone out, yourself included?',
    body: 'Everybody in this account has to sign in again, and so do you. Work that has reached the server is kept.',
    confirm: 'Sign everyone out',
  },
};

/** Asks before sign-ins are ended. */
export default function RevokeDialog({ scope, onClose }: { scope: RevokeScope; onClose: () => void }) {
  const revoke = useRevokeSessions();
  return (
    <ConfirmDialog
      {...WORDS[scope]}
      error={revoke.error}
      busy={revoke.isPending || revoke.isSuccess}
      onClose={onClose}
      onConfirm={(proof) =>
        revoke.mutate(
          { scope, proof },
          {
            onSuccess: ({ revoked_count }) => {
              notify('success', `${plural(revoked_count, 'session')} ended.`);
              if (scope === 'all') setTimeout(() => endSession('signed_out'), GOODBYE_MS);
              else onClose();
            },
          },
        )
      }
    />
  );
}
