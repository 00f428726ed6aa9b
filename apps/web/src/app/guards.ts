import { redirect } from 'react-router';

import { restoreSession, useAuth } from '@/shared/api/auth-session';
import { loadMeta } from '@/shared/api/meta';
import type { Meta } from '@/shared/api/types';

export function loginPath(from: string): string {
  const { endReason } = useAuth.getState();
  const params = new URLSearchParams();
  if (endReason === 'expired') params.set('reason', 'session_expired');
  if (from !== '/' && from !== '') params.set('next', from);
  const text = params.toString();
  return text === '' ? '/login' : `/login?${text}`;
}

const PROFILE = '/account/profile';

/** Lets only a signed-in person through; after a reload the login is brought back first. */
export async function requireSignIn({ request }: { request: Request }): Promise<null> {
  await restoreSession();
  const url = new URL(request.url);
  const { status, user } = useAuth.getState();
  if (status !== 'signed_in') throw redirect(loginPath(url.pathname + url.search));
  // Their account requires a second factor: nothing else answers before they have one.
  if (user?.second_factor_due === true && url.pathname !== PROFILE) throw redirect(PROFILE);
  return null;
}

/** The sign-in pages are of no use to somebody who is signed in. What the installation allows comes with them. */
export async function onlySignedOut({ request }: { request: Request }): Promise<Meta | null> {
  const meta = loadMeta();
  try {
    await restoreSession();
  } catch {
    // The server cannot be reached; the form will say so when it is sent.
  }
  if (useAuth.getState().status === 'signed_in') throw redirect('/');
  const url = new URL(request.url);
  // A login that turned out to have expired while it was being restored deserves its banner here too.
  if (
    useAuth.getState().endReason === 'expired' &&
    url.pathname === '/login' &&
    !url.searchParams.has('reason')
  ) {
    url.searchParams.set('reason', 'session_expired');
    throw redirect(url.pathname + url.search);
  }
  return meta;
}

/** Links of mails are opened by whoever has them, signed in or not. */
export async function anyVisitor(): Promise<Meta | null> {
  const meta = loadMeta();
  try {
    await restoreSession();
  } catch {
    // The server cannot be reached; the page will say so.
  }
  return meta;
}
