import { queryOptions, useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { Folder, FolderCreate, FolderUpdate } from '@/shared/api/types';

import { flowKeys, type FlowFilters } from './queries';

const key = [...flowKeys.all, 'folders'] as const;

export const foldersQuery = () =>
  queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => api.get<Folder[]>('/folders', { signal }),
    staleTime: 60_000,
  });

/** The ids of the folders a flow is in. */
export const foldersOfFlowQuery = (id: string) =>
  queryOptions({
    queryKey: [...flowKeys.one(id), 'folders'],
    queryFn: ({ signal }) => api.get<string[]>(`/trees/${id}/folders`, { signal }),
  });

/** `gone`: folders the server will know no more, whose lists are not asked for again. */
function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>, gone?: Set<string>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      client.invalidateQueries({
        queryKey: flowKeys.all,
        predicate: ({ queryKey }) => !gone?.has(folderOf(queryKey)),
      }),
  });
}

/** The folder that a list, or the counts beside it, is narrowed to; empty where there is none. */
function folderOf(queryKey: QueryKey): string {
  return (queryKey[2] as FlowFilters | undefined)?.folder_id ?? '';
}

export const useCreateFolder = () => useChange((input: FolderCreate) => api.post<Folder>('/folders', input));

export const useUpdateFolder = (id: string) =>
  useChange((input: FolderUpdate) => api.patch<Folder>(`/folders/${id}`, input));

/** `gone`: the folder and those inside it. */
export const useDeleteFolder = (id: string, gone: Set<string>) =>
  useChange(() => api.delete<undefined>(`/folders/${id}`), gone);

export const useSetInFolder = (flowId: string) =>
  useChange(({ folder, isIn }: { folder: string; isIn: boolean }) =>
    isIn
      ? api.put<undefined>(`/folders/${folder}/trees/${flowId}`, {})
      : api.delete<undefined>(`/folders/${folder}/trees/${flowId}`),
  );
