import { useMutation } from '@tanstack/react-query';

import { startProviderSignIn } from '@/shared/api/auth-session';
import type { OauthProvider } from '@/shared/api/types';

export const PROVIDER_NAMES: Record<OauthProvider, string> = { google: 'Google', microsoft: 'Microsoft' };

export const isProvider = (name: string | undefined): name is OauthProvider =>
  name !== undefined && Object.hasOwn(PROVIDER_NAMES, name);

/** What this tab is on its way to a provider for; the page it comes back to goes on from there. */
export interface Errand {
  purpose: 'sign_in' | 'link';
  /** Where to go in the end. */
  next: string;
}

const KEY = 'rf.oauth-errand';

export function rememberErrand(errand: Errand): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(errand));
  } catch {
    // Without storage it is a sign-in that leads to the dashboard.
  }
}

export function errand(): Errand {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Errand>;
    return { purpose: kept.purpose === 'link' ? 'link' : 'sign_in', next: kept.next ?? '/' };
  } catch {
    return { purpose: 'sign_in', next: '/' };
  }
}

/** Leaves for the provider's page. Stays busy while the browser goes there. */
export function useProviderSignIn(next: string) {
  return useMutation({
    mutationFn: async (provider: OauthProvider) => {
      const url = await startProviderSignIn(provider);
      rememberErrand({ purpose: 'sign_in', next });
      window.location.assign(url);
    },
  });
}
