import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type { Notification, NotificationPreferences } from '@/shared/api/types';

export const notificationKeys = {
  all: ['notifications'] as const,
  unread: ['notifications', 'unread'] as const,
  lists: ['notifications', 'list'] as const,
  // Not below `all`: news does not change them, and a form must not be asked anew under somebody's hands.
  preferences: ['notification-preferences'] as const,
};

const PAGE_SIZE = 30;

interface NotificationPage {
  items: Notification[];
  next: string | null;
}

export const notificationsQuery = (unread = false) =>
  infiniteQueryOptions({
    queryKey: [...notificationKeys.lists, unread],
    queryFn: async ({ pageParam, signal }): Promise<NotificationPage> => {
      const response = await request('GET', '/notifications', {
        query: { limit: PAGE_SIZE, cursor: pageParam, unread: unread ? true : undefined },
        signal,
      });
      return {
        items: (await response.json()) as Notification[],
        next: response.headers.get('x-next-cursor'),
      };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

export const unreadQuery = () =>
  queryOptions({
    queryKey: notificationKeys.unread,
    queryFn: async ({ signal }) =>
      (await api.get<{ unread: number }>('/notifications/unread-count', { signal })).unread,
  });

export const preferencesQuery = () =>
  queryOptions({
    queryKey: notificationKeys.preferences,
    queryFn: ({ signal }) => api.get<NotificationPreferences>('/notifications/preferences', { signal }),
  });
