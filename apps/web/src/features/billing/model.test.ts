import { describe, expect, it } from 'vitest';

import type { Subscription, UserResponse } from '@/shared/api/types';

import { hasPaidPlan, lapseWords, standingWords, wayOut } from './model';

const NOW = Date.UTC(2026, 5, 1);
const LATER = '2026-06-20T12:00:00Z';
const EARLIER = '2026-05-20T12:00:00Z';

describe('how a plan stands', () => {
  it('tells a cancelled plan that still runs from one that ended', () => {
    const at = (end: string | null) =>
      standingWords(
        { plan: 'pro', status: 'canceled', current_period_end: end, cancel_at_period_end: false },
        NOW,
      );
    expect(at(LATER)).toContain('Everything works until');
    expect(at(EARLIER)).toContain('has ended');
    expect(at(null)).toContain('has ended');
  });

  it('says whether an active plan renews', () => {
    const at = (ends: boolean) =>
      standingWords(
        { plan: 'pro', status: 'active', current_period_end: LATER, cancel_at_period_end: ends },
        NOW,
      );
    expect(at(false)).toContain('Renews on');
    expect(at(true)).toContain('will not renew');
  });

  it('offers to buy where nothing paid runs', () => {
    expect(hasPaidPlan({ plan: 'pro', status: 'past_due' })).toBe(true);
    expect(hasPaidPlan({ plan: 'pro', status: 'locked' })).toBe(false);
    expect(hasPaidPlan({ plan: 'free', status: 'active' })).toBe(false);
    expect(hasPaidPlan({ plan: null, status: null })).toBe(false);
  });

  it('asks the owner to pay and everybody else to ask the owner', () => {
    const locked = { status: 'locked', in_force: false } as Subscription;
    const user = { subscription: locked } as UserResponse;
    expect(lapseWords(locked)).toBe('A payment is missing.');
    expect(lapseWords(null)).toBe('This account has no plan.');
    expect(wayOut(user, [], true)).toBe('Settle it to open flows and sessions again.');
    expect(wayOut(user, ['Olivia', 'Omar'], false)).toBe('Ask Olivia or Omar to settle it.');
    expect(wayOut(user, [], false)).toContain('an owner');
  });
});
