import { useState } from 'react';

import { deleteStoredQueues, pendingChanges } from '@/features/sessions/model/pending';
import { signOut, useAuth } from '@/shared/api/auth-session';

import { loadQueues } from './use-queue-upkeep';

/** Signing out deletes what has not reached the server, so it asks first when there is something to lose. */
export function useSignOut() {
  const [pending, setPending] = useState<number | null>(null);
  const confirm = async () => {
    setPending(null);
    const userId = useAuth.getState().user?.id ?? '';
    await signOut();
    deleteStoredQueues(userId);
    await loadQueues().then(
      ({ forgetQueues }) => forgetQueues(userId),
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
