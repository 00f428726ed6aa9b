import { queryOptions, useMutation } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { Billing } from '@/shared/api/types';

export type Interval = 'month' | 'year';

export const billingQuery = () =>
  queryOptions({
    queryKey: ['account', 'billing'],
    queryFn: ({ signal }) => api.get<Billing>('/billing', { signal }),
    // The payment provider changes it behind our back.
    staleTime: 0,
  });

/** Leaves for a page of the payment provider. */
function useLeaveFor(path: string) {
  return useMutation({
    mutationFn: (body: object) => api.post<{ url: string }>(path, body),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export const useCheckout = () => useLeaveFor('/billing/checkout');
export const usePortal = () => useLeaveFor('/billing/portal');
