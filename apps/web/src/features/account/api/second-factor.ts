import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { reloadUser } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import type { BegunSecondFactor, RecoveryCodes, SecondFactor, SecondFactorPolicy } from '@/shared/api/types';

import { stepUpHeaders, type Proof } from './step-up';

const OWN = ['account', 'second-factor'] as const;
const POLICY = ['account', 'second-factor-policy'] as const;
const PATH = '/auth/me/second-factor';

export const secondFactorQuery = () =>
  queryOptions({ queryKey: OWN, queryFn: ({ signal }) => api.get<SecondFactor>(PATH, { signal }) });

export const secondFactorPolicyQuery = () =>
  queryOptions({
    queryKey: POLICY,
    queryFn: ({ signal }) => api.get<SecondFactorPolicy>('/accounts/me/second-factor', { signal }),
  });

/** What changes whether a code is asked, whom it is asked of, or what is left. */
function useChanged() {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: OWN }),
      client.invalidateQueries({ queryKey: POLICY }),
      reloadUser(),
    ]);
  };
}

export function useBeginSecondFactor() {
  return useMutation({
    mutationFn: async (proof: Proof | null) =>
      api.post<BegunSecondFactor>(PATH, {}, { headers: await stepUpHeaders(proof) }),
  });
}

export function useConfirmSecondFactor() {
  return useMutation({
    mutationFn: (code: string) => api.post<RecoveryCodes>(`${PATH}/confirm`, { code }),
  });
}

export function useRenewRecoveryCodes() {
  const onSuccess = useChanged();
  return useMutation({
    mutationFn: async (proof: Proof | null) =>
      api.post<RecoveryCodes>(`${PATH}/recovery-codes`, {}, { headers: await stepUpHeaders(proof) }),
    onSuccess,
  });
}

export function useRemoveSecondFactor() {
  const onSuccess = useChanged();
  return useMutation({
    mutationFn: async (proof: Proof | null) => api.delete(PATH, { headers: await stepUpHeaders(proof) }),
    onSuccess,
  });
}

export function useSetSecondFactorPolicy() {
  const onSuccess = useChanged();
  return useMutation({
    mutationFn: async ({ required, proof }: { required: boolean; proof: Proof | null }) =>
      api.put<SecondFactorPolicy>(
        '/accounts/me/second-factor',
        { required },
        { headers: await stepUpHeaders(proof) },
      ),
    onSuccess,
  });
}

/** Somebody else's, who lost their phone and their recovery codes. */
export function useRemoveSecondFactorOf() {
  const onSuccess = useChanged();
  return useMutation({
    mutationFn: async ({ person, proof }: { person: string; proof: Proof | null }) =>
      api.delete(`/accounts/me/people/${person}/second-factor`, { headers: await stepUpHeaders(proof) }),
    onSuccess,
  });
}

export { useChanged as useSecondFactorChanged };
