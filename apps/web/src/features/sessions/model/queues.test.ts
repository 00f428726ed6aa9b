import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import { NetworkError } from '@/shared/api/problem';
import { makeSession } from '@/testing/factories';

import { pendingChanges } from './pending';
import { queueKey } from './queue';
import { forgetQueues, keepQueues, queueFor } from './queues';

const KEY = queueKey('eli', 'session');
const NOTE = { kind: 'scratchpad', text: 'the printer at reception' } as const;

const signedIn = (id: string | null) =>
  useAuth.setState({ user: id === null ? null : ({ id } as never), token: id });

const unreachable = () => Promise.reject(new NetworkError('no network'));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  forgetQueues('eli');
  signedIn(null);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('keeps what could not be sent for the same person, and sends nothing in the name of another', async () => {
  const patch = vi.spyOn(api, 'patch').mockImplementation(unreachable);
  signedIn('eli');
  let stop = keepQueues('eli');
  queueFor('eli', 'session').push(NOTE);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(patch).toHaveBeenCalledTimes(1);
  expect(pendingChanges()).toBe(1);

  // The sign-in is ended by somebody else, and a colleague signs in on the same machine.
  stop();
  signedIn(null);
  patch.mockReset();
  patch.mockResolvedValue(makeSession());
  signedIn('cora');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(patch).not.toHaveBeenCalled();
  stop = keepQueues('cora');
  window.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(patch).not.toHaveBeenCalled();
  expect(pendingChanges()).toBe(0);
  expect(localStorage.getItem(KEY)).toContain(NOTE.text);
  forgetQueues('cora');
  expect(localStorage.getItem(KEY)).toContain(NOTE.text);

  // Back again: it leaves.
  stop();
  signedIn('eli');
  stop = keepQueues('eli');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(patch).toHaveBeenCalledExactlyOnceWith('/sessions/session/scratchpad', { scratchpad: NOTE.text });
  expect(localStorage.getItem(KEY)).toBeNull();
  stop();
});
