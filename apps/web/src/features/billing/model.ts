import type { Billing, Subscription, SubscriptionStatus, UserResponse } from '@/shared/api/types';
import { formatDate } from '@/shared/lib/dates';
import type { Tone } from '@/shared/ui/badge';

export const PLAN_NAMES = { free: 'Free', pro: 'Pro' } as const;

export const STATUS_LOOKS: Record<SubscriptionStatus, { words: string; tone: Tone }> = {
  active: { words: 'Active', tone: 'success' },
  trialing: { words: 'Trial', tone: 'info' },
  past_due: { words: 'Payment failed', tone: 'warning' },
  canceled: { words: 'Cancelled', tone: 'warning' },
  locked: { words: 'Locked', tone: 'danger' },
};

type Standing = Pick<Billing, 'plan' | 'status' | 'current_period_end' | 'cancel_at_period_end'>;

/** What the status means for the people of the account, in a sentence. */
export function standingWords(
  { plan, status, current_period_end: end, cancel_at_period_end: ends }: Standing,
  now = Date.now(),
): string {
  if (!status) return 'This account has no plan. Choose one to open flows and sessions again.';
  const until = end ? formatDate(end) : null;
  switch (status) {
    case 'locked':
      return 'A payment is missing. Flows and sessions are closed until it is settled; nothing is deleted.';
    case 'past_due':
      return 'The last payment failed. Everything still works while it is tried again: check the card.';
    case 'canceled':
      return end && new Date(end).getTime() > now
        ? `Cancelled. Everything works until ${until}.`
        : 'The plan has ended. Flows and sessions are closed until it is renewed; nothing is deleted.';
    case 'trialing':
      return until ? `The trial runs until ${until}.` : 'The trial is running.';
    case 'active':
      if (plan === 'free') return 'Free for as long as you like, within its limits.';
      if (!until) return 'Everything is open.';
      return ends ? `Ends on ${until}; it will not renew.` : `Renews on ${until}.`;
  }
}

/** Whether a paid plan runs, so that there is one to manage and none to buy. */
export const hasPaidPlan = ({ plan, status }: Pick<Billing, 'plan' | 'status'>): boolean =>
  plan === 'pro' && (status === 'active' || status === 'trialing' || status === 'past_due');

/** Why the account is closed, for everybody in it. */
export function lapseWords(subscription: Subscription | null | undefined): string {
  if (!subscription) return 'This account has no plan.';
  return subscription.status === 'canceled' ? 'The plan has ended.' : 'A payment is missing.';
}

/** What somebody can do about it, by role. */
export function wayOut(user: UserResponse | null, owners: string[], mayPay: boolean): string {
  if (mayPay) {
    const subscription = user?.subscription;
    if (!subscription) return 'Choose a plan to open flows and sessions again.';
    return subscription.status === 'canceled'
      ? 'Renew it to open flows and sessions again.'
      : 'Settle it to open flows and sessions again.';
  }
  if (owners.length === 0) return 'Ask an owner of your account to settle it.';
  return `Ask ${owners.join(' or ')} to settle it.`;
}
