import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { RevokeScope, Security, SecurityUpdate } from '@/shared/api/types';

import { stepUpHeaders, type Proof } from './step-up';

const KEY = ['account', 'security'] as const;

export const securityQuery = () =>
  queryOptions({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Security>('/accounts/me/security', { signal }),
  });

export function useSavePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SecurityUpdate) => api.patch<Security>('/accounts/me/security', change),
    onSuccess: (security) => client.setQueryData(KEY, security),
  });
}

/** Ends sign-ins of the account; with the password where the server wants it fresh. */
export function useRevokeSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ scope, proof }: { scope: RevokeScope; proof: Proof | null }) =>
      api.post<{ revoked_count: number }>(
        '/accounts/me/security/revoke-sessions',
        { scope },
        { headers: await stepUpHeaders(proof) },
      ),
    onSuccess: (_, { scope }) =>
      scope === 'others' ? client.invalidateQueries({ queryKey: KEY }) : undefined,
  });
}
