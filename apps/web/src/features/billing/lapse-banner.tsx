import { TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { useMatch } from 'react-router';

import { reloadUser, useAuth } from '@/shared/api/auth-session';
import { isLapsed } from '@/shared/api/plan';
import { ButtonLink } from '@/shared/ui/button';

import { BILLING, useWayOut } from './use-way-out';

const ASK_AGAIN_MS = 60_000;

/** Above every page while the account is closed, or its payment is failing and the reader can do something about it. */
export default function LapseBanner() {
  const lapsed = useAuth((s) => isLapsed(s.user));
  const { why, out, pays } = useWayOut();
  const atBilling = useMatch(BILLING) !== null;
  useEffect(() => {
    if (!lapsed) return undefined;
    // Paid for meanwhile, by a colleague or in another window: then everything opens by itself.
    const ask = () => void reloadUser();
    const timer = setInterval(ask, ASK_AGAIN_MS);
    window.addEventListener('focus', ask);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', ask);
    };
  }, [lapsed]);
  return (
    <section
      aria-label="Plan"
      className="border-warning/40 bg-warning/10 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-b px-4 py-1.5 text-sm"
    >
      <p className="flex items-center gap-2">
        <TriangleAlert aria-hidden className="text-warning size-4 shrink-0" />
        <span>
          <span className="text-warning font-medium">{lapsed ? why : 'The last payment failed.'}</span>{' '}
          {lapsed ? out : 'Everything still works while it is tried again. Check the card.'}
        </span>
      </p>
      {pays && !atBilling && (
        <ButtonLink size="sm" to={BILLING}>
          Go to billing
        </ButtonLink>
      )}
    </section>
  );
}
