import { create } from 'zustand';

import { reloadUser, useAuth } from './auth-session';
import type { ApiError } from './problem';
import type { UserResponse } from './types';

/**
 * What the plan of the account does not allow, in one place: whatever was asked for, the answer 402 comes by here. The
 * shell says it and shows the way out.
 */
interface PlanState {
  /** The last thing somebody wanted to do that the plan has no room for. */
  refusal: ApiError | null;
}

export const usePlan = create<PlanState>()(() => ({ refusal: null }));

export function forgetRefusal(): void {
  usePlan.setState({ refusal: null });
}

/** `wanted`: somebody did something, rather than a page asking for what it shows. */
export function planRefused(error: ApiError, wanted: boolean): void {
  if (error.code === 'subscription_required') {
    // The account lapsed since this page was loaded: who it is says so, and the shell closes what is closed.
    void reloadUser();
  } else if (wanted) {
    usePlan.setState({ refusal: error });
  }
}

/** Whether the account may do nothing but recover. */
export const isLapsed = (user: UserResponse | null): boolean =>
  user !== null && user.subscription?.in_force !== true;

export const useLapsed = (): boolean => useAuth((s) => isLapsed(s.user));

/** Who may pay for the account. */
export const mayPay = (user: UserResponse | null): boolean =>
  user?.role === 'owner' || user?.is_super_admin === true;
