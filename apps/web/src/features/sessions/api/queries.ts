import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type { ExportRequest, LogEntry, NotePreview, SessionResponse } from '@/shared/api/types';

export interface SessionFilters {
  status?: string;
  ticket_number?: string;
  client_name?: string;
  tree_name?: string;
  tree_id?: string;
  batch_id?: string;
  assigned_to_id?: string;
  skip?: number;
  limit?: number;
}

export const sessionKeys = {
  all: ['sessions'] as const,
  list: (filters: SessionFilters) => ['sessions', 'list', filters] as const,
  one: (id: string) => ['sessions', 'one', id] as const,
};

export const sessionsQuery = (filters: SessionFilters) =>
  queryOptions({
    queryKey: sessionKeys.list(filters),
    queryFn: ({ signal }) => api.get<SessionResponse[]>('/sessions', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });

interface SessionPage {
  items: SessionResponse[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

/** Page after page, each from where the one before ended: what is started meanwhile moves nothing. */
export const sessionPagesQuery = (filters: SessionFilters) =>
  infiniteQueryOptions({
    queryKey: [...sessionKeys.all, 'pages', filters],
    queryFn: async ({ pageParam, signal }): Promise<SessionPage> => {
      const response = await request('GET', '/sessions', {
        query: { ...filters, cursor: pageParam },
        signal,
      });
      return {
        items: (await response.json()) as SessionResponse[],
        next: response.headers.get('x-next-cursor'),
      };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

const ROUND_REFRESH_MS = 4_000;

/** All targets of a round, read again every few seconds until the last is done; never while the page is hidden. */
export const roundQuery = (batchId: string) =>
  queryOptions({
    ...sessionsQuery({ batch_id: batchId, limit: 100 }),
    // Coming back from a target must show what was done there.
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data?.every((session) => session.status === 'completed') === true
        ? false
        : ROUND_REFRESH_MS,
    refetchIntervalInBackground: false,
  });

export const sessionQuery = (id: string) =>
  queryOptions({
    queryKey: sessionKeys.one(id),
    queryFn: ({ signal }) => api.get<SessionResponse>(`/sessions/${id}`, { signal }),
  });

/** Everything that happened, going back included. An export is logged too, without a new revision, so it is read anew. */
export const logQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: [...sessionKeys.one(id), 'log', revision],
    queryFn: ({ signal }) => api.get<LogEntry[]>(`/sessions/${id}/log`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export { membersQuery } from '@/shared/api/members';

/** The note as it would leave. The server renders it; every choice is one cached answer, so switching back is instant. */
export const noteQuery = (id: string, revision: number, options: ExportRequest) =>
  queryOptions({
    queryKey: [...sessionKeys.one(id), 'note', revision, options],
    queryFn: ({ signal }) =>
      // A look is not an export: nothing is recorded until the note is taken.
      api.post<NotePreview>(`/sessions/${id}/export/preview`, options, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
