import { queryOptions } from '@tanstack/react-query';

import { api } from './client';
import type { Member } from './types';

/** The active people of the account. */
export const membersQuery = () =>
  queryOptions({
    queryKey: ['members'],
    queryFn: ({ signal }) => api.get<Member[]>('/accounts/me/members', { signal }),
    staleTime: 5 * 60_000,
  });
