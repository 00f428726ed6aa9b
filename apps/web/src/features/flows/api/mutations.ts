import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import { messageOf } from '@/shared/api/problem';
import type { ImportReport, TreePage, TreeResponse, TreeUpdate } from '@/shared/api/types';
import { download, downloadText } from '@/shared/lib/clipboard';
import { notify } from '@/shared/ui/toast';

import { flowKeys } from './queries';

export function useForkFlow(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { name?: string; fork_reason?: string }) =>
      api.post<TreeResponse>(`/trees/${id}/fork`, input),
    onSuccess: () => client.invalidateQueries({ queryKey: flowKeys.all }),
  });
}

/** Marked at once in every list that shows the flow, and taken back when the server refuses. */
export function useFavourite(id: string) {
  const client = useQueryClient();
  const mark = (is_favourite: boolean) => {
    client.setQueriesData<TreePage>(
      { queryKey: [...flowKeys.all, 'list'] },
      (page) =>
        page && {
          ...page,
          items: page.items.map((flow) => (flow.id === id ? { ...flow, is_favourite } : flow)),
        },
    );
    client.setQueryData<TreeResponse>(flowKeys.one(id), (flow) => flow && { ...flow, is_favourite });
  };
  return useMutation({
    mutationFn: (favourite: boolean) =>
      favourite
        ? api.put<undefined>(`/trees/${id}/favourite`, {})
        : api.delete<undefined>(`/trees/${id}/favourite`),
    onMutate: async (favourite) => {
      await client.cancelQueries({ queryKey: flowKeys.all });
      mark(favourite);
    },
    onError: (error, favourite) => {
      mark(!favourite);
      notify('error', messageOf(error));
    },
    // A list of favourites has one more or one less now.
    onSettled: () => client.invalidateQueries({ queryKey: flowKeys.all }),
  });
}

export function usePublishFlow(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { change_note?: string }) => api.post<TreeResponse>(`/trees/${id}/publish`, input),
    onSuccess: async () => {
      // A first answer under way may be from before it was published, and would not be asked for again.
      await client.cancelQueries({ queryKey: flowKeys.one(id) });
      await client.invalidateQueries({ queryKey: flowKeys.all });
    },
  });
}

/** Changes what is named, if nobody else changed the flow since that revision. */
export function useUpdateFlow(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, change }: { revision: number; change: TreeUpdate }) =>
      api.put<TreeResponse>(`/trees/${id}`, change, { headers: { 'If-Match': `"${revision}"` } }),
    onSuccess: (flow) => {
      client.setQueryData(flowKeys.one(id), flow);
      return client.invalidateQueries({ queryKey: flowKeys.all });
    },
  });
}

export function useImportFlow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (yaml: string) => {
      const response = await request('POST', '/trees/import', {
        raw: { type: 'application/yaml', text: yaml },
      });
      return (await response.json()) as TreeResponse;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: flowKeys.all }),
  });
}

/** All flow files of an archive; the answer says what became of each. */
export function useImportArchive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (file: File) => {
      const response = await request('POST', '/trees/import-archive', {
        raw: { type: 'application/zip', text: file },
      });
      return (await response.json()) as ImportReport;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: flowKeys.all }),
  });
}

export async function exportLibrary(): Promise<void> {
  const response = await request('GET', '/trees/export');
  download('library.zip', await response.blob());
}

/** Takes the notice away that the original of a fork has changed, until it changes again. */
export function useAcknowledgeUpstream(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<TreeResponse>(`/trees/${id}/upstream/acknowledge`, {}),
    onSuccess: (flow) => {
      client.setQueryData(flowKeys.one(id), flow);
      return client.invalidateQueries({ queryKey: flowKeys.all });
    },
  });
}

/** A link could not carry the access token, so the file is fetched and handed to the browser. */
export async function exportFlow(id: string, name: string): Promise<void> {
  const response = await request('GET', `/trees/${id}/export`);
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  downloadText(`${slug || 'flow'}.flow.yaml`, await response.text(), 'application/yaml');
}
