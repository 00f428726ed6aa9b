import type { OauthProvider } from '@/shared/api/types';

/** Simple signs in the ink of the text: a letter in a ring, four panes. */
export function ProviderIcon({ provider }: { provider: OauthProvider }) {
  return (
    <svg aria-hidden viewBox="0 0 16 16" className="size-4 shrink-0" fill="none" stroke="currentColor">
      {provider === 'google' ? (
        <path d="M13 4.2A6.2 6.2 0 1 0 14.2 8H8.4" strokeWidth="1.8" strokeLinecap="round" />
      ) : (
        <path d="M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z" strokeWidth="1.4" strokeLinejoin="round" />
      )}
    </svg>
  );
}
