import { useSyncExternalStore } from 'react';

import { storage } from '@/shared/lib/storage';

/**
 * How many changes of all sessions are not with the server yet. It stands apart from the queues, whose code is fetched
 * after the first paint: the shell shows the number and must not wait for them.
 */
let total = 0;
const listeners = new Set<() => void>();

export function setPending(count: number): void {
  if (count === total) return;
  total = count;
  for (const notify of listeners) notify();
}

const subscribe = (notify: () => void) => {
  listeners.add(notify);
  return () => listeners.delete(notify);
};

export const usePendingTotal = (): number => useSyncExternalStore(subscribe, () => total);
export const pendingChanges = (): number => total;

/** What that person has not sent yet is gone; what others left on this machine is theirs to send. */
export function deleteStoredQueues(userId: string): void {
  for (const key of storage.keys(`rf.queue.${userId}.`)) storage.remove(key);
  setPending(0);
}
