import { refreshAccess, useAuth } from './auth-session';
import { ApiError, NetworkError } from './problem';
import type { Problem } from './types';

interface SendFileOptions {
  query: Record<string, string>;
  /** How much of it has left, 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Sends a file as it is. `fetch` does not tell how far it is; this does. On 401 it refreshes once and sends it again. */
export async function sendFile<T>(path: string, file: Blob, options: SendFileOptions): Promise<T> {
  const { token } = useAuth.getState();
  try {
    return await attempt<T>(path, file, options, token);
  } catch (error) {
    const refused = error instanceof ApiError && error.status === 401;
    const fresh = refused ? await refreshAccess(token) : null;
    if (fresh === null) throw error;
    return attempt<T>(path, file, options, fresh);
  }
}

function attempt<T>(
  path: string,
  file: Blob,
  { query, onProgress, signal }: SendFileOptions,
  token: string | null,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // Taken back before it left.
    if (signal.aborted) return reject(new DOMException('Stopped.', 'AbortError'));
    const call = new XMLHttpRequest();
    call.open('POST', `/api/v1${path}?${new URLSearchParams(query)}`);
    if (token !== null) call.setRequestHeader('authorization', `Bearer ${token}`);
    call.setRequestHeader('content-type', 'application/octet-stream');
    call.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    call.onload = () => {
      const answer = parsed(call.responseText);
      if (call.status >= 200 && call.status < 300) resolve(answer as T);
      else reject(new ApiError(call.status, (answer ?? {}) as Partial<Problem>));
    };
    call.onerror = () => reject(new NetworkError());
    call.onabort = () => reject(new DOMException('Stopped.', 'AbortError'));
    signal.addEventListener('abort', () => call.abort(), { once: true });
    call.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
