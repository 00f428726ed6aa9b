import { queryOptions } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { InviteLookup } from '@/shared/api/types';

export const forgotPassword = (email: string) =>
  api.post<unknown>('/auth/password/forgot', { email }, { anonymous: true });

export const resetPassword = (body: { token: string; password: string }) =>
  api.post<unknown>('/auth/password/reset', body, { anonymous: true });

export const verifyEmail = (token: string) =>
  api.post<unknown>('/auth/email/verify', { token }, { anonymous: true });

export const inviteQuery = (token: string) =>
  queryOptions({
    queryKey: ['invite', token],
    queryFn: ({ signal }) =>
      api.get<InviteLookup>(`/auth/invites/${encodeURIComponent(token)}`, { signal, anonymous: true }),
    retry: false,
  });

/** Not anonymous: the sign-in of this browser, if it is theirs, is the one that goes on. */
export const confirmEmail = (token: string) => api.post<unknown>('/auth/email/change/confirm', { token });
