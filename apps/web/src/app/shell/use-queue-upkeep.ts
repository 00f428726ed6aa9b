import { useEffect } from 'react';

import { useAuth } from '@/shared/api/auth-session';

/** The queues' code is not needed for the first paint; whatever waits in them is found and sent a moment later. */
export const loadQueues = () => import('@/features/sessions/model/queues');

export function useQueueUpkeep(): void {
  const userId = useAuth((s) => s.user?.id);
  useEffect(() => {
    if (!userId) return undefined;
    let left = false;
    let stop: (() => void) | null = null;
    loadQueues()
      .then(({ keepQueues }) => {
        if (!left) stop = keepQueues(userId);
      })
      .catch(() => {
        // The runner imports the same code, so a session that is opened still sends what it has.
      });
    return () => {
      left = true;
      stop?.();
    };
  }, [userId]);
}
