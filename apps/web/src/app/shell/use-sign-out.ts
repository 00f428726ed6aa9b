import { useState } from 'react';

import { deleteStoredQueues, pendingChanges } from '@/features/sessions/model/pending';
import { signOut } from '@/shared/api/auth-session';

import { loadQueues } from './use-queue-upkeep';

/** Signing out deletes what has not reached the server, so it asks first when there is something to lose. */
export function useSignOut() {
  const [pending, setPending] = useState<number | null>(null);
  const confirm = async () => {
    setPending(null);
    await signOut();
    deleteStoredQueues();
    await loadQueues().then(
      ({ forgetQueues }) => forgetQueues(),
      () => undefined,
    );
  };
  const ask = async () => {
    // Only the queues know what waits; without their code nothing can have been added in this tab.
    await loadQueues().catch(() => undefined);
    if (pendingChanges() > 0) setPending(pendingChanges());
    else await confirm();
  };
  return { pending, ask: () => void ask(), cancel: () => setPending(null), confirm: () => void confirm() };
}
