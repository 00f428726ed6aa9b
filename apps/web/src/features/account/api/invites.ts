import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { CreateInvite, Invite } from '@/shared/api/types';

const KEY = ['account', 'invites'] as const;

export const invitesQuery = () =>
  queryOptions({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Invite[]>('/accounts/me/invites', { signal }),
  });

/** Reads the list anew once something was done about it, also when that was refused: somebody was faster. */
function useInviteAction<T, R>(act: (input: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}

export const useCreateInvite = () =>
  useInviteAction((input: CreateInvite) => api.post<Invite>('/accounts/me/invites', input));

export const useResendInvite = () =>
  useInviteAction((id: string) => api.post<Invite>(`/accounts/me/invites/${id}/resend`));

export const useRevokeInvite = () =>
  useInviteAction((id: string) => api.delete<unknown>(`/accounts/me/invites/${id}`));

export const useSendVerification = () =>
  useMutation({ mutationFn: () => api.post<unknown>('/auth/email/verification') });
