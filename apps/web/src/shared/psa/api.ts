import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type {
  PsaPush,
  PsaTicket,
  PsaTicketContext,
  PushArtefact,
  PushPreview,
  SessionKind,
} from '@/shared/api/types';

import { psaKeys } from './keys';
import { isUnderWay } from './model';

/** A session of either kind, as pushes know it. */
export interface PushedSession {
  id: string;
  kind: SessionKind;
}

export interface Page<T> {
  items: T[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

async function page<T>(
  path: string,
  query: Record<string, string | number>,
  signal: AbortSignal,
): Promise<Page<T>> {
  const response = await request('GET', path, { query, signal });
  return { items: (await response.json()) as T[], next: response.headers.get('x-next-cursor') };
}

const TICKETS_PER_PAGE = 20;

/** Tickets of the PSA, those changed last first. A number finds the ticket with that number. */
export const ticketsQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [...psaKeys.tickets, search],
    queryFn: ({ pageParam, signal }) =>
      page<PsaTicket>(
        '/integrations/psa/tickets',
        { q: search, limit: TICKETS_PER_PAGE, cursor: pageParam },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    // Every look asks the PSA itself; what failed is said at once, and tried again by hand.
    retry: false,
    staleTime: 15_000,
  });

export const ticketQuery = (id: string) =>
  queryOptions({
    queryKey: psaKeys.ticket(id),
    queryFn: ({ signal }) =>
      api.get<PsaTicketContext>(`/integrations/psa/tickets/${encodeURIComponent(id)}`, { signal }),
    retry: false,
    staleTime: 60_000,
  });

/** How often a push that is under way is looked after, milliseconds. */
const PUSH_REFRESH_MS = 3_000;

/** What of a session was pushed. It is read again while any of it is under way, and never while the page is hidden. */
export const sessionPushesQuery = (session: PushedSession) =>
  queryOptions({
    queryKey: [...psaKeys.pushes, session.kind, session.id],
    queryFn: ({ signal }) =>
      api.get<PsaPush[]>('/integrations/psa/pushes', { query: { session_id: session.id }, signal }),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) === true ? PUSH_REFRESH_MS : false),
    refetchIntervalInBackground: false,
  });

const PUSHES_PER_PAGE = 25;

export const pushLogQuery = (state: string) =>
  infiniteQueryOptions({
    queryKey: [...psaKeys.pushes, 'log', state],
    queryFn: ({ pageParam, signal }) =>
      page<PsaPush>('/integrations/psa/pushes', { state, limit: PUSHES_PER_PAGE, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data?.pages.some(({ items }) => items.some(isUnderWay)) === true ? PUSH_REFRESH_MS : false,
    refetchIntervalInBackground: false,
  });

/** What would be posted if it were posted now; nothing is kept. */
export const previewQuery = (session: PushedSession, artefact: PushArtefact) =>
  queryOptions({
    queryKey: [...psaKeys.all, 'preview', session.kind, session.id, artefact],
    queryFn: ({ signal }) =>
      api.post<PushPreview>(
        '/integrations/psa/preview',
        { session_id: session.id, session_kind: session.kind, artefact },
        { signal },
      ),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });

export function usePush(session: PushedSession) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { artefacts: PushArtefact[]; minutes?: number }) =>
      api.post<PsaPush[]>('/integrations/psa/pushes', {
        session_id: session.id,
        session_kind: session.kind,
        ...input,
      }),
    networkMode: 'always',
    onSuccess: () => client.invalidateQueries({ queryKey: psaKeys.pushes }),
  });
}

export function useRetryPush() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<PsaPush>(`/integrations/psa/pushes/${id}/retry`),
    networkMode: 'always',
    // Also what was refused: somebody else may have retried it, and the row is not what it was.
    onSettled: () => client.invalidateQueries({ queryKey: psaKeys.pushes }),
  });
}
