import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { refreshAccess, refreshNow, useAuth } from '@/shared/api/auth-session';

import { watchPresence } from './presence';

let stop: () => void;
let refreshes = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  refreshes = 0;
  vi.stubGlobal('fetch', async () => {
    refreshes += 1;
    return Response.json({
      access_token: `token-${refreshes}`,
      expires_in: 300,
      idle_expires_in: 900,
      absolute_expires_in: 9_000,
    });
  });
  useAuth.setState({ status: 'signed_in', token: 'token-0' });
  stop = watchPresence();
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const later = () => vi.setSystemTime(Date.now() + 300_000);

test('a page alone renews a sign-in once after somebody did something, and then waits for them', async () => {
  later();
  // They opened the page, and have had no token since.
  expect(await refreshAccess('token-0')).toBe('token-1');
  later();
  let answer: string | null = 'waits';
  const waiting = refreshAccess('token-1').then((token) => (answer = token));
  await vi.waitFor(() => expect(refreshes).toBe(1));
  expect(answer).toBe('waits');
  window.dispatchEvent(new Event('pointerdown'));
  await waiting;
  expect([answer, refreshes]).toEqual(['token-2', 2]);
});

test('whoever waits goes on with the token another tab got', async () => {
  later();
  await refreshAccess('token-0');
  later();
  const waiting = refreshAccess('token-1');
  useAuth.setState({ token: 'from another tab' });
  expect(await waiting).toBe('from another tab');
  expect(refreshes).toBe(1);
});

test('the end of a sign-in is asked for whoever is there', async () => {
  later();
  await refreshAccess('token-0');
  later();
  expect(await refreshNow('token-1')).toBe('token-2');
});
