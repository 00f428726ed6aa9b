import { useSyncExternalStore } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
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
    send: (entry) => send(sessionId, entry),
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

/** Sends what earlier visits left behind, and tries again when the network returns, until it is called off. */
export function keepQueues(userId: string): () => void {
  const prefix = queueKey(userId, '');
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

/** Part of signing out: nothing that was typed here stays on the machine. */
export function forgetQueues(): void {
  for (const queue of queues.values()) queue.stop();
  queues.clear();
  deleteStoredQueues();
}
