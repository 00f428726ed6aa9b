import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type {
  LintReport,
  TreeFacets,
  TreePage,
  TreeResponse,
  TreeVersion,
  TreeVersionBody,
} from '@/shared/api/types';

export type FlowSort = 'name' | 'recent' | 'used' | 'relevance' | 'success';

export interface FlowFilters {
  search?: string;
  tree_type?: string;
  category?: string;
  tag?: string;
  status?: string;
  mine?: boolean;
  favourite?: boolean;
  /** What is in this folder and those inside it. */
  folder_id?: string;
  /** Left out, the server sorts by what fits the search best, and by name without one. */
  sort?: FlowSort;
  skip?: number;
  limit?: number;
}

const keys = {
  all: ['flows'] as const,
  list: (filters: FlowFilters) => [...keys.all, 'list', filters] as const,
  one: (id: string) => [...keys.all, 'one', id] as const,
};

export const flowKeys = keys;

export const flowsQuery = (filters: FlowFilters) =>
  queryOptions({
    queryKey: keys.list(filters),
    queryFn: ({ signal }) => api.get<TreePage>('/trees', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });

/** What the list of these filters can be narrowed by further. */
export function facetsQuery(filters: FlowFilters) {
  // The order changes no count.
  const query = { ...filters, sort: undefined };
  return queryOptions({
    queryKey: [...keys.all, 'facets', query],
    queryFn: ({ signal }) => api.get<TreeFacets>('/trees/facets', { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export const flowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.get<TreeResponse>(`/trees/${id}`, { signal }),
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.one(id), 'versions'],
    queryFn: ({ signal }) => api.get<TreeVersion[]>(`/trees/${id}/versions`, { signal }),
  });

/** A version never changes. */
export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: [...keys.one(id), 'versions', version],
    queryFn: ({ signal }) => api.get<TreeVersionBody>(`/trees/${id}/versions/${version}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const lintQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.one(id), 'lint'],
    queryFn: ({ signal }) => api.get<LintReport>(`/trees/${id}/lint`, { signal }),
  });
