import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type { Channel, ChannelInput, ChannelTest, ChannelMessage } from '@/shared/api/types';

const keys = {
  channels: ['channels'] as const,
  messages: ['channel-messages'] as const,
};

const MESSAGES_PER_PAGE = 30;
/** While a message is on its way. */
const LOOK_AGAIN_MS = 2_000;

interface MessagePage {
  items: ChannelMessage[];
  next: string | null;
}

export const channelsQuery = () =>
  queryOptions({
    queryKey: keys.channels,
    queryFn: ({ signal }) => api.get<Channel[]>('/integrations/channels', { signal }),
  });

export const messagesQuery = () =>
  infiniteQueryOptions({
    queryKey: keys.messages,
    queryFn: async ({ pageParam, signal }): Promise<MessagePage> => {
      const response = await request('GET', '/integrations/channels/messages', {
        query: { limit: MESSAGES_PER_PAGE, cursor: pageParam },
        signal,
      });
      return {
        items: (await response.json()) as ChannelMessage[],
        next: response.headers.get('x-next-cursor'),
      };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 0,
    refetchInterval: (query) => {
      const items = query.state.data?.pages.flatMap((page) => page.items) ?? [];
      return items.some(({ state }) => state === 'queued' || state === 'sending') ? LOOK_AGAIN_MS : false;
    },
    refetchIntervalInBackground: false,
  });

/** A new channel under a key of its own, or a change of the one that was seen. */
export function useSaveChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kept, key, input }: { kept: Channel | null; key: string; input: ChannelInput }) =>
      kept === null
        ? api.post<Channel>('/integrations/channels', input, { headers: { 'Idempotency-Key': key } })
        : api.put<Channel>(`/integrations/channels/${kept.id}`, input, {
            headers: { 'If-Match': `"${kept.revision}"` },
          }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.channels }),
  });
}

export function useTestChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<ChannelTest>(`/integrations/channels/${id}/test`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.channels }),
  });
}

export function useDeleteChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<undefined>(`/integrations/channels/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.channels }),
  });
}

export function useSendAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<ChannelMessage>(`/integrations/channels/messages/${id}/retry`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.messages }),
  });
}
