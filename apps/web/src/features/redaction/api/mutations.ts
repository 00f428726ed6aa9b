import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import { redactionSettingsQuery } from '@/shared/api/redaction';
import type { RedactionRules, RedactionSettings } from '@/shared/api/types';

/** Replaces the settings, if nobody else changed them since that revision. */
export function useSaveRedaction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, rules }: { revision: number; rules: RedactionRules }) =>
      api.put<RedactionSettings>('/accounts/me/redaction', rules, {
        headers: { 'If-Match': `"${revision}"` },
      }),
    onSuccess: (settings) => {
      client.setQueryData(redactionSettingsQuery().queryKey, settings);
      // Notes that were looked at are masked otherwise now.
      void client.invalidateQueries({ queryKey: ['sessions', 'one'] });
    },
  });
}
