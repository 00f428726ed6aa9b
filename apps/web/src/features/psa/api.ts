import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type {
  PsaConnectionAnswer,
  PsaConnectionInput,
  PsaMembers,
  PsaTestResult,
  PushSettings,
} from '@/shared/api/types';
import { psaKeys } from '@/shared/psa/keys';

export const membersQuery = () =>
  queryOptions({
    queryKey: psaKeys.members,
    queryFn: ({ signal }) => api.get<PsaMembers>('/integrations/psa/members', { signal }),
    retry: false,
  });

export function useSaveConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: PsaConnectionInput) => api.put<PsaConnectionAnswer>('/integrations/psa', input),
    onSuccess: (answer) => {
      client.setQueryData(psaKeys.connection, answer);
      // Tickets, members and pushes are those of the connection.
      void client.invalidateQueries({
        queryKey: psaKeys.all,
        predicate: ({ queryKey }) => queryKey[1] !== psaKeys.connection[1],
      });
    },
  });
}

/** Without values it is what is kept that is tested. */
export function useTestConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Partial<PsaConnectionInput>) =>
      api.post<PsaTestResult>('/integrations/psa/test', input),
    onSuccess: () => client.invalidateQueries({ queryKey: psaKeys.connection }),
  });
}

export function useDisconnect() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<undefined>('/integrations/psa'),
    onSuccess: async () => {
      client.setQueryData<PsaConnectionAnswer>(psaKeys.connection, {
        connected: false,
        provider: null,
        status: null,
        push_on_resolve: false,
        push_on_escalate: false,
        connection: null,
      });
      await client.invalidateQueries({ queryKey: psaKeys.all });
    },
  });
}

export function useSaveSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: PushSettings) => api.patch<PushSettings>('/integrations/psa/settings', settings),
    onSuccess: () => client.invalidateQueries({ queryKey: psaKeys.connection }),
  });
}

export function useMapMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, memberId }: { userId: string; memberId: string | null }) =>
      api.put<unknown>(`/integrations/psa/members/${userId}`, { member_id: memberId }),
    onSettled: () => client.invalidateQueries({ queryKey: psaKeys.members }),
  });
}
