import { queryOptions } from '@tanstack/react-query';

import { api } from './client';
import type { RedactionSettings } from './types';

/** What the account has masked in every note, beyond what always is. */
export const redactionSettingsQuery = () =>
  queryOptions({
    queryKey: ['account', 'redaction'],
    queryFn: ({ signal }) => api.get<RedactionSettings>('/accounts/me/redaction', { signal }),
  });
