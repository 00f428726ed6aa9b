import { QueryClient } from '@tanstack/react-query';

import { ApiError } from './problem';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // An answer of 4xx will not change by asking again.
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
      retryDelay: (count) => Math.min(1000 * 2 ** count, 8000),
    },
  },
});
