import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { Folder, FolderCreate, FolderUpdate } from '@/shared/api/types';

import { flowKeys } from './queries';

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

function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: flowKeys.all }),
  });
}

export const useCreateFolder = () => useChange((input: FolderCreate) => api.post<Folder>('/folders', input));

export const useUpdateFolder = (id: string) =>
  useChange((input: FolderUpdate) => api.patch<Folder>(`/folders/${id}`, input));

export const useDeleteFolder = (id: string) => useChange(() => api.delete<undefined>(`/folders/${id}`));

export const useSetInFolder = (flowId: string) =>
  useChange(({ folder, isIn }: { folder: string; isIn: boolean }) =>
    isIn
      ? api.put<undefined>(`/folders/${folder}/trees/${flowId}`, {})
      : api.delete<undefined>(`/folders/${folder}/trees/${flowId}`),
  );
