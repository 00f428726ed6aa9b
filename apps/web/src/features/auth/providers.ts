import { useMutation } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { OauthProvider } from '@/shared/api/types';

export const PROVIDER_NAMES: Record<OauthProvider, string> = { google: 'Google', microsoft: 'Microsoft' };

export const isProvider = (name: string | undefined): name is OauthProvider =>
  name !== undefined && Object.hasOwn(PROVIDER_NAMES, name);

/** What this tab is on its way to a provider for; the page it comes back to goes on from there. */
export interface Errand {
  purpose: 'sign_in' | 'link';
  /** Where to go in the end. */
  next: string;
  /** Where to go when it comes to nothing; the sign-in when not given. */
  back?: string;
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
    return {
      purpose: kept.purpose === 'link' ? 'link' : 'sign_in',
      next: kept.next ?? '/',
      ...(kept.back === undefined ? {} : { back: kept.back }),
    };
  } catch {
    return { purpose: 'sign_in', next: '/' };
  }
}

interface Start {
  authorization_url: string;
}

/** Leaves for the provider's page. Stays busy while the browser goes there. `invite`: to accept that invitation. */
export function useProviderSignIn(next: string, invite?: string) {
  return useMutation({
    mutationFn: async (provider: OauthProvider) => {
      // What this browser has to hold until it is back comes as a cookie.
      const { authorization_url } =
        invite === undefined
          ? await api.get<Start>(`/auth/oauth/${provider}/start`, { anonymous: true })
          : await api.post<Start>(
              `/auth/invites/${encodeURIComponent(invite)}/oauth/${provider}/start`,
              undefined,
              { anonymous: true },
            );
      rememberErrand({ purpose: 'sign_in', next, ...(invite === undefined ? {} : { back: next }) });
      window.location.assign(authorization_url);
    },
  });
}
