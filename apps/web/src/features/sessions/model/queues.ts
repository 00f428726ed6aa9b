import { useSyncExternalStore } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import { NetworkError } from '@/shared/api/problem';
import { queryClient } from '@/shared/api/query-client';
import type { SessionResponse } from '@/shared/api/types';
import { storage } from '@/shared/lib/storage';

import { sessionKeys } from '../api/queries';
import { deleteStoredQueues, setPending } from './pending';
import { queueKey, SessionQueue, type QueueEntry, type QueueState } from './queue';

/** The queues of this tab. They outlive the runner's page: leaving a session does not stop its sending. */
const queues = new Map<string, SessionQueue>();

function send(sessionId: string, entry: QueueEntry): Promise<SessionResponse> {
  const path = `/sessions/${sessionId}`;
  switch (entry.kind) {
    case 'step':
      return api.post(`${path}/steps`, entry.body);
    case 'variables':
      return api.patch(`${path}/variables`, { variables: entry.body });
    case 'scratchpad':
      return api.patch(`${path}/scratchpad`, { scratchpad: entry.text });
    case 'details':
      return api.put(path, entry.body);
  }
}

export function queueFor(userId: string, sessionId: string): SessionQueue {
  const key = queueKey(userId, sessionId);
  const known = queues.get(key);
  if (known) return known;
  const queue = new SessionQueue(key, {
    send: (entry) => {
      // After a sign-in that ended somebody else may have signed in: nothing leaves in another's name.
      if (useAuth.getState().user?.id !== userId)
        return Promise.reject(new NetworkError('somebody else is signed in'));
      return send(sessionId, entry);
    },
    acknowledged: (session) => {
      queryClient.setQueryData(sessionKeys.one(sessionId), session);
      void queryClient.invalidateQueries({ queryKey: ['sessions', 'list'], refetchType: 'none' });
    },
    refused: () => void queryClient.invalidateQueries({ queryKey: sessionKeys.one(sessionId), exact: true }),
  });
  queues.set(key, queue);
  queue.subscribe(count);
  count();
  return queue;
}

function count(): void {
  setPending([...queues.values()].reduce((sum, queue) => sum + queue.getState().entries.length, 0));
}

export function useQueue(sessionId: string): { queue: SessionQueue; state: QueueState } {
  const userId = useAuth((s) => s.user?.id ?? '');
  const queue = queueFor(userId, sessionId);
  return { queue, state: useSyncExternalStore(queue.subscribe, queue.getState) };
}

/**
 * Sends what earlier visits left behind, and tries again when the network returns, until it is called off. What another
 * person left here, whose sign-in was ended, rests until they are back.
 */
export function keepQueues(userId: string): () => void {
  const prefix = queueKey(userId, '');
  for (const [key, queue] of queues) {
    if (key.startsWith(prefix)) continue;
    queue.stop();
    queues.delete(key);
  }
  count();
  for (const key of storage.keys(prefix)) queueFor(userId, key.slice(prefix.length)).retryNow();
  const onOnline = () => queues.forEach((queue) => queue.retryNow());
  const onStorage = (event: StorageEvent) => queues.get(event.key ?? '')?.reload();
  window.addEventListener('online', onOnline);
  window.addEventListener('storage', onStorage);
  return () => {
    window.removeEventListener('online', onOnline);
    window.removeEventListener('storage', onStorage);
  };
}

/** Part of signing out: nothing that this person typed here stays on the machine. */
export function forgetQueues(userId: string): void {
  for (const queue of queues.values()) queue.stop();
  queues.clear();
  deleteStoredQueues(userId);
}
