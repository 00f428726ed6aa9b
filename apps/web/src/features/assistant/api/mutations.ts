import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';

import { assistantKeys } from './queries';
import type { Chat, LibraryDocument } from './types';

/** The whole chat goes into the cache, and the lists are read again. */
export function keepChat(client: QueryClient, chat: Chat): void {
  client.setQueryData<Chat>(assistantKeys.one(chat.id), chat);
  void client.invalidateQueries({ queryKey: assistantKeys.chats });
}

export function useRenameChat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      api.patch<Chat>(`/assistant/chats/${id}`, { title }),
    networkMode: 'always',
    onSuccess: (chat) => keepChat(client, chat),
  });
}

export function useDeleteChat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/assistant/chats/${id}`),
    networkMode: 'always',
    // The chat itself stays in the cache: its page is still open, and would ask for it once more.
    onSuccess: () => void client.invalidateQueries({ queryKey: assistantKeys.chats }),
  });
}

export function useAddDocument() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { title: string; text: string }) =>
      api.post<LibraryDocument>('/assistant/documents', input),
    networkMode: 'always',
    onSuccess: () => void client.invalidateQueries({ queryKey: assistantKeys.documents }),
  });
}

export function useDeleteDocument() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/assistant/documents/${id}`),
    networkMode: 'always',
    onSuccess: () => void client.invalidateQueries({ queryKey: assistantKeys.documents }),
  });
}
