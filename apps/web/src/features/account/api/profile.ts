import { useMutation, useQueryClient } from '@tanstack/react-query';

import { replaceToken, setUser } from '@/shared/api/auth-session';
import { api } from '@/shared/api/client';
import type { ChangedPassword, EmailChangeAsked, UserResponse } from '@/shared/api/types';

import { stepUpHeaders, type Proof } from './step-up';

export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.patch<UserResponse>('/auth/me', { name }),
    onSuccess: async (user) => {
      setUser(user);
      await client.invalidateQueries({ queryKey: ['members'] });
    },
  });
}

/** The other sign-ins end; this one goes on with the token answered. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (passwords: { current_password: string; new_password: string }) =>
      api.post<ChangedPassword>('/auth/password', passwords),
    onSuccess: ({ access_token }) => replaceToken(access_token),
  });
}

/** Nothing changes until the link is followed that goes to the new address. */
export function useAskToChangeEmail() {
  return useMutation({
    mutationFn: async ({ email, proof }: { email: string; proof: Proof | null }) =>
      api.post<EmailChangeAsked>('/auth/email/change', { email }, { headers: await stepUpHeaders(proof) }),
  });
}
