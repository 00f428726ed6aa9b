import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { rememberErrand } from '@/features/auth/providers';
import { api } from '@/shared/api/client';
import type { OauthProvider, OwnIdentities } from '@/shared/api/types';

import { stepUpHeaders, type Proof } from './step-up';

const KEY = ['account', 'identities'] as const;

export const identitiesQuery = () =>
  queryOptions({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<OwnIdentities>('/auth/identities', { signal }),
  });

/** Leaves for the provider's page to link it; with the password where the server wants it fresh. */
export function useStartLink() {
  return useMutation({
    mutationFn: async ({ provider, proof }: { provider: OauthProvider; proof: Proof | null }) => {
      const headers = await stepUpHeaders(proof);
      const path = `/auth/identities/${provider}/start`;
      const { authorization_url } = await api.post<{ authorization_url: string }>(path, {}, { headers });
      rememberErrand({ purpose: 'link', next: '/account/sign-ins' });
      window.location.assign(authorization_url);
    },
  });
}

export function useUnlink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/auth/identities/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
