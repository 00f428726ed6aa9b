import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type {
  Job,
  OutboxMail,
  Plan,
  SiteAccount,
  SiteAccountDetail,
  SiteHealth,
  SiteUser,
  SubscriptionStatus,
} from '@/shared/api/types';

const KEY = ['admin'] as const;

interface Found<T> {
  items: T[];
  next_cursor?: string | null;
}

const searched = <T>(path: string, search: string) =>
  infiniteQueryOptions({
    queryKey: [...KEY, path, search],
    queryFn: ({ signal, pageParam }) =>
      api.get<Found<T>>(`/admin/${path}`, { query: { search, cursor: pageParam }, signal }),
    // Rows that stay stay where they are while more of a name is typed.
    placeholderData: keepPreviousData,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const accountsQuery = (search: string) => searched<SiteAccount>('accounts', search);
export const usersQuery = (search: string) => searched<SiteUser>('users', search);

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, 'account', id],
    queryFn: ({ signal }) => api.get<SiteAccountDetail>(`/admin/accounts/${id}`, { signal }),
  });

interface WantedSubscription {
  plan: Plan;
  status: SubscriptionStatus;
}

/** `onSaved` is called also when the form has begun anew by then. */
export function useSetSubscription(id: string, onSaved: (saved: WantedSubscription) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (subscription: WantedSubscription) =>
      api.patch<SiteAccount>(`/admin/accounts/${id}/subscription`, subscription),
    onSuccess: (_, subscription) => {
      onSaved(subscription);
      return client.invalidateQueries({ queryKey: KEY });
    },
  });
}

export function useSetActive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, is_active }: { id: string; is_active: boolean }) =>
      api.patch<SiteUser>(`/admin/users/${id}`, { is_active }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export const PAGE_SIZE = 25;

interface Listing {
  state: string;
  page: number;
}

const listed = <T>(path: string, { state, page }: Listing) =>
  queryOptions({
    queryKey: [...KEY, path, state, page],
    queryFn: ({ signal }) =>
      api.get<T[]>(`/admin/${path}`, {
        // One more than is shown tells whether there is a next page; the answer carries no total.
        query: { state, skip: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE + 1 },
        signal,
      }),
    staleTime: 0,
  });

export const jobsQuery = (listing: Listing) => listed<Job>('jobs', listing);
export const outboxQuery = (listing: Listing) => listed<OutboxMail>('outbox', listing);

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, 'mail', id],
    queryFn: ({ signal }) => api.get<OutboxMail>(`/admin/outbox/${id}`, { signal }),
  });

/** `onRetried` is called also when the job has left the list by then. */
export function useRetryJob(onRetried: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<Job>(`/admin/jobs/${id}/retry`),
    onSuccess: onRetried,
    onSettled: () => client.invalidateQueries({ queryKey: [...KEY, 'jobs'] }),
  });
}

const LOOK_AGAIN_MS = 15_000;

export const healthQuery = () =>
  queryOptions({
    queryKey: [...KEY, 'health'],
    queryFn: ({ signal }) => api.get<SiteHealth>('/admin/health', { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });
