import { afterEach, expect, test, vi } from 'vitest';

import { withLocks } from '@/testing/locks';

import { refreshNow, useAuth } from './auth-session';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("however far the page's timers jump, the news of the tab that renewed is waited for", async () => {
  const locks = withLocks();
  const asked = vi.fn<typeof fetch>(() => Promise.reject(new Error('asked twice')));
  vi.stubGlobal('fetch', asked);
  vi.useFakeTimers();
  useAuth.setState({ status: 'signed_in', token: 'old' });
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  // Another tab renews, and its lock is faster than what it says.
  const other = locks.request('rf-refresh', () => held);
  const answer = refreshNow('old');
  letGo();
  await other;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).not.toHaveBeenCalled();
  useAuth.setState({ token: 'new' });
  expect(await answer).toBe('new');
  expect(asked).not.toHaveBeenCalled();
});
