import { create } from 'zustand';

import { storage } from '@/shared/lib/storage';

import { ApiError, NetworkError } from './problem';
import { createRefresher } from './refresh';
import type { OauthProvider, TokenResponse, UserResponse } from './types';

/**
 * Who is signed in. The access token lives in memory only; the refresh token is an HttpOnly cookie the page never
 * sees. What is kept in storage is one flag without value to a thief: "a login was here", so that a first visit does
 * not ask the server for a session that cannot exist.
 */
/** `renewed`: given up to sign in anew, so that the person comes back to where they were. */
export type EndReason = 'expired' | 'signed_out' | 'renewed';

interface AuthState {
  status: 'unknown' | 'signed_in' | 'signed_out';
  token: string | null;
  user: UserResponse | null;
  endReason: EndReason | null;
  /** When the sign-in ends if it is not used, and when in any case, by this machine's clock; ms. */
  idleExpiresAt: number | null;
  absoluteExpiresAt: number | null;
}

export const useAuth = create<AuthState>()(() => ({
  status: 'unknown',
  token: null,
  user: null,
  endReason: null,
  idleExpiresAt: null,
  absoluteExpiresAt: null,
}));

type Ends = Pick<AuthState, 'idleExpiresAt' | 'absoluteExpiresAt'>;

/** From the seconds that are left, so that a clock that is wrong here cannot lie. */
function endsOf(tokens: TokenResponse): Ends {
  const now = Date.now();
  return {
    idleExpiresAt: now + tokens.idle_expires_in * 1000,
    absoluteExpiresAt: now + tokens.absolute_expires_in * 1000,
  };
}

const SEEN_LOGIN = 'rf.seen-login';
const COOKIE_MODE = { 'content-type': 'application/json', 'x-auth-mode': 'cookie' };

type TabMessage =
  | { kind: 'token'; token: string; userId: string | null; ends: Ends }
  | { kind: 'ended'; reason: EndReason };
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('rf-auth');

channel?.addEventListener('message', (event: MessageEvent<TabMessage>) => {
  const message = event.data;
  if (message.kind === 'ended') {
    if (useAuth.getState().status === 'signed_in') endLocally(message.reason);
  } else if (useAuth.getState().user?.id === message.userId) {
    useAuth.setState({ token: message.token, ...message.ends });
  } else if (useAuth.getState().user !== null) {
    // Somebody else signed in in another tab; this tab's data belongs to the previous person.
    window.location.reload();
  }
});

function endLocally(reason: EndReason): void {
  storage.remove(SEEN_LOGIN);
  useAuth.setState({
    status: 'signed_out',
    token: null,
    user: null,
    endReason: reason,
    idleExpiresAt: null,
    absoluteExpiresAt: null,
  });
}

/** Forgets the sign-in here and in the other tabs. */
export function endSession(reason: EndReason): void {
  endLocally(reason);
  channel?.postMessage({ kind: 'ended', reason } satisfies TabMessage);
}

/** Once it is known who it is: tabs of somebody else must not take the token over. */
function tellOtherTabs(): void {
  const { token, user, idleExpiresAt, absoluteExpiresAt } = useAuth.getState();
  if (!token || !user) return;
  const ends = { idleExpiresAt, absoluteExpiresAt };
  channel?.postMessage({ kind: 'token', token, userId: user.id, ends } satisfies TabMessage);
}

function adopt(tokens: TokenResponse): string {
  storage.set(SEEN_LOGIN, '1');
  useAuth.setState({ token: tokens.access_token, ...endsOf(tokens) });
  tellOtherTabs();
  return tokens.access_token;
}

/** A token in the place of one the server refuses from now on. */
export function replaceToken(token: string): void {
  useAuth.setState({ token });
  tellOtherTabs();
}

/** What is new about whoever is signed in. */
export function setUser(change: Partial<UserResponse>): void {
  const { user } = useAuth.getState();
  if (user) useAuth.setState({ user: { ...user, ...change } });
}

async function authCall(path: string, body: unknown, token?: string | null): Promise<Response> {
  try {
    return await fetch(`/api/v1/auth/${path}`, {
      method: 'POST',
      headers: token ? { ...COOKIE_MODE, authorization: `Bearer ${token}` } : COOKIE_MODE,
      credentials: 'same-origin',
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new NetworkError(cause);
  }
}

export async function problemOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const wait = Number(response.headers.get('retry-after'));
  return new ApiError(response.status, problem, Number.isFinite(wait) && wait > 0 ? wait : null);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function refreshOnce(retry = true): Promise<string | null> {
  const response = await authCall('refresh', {});
  if (response.ok) return adopt((await response.json()) as TokenResponse);
  const problem = await problemOf(response);
  if (problem.status !== 401) throw problem;
  // Without Web Locks another tab can win the race; its new cookie is there a moment later.
  if (problem.code === 'invalid_refresh_token' && retry) {
    await pause(400);
    return refreshOnce(false);
  }
  endSession(problem.code.startsWith('session_expired') ? 'expired' : 'signed_out');
  return null;
}

/** Counts by the browser's clock: a timer of a page in the background, or one that was asleep, is over at once. */
function tokenChanged(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = AbortSignal.timeout(ms);
    over.addEventListener('abort', done);
    const unsubscribe = useAuth.subscribe((now, before) => {
      if (now.token !== before.token) done();
    });
    function done() {
      over.removeEventListener('abort', done);
      unsubscribe();
      resolve();
    }
  });
}

