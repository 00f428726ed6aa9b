import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import { loadMeta } from '@/shared/api/meta';
import type { SentRequest, TreePage } from '@/shared/api/types';

import type { AiSession, AiSessionSummary, Documentation, DocumentKind, DueFix } from './types';

export const pilotKeys = {
  lists: ['pilot', 'list'] as const,
  due: ['pilot', 'due'] as const,
  one: (id: string) => ['pilot', 'one', id] as const,
  document: (id: string) => ['pilot', 'document', id] as const,
};

const PAGE_SIZE = 30;

interface SessionPage {
  items: AiSessionSummary[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

/** What something happened to last stands first. */
export const recentQuery = () =>
  infiniteQueryOptions({
    queryKey: pilotKeys.lists,
    queryFn: async ({ pageParam, signal }): Promise<SessionPage> => {
      const response = await request('GET', '/ai-sessions', {
        query: { limit: PAGE_SIZE, cursor: pageParam },
        signal,
      });
      return {
        items: (await response.json()) as AiSessionSummary[],
        next: response.headers.get('x-next-cursor'),
      };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

export const aiSessionQuery = (id: string) =>
  queryOptions({
    queryKey: pilotKeys.one(id),
    queryFn: ({ signal }) => api.get<AiSession>(`/ai-sessions/${id}`, { signal }),
    // Another tab, or whoever took it over, may have moved on: coming back to the page looks again.
    staleTime: 0,
  });

export const dueFixesQuery = () =>
  queryOptions({
    queryKey: pilotKeys.due,
    queryFn: ({ signal }) => api.get<DueFix[]>('/ai-sessions/fixes/due', { signal }),
    staleTime: 60_000,
  });

/** A look at the text, rendered by the server from what is recorded up to this revision. */
export const documentQuery = (id: string, revision: number, kind: DocumentKind, masked: boolean) =>
  queryOptions({
    queryKey: [...pilotKeys.document(id), revision, kind, masked],
    queryFn: ({ signal }) =>
      api.post<Documentation>(
        `/ai-sessions/${id}/documentation`,
        { kind, redaction_mode: masked ? 'mask' : 'none' },
        { signal },
      ),
    staleTime: 60_000,
  });

export const flowSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ['flows', 'list', { search, limit: 8, pilot: true }],
    queryFn: ({ signal }) =>
      api.get<TreePage>('/trees', {
        query: { search, limit: 8, sort: search === '' ? 'used' : undefined },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** What left the machine up to this revision, in the order it did. */
export const sentQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ['pilot', 'sent', id, revision],
    queryFn: ({ signal }) => api.get<SentRequest[]>(`/ai-sessions/${id}/sent`, { signal }),
  });

/** What the installation has. */
export const metaQuery = () => queryOptions({ queryKey: ['meta'], queryFn: loadMeta, staleTime: Infinity });
