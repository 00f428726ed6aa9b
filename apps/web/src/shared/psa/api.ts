import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import { isCode } from '@/shared/api/problem';
import type {
  PsaOptions,
  PsaPush,
  PsaTicket,
  PsaTicketContext,
  PushArtefact,
  PushPreview,
  SessionKind,
  TicketSnapshot,
  TimeEdit,
  TimeLedger,
} from '@/shared/api/types';

import { psaKeys } from './keys';
import { refreshOf } from './model';

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
export const ticketsQuery = (search: string, board: string) =>
  infiniteQueryOptions({
    queryKey: [...psaKeys.tickets, search, board],
    queryFn: ({ pageParam, signal }) =>
      page<PsaTicket>(
        '/integrations/psa/tickets',
        { q: search, board, limit: TICKETS_PER_PAGE, cursor: pageParam },
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

/** What a guided session keeps of its ticket: conversations carry it themselves. */
export const keptTicketQuery = (sessionId: string, ticketId: string) =>
  queryOptions({
    queryKey: [...psaKeys.kept(sessionId), ticketId],
    queryFn: async ({ signal }) => {
      const answer = await api.get<{ ticket_data: TicketSnapshot | null }>(`/sessions/${sessionId}/ticket`, {
        signal,
      });
      return answer.ticket_data;
    },
    retry: false,
    staleTime: 60_000,
  });

/** What of a session was pushed. It is read again while any of it is under way, and never while the page is hidden. */
export const sessionPushesQuery = (session: PushedSession) =>
  queryOptions({
    queryKey: [...psaKeys.pushes, session.kind, session.id],
    queryFn: ({ signal }) =>
      api.get<PsaPush[]>('/integrations/psa/pushes', { query: { session_id: session.id }, signal }),
    staleTime: 0,
    refetchInterval: (query) => refreshOf(query.state.data ?? []),
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
    refetchInterval: (query) => refreshOf(query.state.data?.pages.flatMap(({ items }) => items) ?? []),
    refetchIntervalInBackground: false,
  });

const preview = (session: PushedSession, artefact: PushArtefact, signal: AbortSignal) =>
  api.post<PushPreview>(
    '/integrations/psa/preview',
    { session_id: session.id, session_kind: session.kind, artefact },
    { signal },
  );

const previewOptions = { retry: false, staleTime: 0, gcTime: 0 };

/** What would be posted if it were posted now; nothing is kept. */
export const notePreviewQuery = (session: PushedSession) =>
  queryOptions({
    ...previewOptions,
    queryKey: [...psaKeys.preview, session.kind, session.id, 'note'],
    queryFn: ({ signal }) => preview(session, 'note', signal),
  });

/** The same of the time; null where there is nothing to charge, which is an answer and no failure. */
export const timePreviewQuery = (session: PushedSession) =>
  queryOptions({
    ...previewOptions,
    queryKey: [...psaKeys.preview, session.kind, session.id, 'time'],
    queryFn: async ({ signal }): Promise<PushPreview | null> => {
      try {
        return await preview(session, 'time', signal);
      } catch (error) {
        if (isCode(error, 'validation_failed')) return null;
        throw error;
      }
    },
  });

/** Boards and kinds of work to choose from. They change rarely, and every look asks the PSA itself. */
export const optionsQuery = () =>
  queryOptions({
    queryKey: psaKeys.options,
    queryFn: ({ signal }) => api.get<PsaOptions>('/integrations/psa/options', { signal }),
    retry: false,
    staleTime: 10 * 60_000,
  });

const timeOf = ({ id, kind }: PushedSession) => `/${kind === 'ai' ? 'ai-sessions' : 'sessions'}/${id}/time`;

export const timeQuery = (session: PushedSession) =>
  queryOptions({
    queryKey: [...psaKeys.time, session.kind, session.id],
    queryFn: ({ signal }) => api.get<TimeLedger>(timeOf(session), { signal }),
    retry: false,
    staleTime: 0,
  });

/** Says how the time is to be charged; what would be posted is made anew from it. */
export function useEditTime(session: PushedSession) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: TimeEdit) => api.put<TimeLedger>(timeOf(session), said),
    networkMode: 'always',
    onSuccess: (ledger) => {
      client.setQueryData(timeQuery(session).queryKey, ledger);
      return client.invalidateQueries({ queryKey: [...psaKeys.preview, session.kind, session.id] });
    },
  });
}

export function usePush(session: PushedSession) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { artefacts: PushArtefact[] }) =>
      api.post<PsaPush[]>('/integrations/psa/pushes', {
        session_id: session.id,
        session_kind: session.kind,
        ...input,
      }),
    networkMode: 'always',
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: psaKeys.pushes }),
        client.invalidateQueries({ queryKey: psaKeys.time }),
      ]),
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
