import { beforeEach, describe, expect, it, vi } from 'vitest';

import { restoreSession, useAuth } from './auth-session';
import { api } from './client';
import { ApiError, NetworkError } from './problem';
import { createRefresher } from './refresh';

interface Call {
  url: string;
  token: string | null;
  body: string | null;
}

function serve(answer: (call: Call) => Response): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const call = {
      url,
      token: new Headers(init.headers).get('authorization'),
      body: (init.body as string | null) ?? null,
    };
    calls.push(call);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return answer(call);
  });
  return calls;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  useAuth.setState({ status: 'signed_in', token: 'old', user: null, endReason: null });
});

describe('client', () => {
  it('asks the server nothing once the person has signed out', async () => {
    const calls = serve(() => json({ code: 'not_authenticated' }, 401));
    useAuth.setState({ status: 'signed_out', token: null });
    await expect(api.get('/trees')).rejects.toMatchObject({ status: 401, code: 'not_authenticated' });
    expect(calls).toEqual([]);
  });

  it('refreshes once for many refused requests and sends each again with its body', async () => {
    const calls = serve(({ url, token }) => {
      if (url.endsWith('/auth/refresh')) return json({ access_token: 'new' });
      return token === 'Bearer new' ? json({ ok: true }) : json({ code: 'not_authenticated' }, 401);
    });
    await Promise.all([api.get('/trees'), api.get('/sessions'), api.post('/sessions', { tree_id: 't' })]);
    expect(calls.filter((call) => call.url.endsWith('/auth/refresh'))).toHaveLength(1);
    const posts = calls.filter((call) => call.body?.includes('tree_id'));
    expect(posts.map((call) => [call.token, call.body])).toEqual([
      ['Bearer old', '{"tree_id":"t"}'],
      ['Bearer new', '{"tree_id":"t"}'],
    ]);
  });

  it.each([
    ['session_expired_idle', 'expired'],
    ['session_expired_absolute', 'expired'],
    ['invalid_refresh_token', 'signed_out'],
  ])('ends the session on %s as %s', async (code, reason) => {
    serve(() => json({ code, detail: code, request_id: 'r' }, 401));
    await expect(api.get('/trees')).rejects.toBeInstanceOf(ApiError);
    expect(useAuth.getState()).toMatchObject({ status: 'signed_out', token: null, endReason: reason });
  });

  it('tries a refused refresh once more, because another tab may have won', async () => {
    let refreshes = 0;
    serve(({ url, token }) => {
      if (url.endsWith('/auth/refresh')) {
        refreshes += 1;
        return refreshes === 1 ? json({ code: 'invalid_refresh_token' }, 401) : json({ access_token: 'new' });
      }
      return token === 'Bearer new' ? json({ ok: true }) : json({}, 401);
    });
    await expect(api.get('/trees')).resolves.toEqual({ ok: true });
    expect(useAuth.getState().status).toBe('signed_in');
  });

  it('does not end the session because the network failed', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    await expect(api.get('/trees')).rejects.toBeInstanceOf(NetworkError);
    expect(useAuth.getState().status).toBe('signed_in');
  });

  it('sends no empty query parameters, which the server would refuse', async () => {
    const calls = serve(() => json([]));
    await api.get('/trees', { query: { search: '', skip: 0, tag: undefined, mine: false } });
    expect(calls[0]?.url).toBe('/api/v1/trees?skip=0&mine=false');
  });

  it('asks for no session where no login was ever made', async () => {
    useAuth.setState({ status: 'unknown', token: null });
    const calls = serve(() => json({}));
    await restoreSession();
    expect(calls).toEqual([]);
    expect(useAuth.getState().status).toBe('signed_out');
  });
});

describe('refresher', () => {
  it('does not refresh when another tab already brought a new token', async () => {
    const refresh = vi.fn<() => Promise<string>>(async () => 'own');
    const run = createRefresher({
      current: () => 'from-other-tab',
      changed: () => Promise.resolve(),
      refresh,
    });
    await expect(run('old')).resolves.toBe('from-other-tab');
    expect(refresh).not.toHaveBeenCalled();
  });
});
