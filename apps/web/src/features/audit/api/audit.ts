import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type { AuditCheck, AuditPage, AuditRetention, Member } from '@/shared/api/types';
import { downloadText } from '@/shared/lib/clipboard';

/** Whose log: the caller's account's, or every account's. */
export type AuditSource = 'account' | 'site';

export interface AuditFilter {
  action: string;
  actor_id: string;
  target_id: string;
  after: string;
  before: string;
}

const PAGE_SIZE = 50;
const PATH: Record<AuditSource, string> = { account: '/accounts/me/audit', site: '/admin/audit' };
const KEY = ['audit'] as const;

export const auditQuery = (source: AuditSource, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...KEY, source, filter],
    queryFn: ({ signal, pageParam }) =>
      api.get<AuditPage>(PATH[source], {
        query: { ...filter, cursor: pageParam, limit: PAGE_SIZE },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    // The log grows by everything anybody does.
    staleTime: 0,
  });

export const auditActionsQuery = () =>
  queryOptions({
    queryKey: [...KEY, 'actions'],
    queryFn: ({ signal }) => api.get<string[]>('/accounts/me/audit/actions', { signal }),
  });

/** The people a filter can offer; the same list other screens ask for. */
export const auditPeopleQuery = () =>
  queryOptions({
    queryKey: [...KEY, 'people'],
    queryFn: ({ signal }) => api.get<Member[]>('/accounts/me/members', { signal }),
  });

export const retentionQuery = () =>
  queryOptions({
    queryKey: [...KEY, 'retention'],
    queryFn: ({ signal }) => api.get<AuditRetention>('/accounts/me/audit/retention', { signal }),
  });

/** Reads every entry again, so it is asked for by a press and not by a page. */
export const useCheckChain = () =>
  useMutation({ mutationFn: () => api.get<AuditCheck>('/accounts/me/audit/check') });

/** `onSaved` is called also when the form has begun anew by then. */
export function useSaveRetention(onSaved: (days: number | null) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (days: number | null) =>
      api.patch<AuditRetention>('/accounts/me/audit/retention', { retention_days: days }),
    onSuccess: (saved, days) => {
      onSaved(days);
      client.setQueryData(retentionQuery().queryKey, saved);
      // That it was changed is an entry.
      return client.invalidateQueries({ queryKey: [...KEY, 'account'] });
    },
  });
}

export type AuditFormat = 'csv' | 'jsonl';
const TYPES: Record<AuditFormat, string> = { csv: 'text/csv', jsonl: 'application/x-ndjson' };

/** Saves what matches the filter as a file. */
export function useExportAudit(filter: AuditFilter) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (format: AuditFormat) => {
      const response = await request('GET', '/accounts/me/audit/export', { query: { ...filter, format } });
      downloadText(`audit.${format}`, await response.text(), TYPES[format]);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [...KEY, 'account'] }),
  });
}
