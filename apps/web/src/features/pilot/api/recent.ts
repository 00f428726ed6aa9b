// By itself: pages outside the copilot need no more of it.
import { infiniteQueryOptions } from '@tanstack/react-query';

import { request } from '@/shared/api/client';

import type { AiSessionSummary } from './types';

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
