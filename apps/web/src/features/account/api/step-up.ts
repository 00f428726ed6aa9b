import { api } from '@/shared/api/client';

/** The headers of a request that needs the password fresh; none where it was not asked for. */
export async function stepUpHeaders(password: string | null): Promise<Record<string, string>> {
  if (password === null) return {};
  const { step_up_token } = await api.post<{ step_up_token: string }>('/auth/step-up', { password });
  return { 'X-Step-Up': step_up_token };
}
