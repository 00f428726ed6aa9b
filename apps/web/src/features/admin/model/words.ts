import type { Plan, SubscriptionStatus } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

export const PLANS: Record<Plan, string> = { free: 'Free', pro: 'Pro' };

export const STATUSES: Record<SubscriptionStatus, { words: string; tone: Tone }> = {
  active: { words: 'Active', tone: 'success' },
  trialing: { words: 'Trial', tone: 'info' },
  past_due: { words: 'Payment failed', tone: 'warning' },
  canceled: { words: 'Cancelled', tone: 'warning' },
  locked: { words: 'Locked', tone: 'danger' },
};

export const ROLES: Record<string, string> = {
  viewer: 'Viewer',
  engineer: 'Engineer',
  team_admin: 'Team admin',
  owner: 'Owner',
};

export const JOB_STATES: Record<string, { words: string; tone: Tone }> = {
  ready: { words: 'Waiting', tone: 'neutral' },
  running: { words: 'Running', tone: 'info' },
  parked: { words: 'Parked', tone: 'danger' },
  done: { words: 'Done', tone: 'success' },
};

export const MAIL_STATES: Record<string, { words: string; tone: Tone }> = {
  queued: { words: 'Waiting', tone: 'neutral' },
  sent: { words: 'Sent', tone: 'success' },
  kept: { words: 'Kept here', tone: 'info' },
  failed: { words: 'Failed', tone: 'danger' },
};

/** `verify_email` as people read it. */
export function readable(name: string): string {
  const text = name.replaceAll(/[._]/g, ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
