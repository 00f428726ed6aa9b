import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { Channel, NewChannel, Notification, NotificationPreferences } from '@/shared/api/types';

import { notificationKeys } from './queries';

export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<Notification>(`/notifications/${id}/read`),
    onSettled: () => client.invalidateQueries({ queryKey: notificationKeys.all }),
  });
}

export function useMarkAllRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<{ marked: number }>('/notifications/read-all'),
    onSettled: () => client.invalidateQueries({ queryKey: notificationKeys.all }),
  });
}

export function useSavePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (preferences: NotificationPreferences) =>
      api.put<NotificationPreferences>('/notifications/preferences', preferences),
    onSuccess: (saved) => client.setQueryData(notificationKeys.preferences, saved),
  });
}

function useChannelMutation<I, O>(send: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: notificationKeys.channels }),
  });
}

const CHANNELS = '/accounts/me/channels';

export const useAddChannel = () =>
  useChannelMutation((input: NewChannel) => api.post<Channel>(CHANNELS, input));

export const useChangeChannel = () =>
  useChannelMutation(
    ({ id, ...change }: { id: string } & Partial<Pick<Channel, 'enabled' | 'events' | 'name'>>) =>
      api.patch<Channel>(`${CHANNELS}/${id}`, change),
  );

export const useRemoveChannel = () =>
  useChannelMutation((id: string) => api.delete<void>(`${CHANNELS}/${id}`));

export const useTestChannel = () =>
  useChannelMutation((id: string) =>
    api.post<{ delivered: boolean; detail: string | null }>(`${CHANNELS}/${id}/test`),
  );
