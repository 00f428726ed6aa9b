import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';

import type { Chat, ChatSummary, DocumentSummary, LibraryDocument } from './types';

export const assistantKeys = {
  chats: ['assistant', 'chats'] as const,
  beside: (sessionId: string) => ['assistant', 'chats', 'beside', sessionId] as const,
  one: (id: string) => ['assistant', 'chat', id] as const,
  documents: ['assistant', 'documents'] as const,
};

const PAGE_SIZE = 30;

interface ChatPage {
  items: ChatSummary[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

/** The last used stands first. */
export const chatsQuery = () =>
  infiniteQueryOptions({
    queryKey: [...assistantKeys.chats, 'all'],
    queryFn: async ({ pageParam, signal }): Promise<ChatPage> => {
      const query = { limit: PAGE_SIZE, cursor: pageParam };
      const response = await request('GET', '/assistant/chats', { query, signal });
      return {
        items: (await response.json()) as ChatSummary[],
        next: response.headers.get('x-next-cursor'),
      };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

/** The chats beside a conversation with the copilot. */
export const chatsBesideQuery = (sessionId: string) =>
  queryOptions({
    queryKey: assistantKeys.beside(sessionId),
    queryFn: ({ signal }) =>
      api.get<ChatSummary[]>('/assistant/chats', { query: { ai_session_id: sessionId, limit: 1 }, signal }),
  });

export const chatQuery = (id: string) =>
  queryOptions({
    queryKey: assistantKeys.one(id),
    queryFn: ({ signal }) => api.get<Chat>(`/assistant/chats/${id}`, { signal }),
    // Another tab may have asked meanwhile.
    staleTime: 0,
  });

export const documentsQuery = () =>
  queryOptions({
    queryKey: [...assistantKeys.documents, 'all'],
    queryFn: ({ signal }) => api.get<DocumentSummary[]>('/assistant/documents', { signal }),
  });

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: [...assistantKeys.documents, id],
    queryFn: ({ signal }) => api.get<LibraryDocument>(`/assistant/documents/${id}`, { signal }),
    // A document is never changed.
    staleTime: Infinity,
  });
