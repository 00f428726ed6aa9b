import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, request } from '@/shared/api/client';
import type {
  BatchResponse,
  BatchTarget,
  CompleteRequest,
  ExportRequest,
  SaveAsFlowRequest,
  SavedFlow,
  SavePreview,
  SessionResponse,
  Variables,
} from '@/shared/api/types';
import { psaKeys } from '@/shared/psa/keys';

import { sessionKeys } from './queries';

/** Puts the answer in the cache, so that the page it leads to has its data at once. */
function useSessionMutation<I>(send: (input: I) => Promise<SessionResponse>, also: readonly string[] = []) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (session) => {
      client.setQueryData(sessionKeys.one(session.id), session);
      void client.invalidateQueries({ queryKey: ['sessions', 'list'] });
      if (also.length > 0) void client.invalidateQueries({ queryKey: also });
    },
  });
}

export const useStartSession = () =>
  useSessionMutation((input: { tree_id: string; ticket_number?: string; client_name?: string }) =>
    api.post<SessionResponse>('/sessions', input),
  );

export const useStartPrepared = (id: string) =>
  useSessionMutation(() => api.post<SessionResponse>(`/sessions/${id}/start`));

export const useCompleteSession = (id: string) =>
  useSessionMutation(
    (input: CompleteRequest) => api.post<SessionResponse>(`/sessions/${id}/complete`, input),
    // Its note may be on its way to the ticket now.
    psaKeys.pushes,
  );

export const usePrepareSession = () =>
  useSessionMutation(
    (input: {
      tree_id: string;
      session_variables?: Variables;
      ticket_number?: string;
      client_name?: string;
      assigned_to_id?: string;
    }) => api.post<SessionResponse>('/sessions/prepare', input),
  );

export function useLaunchBatch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { tree_id: string; targets: BatchTarget[] }) =>
      api.post<BatchResponse>('/sessions/batch', input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions', 'list'] }),
  });
}

export function useSaveAsFlow(id: string, settled?: () => Promise<void>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (input: SaveAsFlowRequest) => {
      await settled?.();
      return api.post<SavedFlow>(`/sessions/${id}/save-as-tree`, input);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['flows'] }),
  });
}

/** The flow that would be saved, with its findings; nothing is kept. */
export const savePreviewQuery = (id: string, settled?: () => Promise<void>) =>
  queryOptions({
    queryKey: ['save-preview', id],
    queryFn: async () => {
      await settled?.();
      return api.post<SavePreview>(`/sessions/${id}/save-as-tree/preview`, {});
    },
    staleTime: 0,
    gcTime: 0,
  });

/** Takes the note: the log then says that it left, and how. The answer is the note as it is at this moment. */
export function useExportNote(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (options: ExportRequest) => {
      const response = await request('POST', `/sessions/${id}/export`, { body: options });
      return response.text();
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [...sessionKeys.one(id), 'log'] }),
  });
}
