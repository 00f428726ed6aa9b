import { queryOptions, useQuery } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { PsaConnectionAnswer } from '@/shared/api/types';

import { psaKeys } from './keys';

/** Whether the account has a PSA. Everybody may know that; how it is connected is told to those who manage it. */
export const connectionQuery = () =>
  queryOptions({
    queryKey: psaKeys.connection,
    queryFn: ({ signal }) => api.get<PsaConnectionAnswer>('/integrations/psa', { signal }),
    staleTime: 60_000,
  });

/** What is known of it; undefined while nobody has answered. */
export const usePsa = (): PsaConnectionAnswer | undefined => useQuery(connectionQuery()).data;
