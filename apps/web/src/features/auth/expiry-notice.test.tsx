import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { useAuth } from '@/shared/api/auth-session';

import ExpiryNotice from './expiry-notice';

const MINUTE = 60_000;
const fetches = vi.fn<(path: string) => Promise<Response>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', fetches);
  fetches.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
});

const answer = (status: number, body: unknown) =>
  Promise.resolve(
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
  );

function openWith(idle: number, absolute: number) {
  useAuth.setState({
    status: 'signed_in',
    token: 'old',
    user: { id: 'user' } as never,
    endReason: null,
    idleExpiresAt: Date.now() + idle,
    absoluteExpiresAt: Date.now() + absolute,
  });
  render(<ExpiryNotice />);
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const press = async (name: string) => {
  fireEvent.click(screen.getByRole('button', { name }));
  await pass(0);
};

it('keeps an idle sign-in alive, and warns again before the next end', async () => {
  fetches.mockImplementation(() =>
    answer(200, { access_token: 'new', idle_expires_in: 900, absolute_expires_in: 36_000 }),
  );
  openWith(15 * MINUTE, 600 * MINUTE);
  await pass(9.5 * MINUTE);
  expect(screen.queryByRole('alert')).toBeNull();
  await pass(MINUTE);
  expect(screen.getByRole('alert')).toHaveTextContent('You will be signed out for inactivity');
  await press('Stay signed in');
  expect(useAuth.getState().token).toBe('new');
  expect(screen.queryByRole('alert')).toBeNull();
  await pass(11 * MINUTE);
  expect(screen.getByRole('alert')).toBeVisible();
});

it('stays away once it is dismissed, also when a refresh has counted the seconds anew', async () => {
  openWith(600 * MINUTE, 6 * MINUTE);
  await pass(1.5 * MINUTE);
  expect(screen.getByRole('alert')).toHaveTextContent('Your sign-in is about to end');
  await press('Dismiss');
  act(() => useAuth.setState({ absoluteExpiresAt: (useAuth.getState().absoluteExpiresAt ?? 0) + 37 }));
  await pass(MINUTE);
  expect(screen.queryByRole('alert')).toBeNull();
});

it('says the other end although the first was dismissed', async () => {
  openWith(6 * MINUTE, 600 * MINUTE);
  await pass(1.5 * MINUTE);
  await press('Dismiss');
  act(() => useAuth.setState({ absoluteExpiresAt: Date.now() + 2 * MINUTE }));
  expect(screen.getByRole('alert')).toHaveTextContent('Your sign-in is about to end');
});

it('signs out to sign in anew and come back', async () => {
  fetches.mockImplementation(() => Promise.resolve(new Response(null, { status: 204 })));
  openWith(600 * MINUTE, 4 * MINUTE);
  await press('Sign in now');
  expect(fetches).toHaveBeenCalledWith('/api/v1/auth/logout', expect.anything());
  expect(useAuth.getState()).toMatchObject({ status: 'signed_out', endReason: 'renewed' });
});

it('asks the server when the end has come, whose answer ends the sign-in', async () => {
  fetches.mockImplementation(() => answer(401, { code: 'session_expired_idle', detail: 'x' }));
  openWith(MINUTE, 600 * MINUTE);
  await pass(0.5 * MINUTE);
  expect(fetches).not.toHaveBeenCalled();
  await pass(MINUTE);
  expect(useAuth.getState()).toMatchObject({ status: 'signed_out', endReason: 'expired' });
});
