import { useQuery } from '@tanstack/react-query';
import { create } from 'zustand';

import { useAuth } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import { isCode } from '@/shared/api/problem';
import type { PsaConnectionAnswer, UserResponse } from '@/shared/api/types';
import { storage } from '@/shared/lib/storage';

const keyOf = (accountId: string) => `rf.psa.${accountId}`;

/** Changes with what is kept, so that whoever shows it reads it again. */
const useChanges = create<{ count: number }>()(() => ({ count: 0 }));

const kept = (accountId: string): boolean | null => {
  const text = storage.get(keyOf(accountId));
  return text === null ? null : text === 'yes';
};

function tell(connected: boolean): void {
  const accountId = useAuth.getState().user?.account_id;
  if (accountId === undefined) return;
  storage.set(keyOf(accountId), connected ? 'yes' : 'no');
  useChanges.setState(({ count }) => ({ count: count + 1 }));
}

/** Learns from an answer of the PSA, or from there being none to answer. */
export async function learning<T>(asked: Promise<T>): Promise<T> {
  try {
    const answer = await asked;
    tell(true);
    return answer;
  } catch (error) {
    if (isCode(error, 'psa_not_connected')) tell(false);
    throw error;
  }
}

const manages = (user: UserResponse | null): boolean =>
  user !== null && (user.role === 'owner' || user.role === 'team_admin' || user.is_super_admin);

/**
 * Whether the account has a PSA, as far as this browser knows; null where nobody has asked yet. Who manages the connection
 * asks the server; to others it does not tell, so that the last answer about a ticket has to do.
 */
export function usePsaConnected(): boolean | null {
  const user = useAuth((s) => s.user);
  const mayAsk = manages(user);
  const asked = useQuery({
    queryKey: ['psa', 'connected'],
    queryFn: async ({ signal }) =>
      (await api.get<PsaConnectionAnswer>('/integrations/psa', { signal })).connected,
    staleTime: 5 * 60_000,
    retry: false,
    enabled: mayAsk,
  });
  useChanges((s) => s.count);
  if (mayAsk) return asked.data ?? null;
  return kept(user?.account_id ?? '');
}
