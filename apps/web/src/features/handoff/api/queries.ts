import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type { EscalationNumbers, Handoff, ReasonQuality } from '@/shared/api/types';

export const handoffKeys = {
  all: ['handoffs'] as const,
  queue: ['handoffs', 'queue'] as const,
  count: ['handoffs', 'count'] as const,
  ofSession: (sessionId: string) => ['handoffs', 'session', sessionId] as const,
  numbers: ['handoffs', 'numbers'] as const,
};

const PAGE_SIZE = 30;

interface QueuePage {
  items: Handoff[];
  next: string | null;
}

/** What waits for somebody, without what this person handed over. */
export const queueQuery = (domain = '') =>
  infiniteQueryOptions({
    queryKey: [...handoffKeys.queue, domain],
    queryFn: async ({ pageParam, signal }): Promise<QueuePage> => {
      const response = await request('GET', '/ai-sessions/escalations', {
        query: { limit: PAGE_SIZE, cursor: pageParam, domain },
        signal,
      });
      return { items: (await response.json()) as Handoff[], next: response.headers.get('x-next-cursor') };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

export const queueCountQuery = () =>
  queryOptions({
    queryKey: handoffKeys.count,
    queryFn: async ({ signal }) =>
      (await api.get<{ count: number }>('/ai-sessions/escalations/count', { signal })).count,
  });

/** Newest first. */
export const handoffsQuery = (sessionId: string) =>
  queryOptions({
    queryKey: handoffKeys.ofSession(sessionId),
    queryFn: ({ signal }) => api.get<Handoff[]>(`/ai-sessions/${sessionId}/handoffs`, { signal }),
    staleTime: 0,
  });

/** What the receiver would still ask. It only advises: while it is not there, nothing waits for it. */
export const qualityQuery = (sessionId: string, guided: boolean, domain: string | null, reason: string) =>
  queryOptions({
    queryKey: ['handoffs', 'quality', sessionId, domain, reason],
    queryFn: ({ signal }) => {
      const asked = { reason, ...(domain === null ? {} : { domain }) };
      return guided
        ? api.post<ReasonQuality>(`/sessions/${sessionId}/escalation-quality`, asked, { signal })
        : api.post<ReasonQuality>(
            '/ai-sessions/escalation-quality',
            { session_id: sessionId, ...asked },
            { signal },
          );
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });

/** `from` and `to` are instants; the end is not part of it. */
export const numbersQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: [...handoffKeys.numbers, from, to],
    queryFn: ({ signal }) =>
      api.get<EscalationNumbers>('/analytics/escalations', { query: { from, to }, signal }),
    placeholderData: keepPreviousData,
  });
