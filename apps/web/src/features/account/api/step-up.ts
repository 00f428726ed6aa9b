import { api } from '@/shared/api/client';

/** What somebody shows to do what needs their password fresh; the code where they have a second factor. */
export interface Proof {
  password: string;
  code?: string | undefined;
}

/** The headers of a request that needs the password fresh; none where it was not asked for. */
export async function stepUpHeaders(proof: Proof | null): Promise<Record<string, string>> {
  if (proof === null) return {};
  const { step_up_token } = await api.post<{ step_up_token: string }>('/auth/step-up', proof);
  return { 'X-Step-Up': step_up_token };
}
