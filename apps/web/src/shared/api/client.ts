import { problemOf, refreshAccess, reloadUser, useAuth } from './auth-session';
import { planRefused } from './plan';
import { ApiError, NetworkError } from './problem';

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** A body that is not JSON, with its media type. */
  raw?: { type: string; text: string | Blob };
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** What links of mails ask for, signed in or not: sent without who it is. */
  anonymous?: boolean;
}

function urlOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    // The server refuses unknown parameters and empty ones mean nothing, so they are not sent.
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

async function send(
  method: string,
  path: string,
  options: RequestOptions,
  token: string | null,
): Promise<Response> {
  const headers = new Headers(options.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  let body: string | Blob | null = null;
  if (options.raw) {
    headers.set('content-type', options.raw.type);
    body = options.raw.text;
  } else if (options.body !== undefined) {
    headers.set('content-type', 'application/json');
    body = JSON.stringify(options.body);
  }
  try {
    return await fetch(urlOf(path, options.query), { method, headers, body, signal: options.signal ?? null });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new NetworkError(cause);
  }
}

function signedOut(): ApiError {
  return new ApiError(401, { detail: 'Not authenticated', code: 'not_authenticated' }, null);
}

/** Sends a request with the access token; on 401 refreshes once and sends it again. */
export async function request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  if (options.anonymous === true) {
    const answer = await send(method, path, options, null);
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }
  const { token, status } = useAuth.getState();
  // After signing out, here or in another tab, a page on its way out may still ask: the server need not say no.
  if (status === 'signed_out') throw signedOut();
  let response = await send(method, path, options, token);
  if (response.status === 401 && useAuth.getState().status !== 'signed_out') {
    const fresh = await refreshAccess(token);
    if (fresh) response = await send(method, path, options, fresh);
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 402) planRefused(problem, method !== 'GET');
    // Required since this page was loaded: asked again who this is, the guard leads where it is set up.
    if (problem.code === 'second_factor_due' && useAuth.getState().user?.second_factor_due !== true) {
      void reloadUser().then(() => window.location.reload());
    }
    throw problem;
  }
  return response;
}

async function json<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const response = await request(method, path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => json<T>('GET', path, options),
  post: <T>(path: string, body: unknown = {}, options?: RequestOptions) =>
    json<T>('POST', path, { ...options, body }),
  put: <T>(path: string, body: unknown, options?: RequestOptions) =>
    json<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: RequestOptions) =>
    json<T>('PATCH', path, { ...options, body }),
  delete: <T>(path: string, options?: RequestOptions) => json<T>('DELETE', path, options),
};