/** Answers a fresh access token, or null when the login is over. Throws when the server cannot be reached. */
export const refreshNow = createRefresher({
  current: () => useAuth.getState().token,
  changed: tokenChanged,
  refresh: () => refreshOnce(),
});

type Presence = (stale: string | null) => Promise<void>;
let presence: Presence | null = null;

/** Before a token is renewed, waits until somebody is there. */
export function waitForPresence(wait: Presence | null): void {
  presence = wait;
}

/** The same for whatever a page asks, which does not keep a sign-in alive by itself. */
export async function refreshAccess(stale: string | null): Promise<string | null> {
  await presence?.(stale);
  return refreshNow(stale);
}

async function loadUser(token: string): Promise<void> {
  const response = await fetch('/api/v1/auth/me', { headers: { authorization: `Bearer ${token}` } }).catch(
    (cause: unknown) => {
      throw new NetworkError(cause);
    },
  );
  if (!response.ok) throw await problemOf(response);
  const user = (await response.json()) as UserResponse;
  // Signed out while it was under way.
  if (useAuth.getState().token === null) return;
  useAuth.setState({ status: 'signed_in', user, endReason: null });
}

let reloading: Promise<void> | null = null;

/** Asks anew who this is and what their account has. What it was stays when the server does not say. */
export function reloadUser(): Promise<void> {
  const { token, status } = useAuth.getState();
  if (status !== 'signed_in' || token === null) return Promise.resolve();
  reloading ??= refreshedUser(token)
    .catch(() => {
      // Whatever asks for this asks again.
    })
    .finally(() => {
      reloading = null;
    });
  return reloading;
}

async function refreshedUser(token: string): Promise<void> {
  try {
    await loadUser(token);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const fresh = await refreshAccess(token);
    if (fresh) await loadUser(fresh);
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  const response = await authCall('login/json', { email, password });
  if (!response.ok) throw await problemOf(response);
  await loadUser(adopt((await response.json()) as TokenResponse));
  tellOtherTabs();
}

/** Finishes a sign-in the server answered with `second_factor_required`. */
export async function finishSignIn(challenge: string, code: string): Promise<void> {
  const response = await authCall('second-factor', { challenge, code });
  if (!response.ok) throw await problemOf(response);
  await loadUser(adopt((await response.json()) as TokenResponse));
  tellOtherTabs();
}

export async function finishProviderSignIn(
  provider: OauthProvider,
  answer: { code: string; state: string },
): Promise<void> {
  const response = await authCall(`oauth/${provider}/callback`, answer);
  if (!response.ok) throw await problemOf(response);
  await loadUser(adopt((await response.json()) as TokenResponse));
  tellOtherTabs();
}

export async function register(input: {
  email: string;
  password: string;
  name: string;
  account_name?: string;
}): Promise<void> {
  const response = await authCall('register', input);
  if (!response.ok) throw await problemOf(response);
  await signIn(input.email, input.password);
}

/** Joins an account: as somebody new with a name and a password, or as who is signed in. */
export async function acceptInvite(token: string, as?: { name: string; password: string }): Promise<void> {
  const path = `invites/${encodeURIComponent(token)}/accept`;
  const member = as === undefined ? await refreshAccess(useAuth.getState().token) : null;
  const response = await authCall(path, as ?? {}, member);
  if (!response.ok) throw await problemOf(response);
  const tokens = (await response.json()) as TokenResponse;
  await loadUser(adopt(tokens));
  tellOtherTabs();
}

export async function signOut(reason: EndReason = 'signed_out'): Promise<void> {
  // The cookie can only be cleared by the server; when it cannot be reached, this tab still forgets everything.
  await authCall('logout', {}).catch(() => null);
  endSession(reason);
}

let restoring: Promise<void> | null = null;

/** Brings the login back after a reload. Called once, by the first guarded route. */
export function restoreSession(): Promise<void> {
  if (useAuth.getState().status !== 'unknown') return Promise.resolve();
  restoring ??= (async () => {
    if (storage.get(SEEN_LOGIN) === null) {
      useAuth.setState({ status: 'signed_out' });
      return;
    }
    const token = await refreshAccess(null);
    if (token) await loadUser(token);
  })().finally(() => {
    restoring = null;
  });
  return restoring;
}
