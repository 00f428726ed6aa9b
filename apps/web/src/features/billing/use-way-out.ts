import { useQuery } from '@tanstack/react-query';

import { useAuth } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import { isLapsed, mayPay } from '@/shared/api/plan';
import type { Member } from '@/shared/api/types';

import { lapseWords, wayOut } from './model';

export const BILLING = '/account/billing';

/** Why the account is closed, what to do about it, and whether the reader can. */
export function useWayOut() {
  const user = useAuth((s) => s.user);
  const pays = mayPay(user);
  const { data: members = [] } = useQuery({
    queryKey: ['account', 'owners'],
    queryFn: ({ signal }) => api.get<Member[]>('/accounts/me/members', { signal }),
    enabled: isLapsed(user) && !pays,
    staleTime: Infinity,
  });
  const owners = members.filter(({ role }) => role === 'owner').map(({ name }) => name);
  return { why: lapseWords(user?.subscription), out: wayOut(user, owners, pays), pays };
}
