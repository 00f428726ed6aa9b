import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import { psaKeys } from '@/shared/psa/keys';

import { noteKey, type NoteWanted } from './queries';
import { pilotKeys } from './recent';
import { sendTurn } from './send-turn';
import type { AiSession, Documentation, FixOutcome, NewAiSession, Turn } from './types';
import { removeFile } from './uploads';

/** Every answer is the whole session: it goes into the cache, unless something newer is there already. */
export function keepSession(client: QueryClient, session: AiSession): void {
  client.setQueryData<AiSession>(pilotKeys.one(session.id), (known) =>
    known !== undefined && known.revision > session.revision ? known : session,
  );
  void client.invalidateQueries({ queryKey: pilotKeys.lists });
}

function useSessionMutation<I>(send: (input: I) => Promise<AiSession>, also: readonly string[] = []) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    // Without a network it fails at once and says so; left to wait, it would seem to be on its way.
    networkMode: 'always',
    onSuccess: (session) => {
      keepSession(client, session);
      if (also.length > 0) void client.invalidateQueries({ queryKey: also });
    },
  });
}

export const useStartAiSession = () =>
  useSessionMutation((input: NewAiSession) => api.post<AiSession>('/ai-sessions', input));

/** A turn may be sent as often as one likes: its entry id makes the server take it once. */
export const useSendTurn = (id: string, onText: (text: string) => void) =>
  useSessionMutation(({ turn, signal }: { turn: Turn; signal: AbortSignal }) =>
    sendTurn(id, turn, onText, signal),
  );

/** A file that is gone leaves the session, whatever revision it has. */
export function useRemoveFile(sessionId: string, onGone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: removeFile,
    networkMode: 'always',
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: pilotKeys.one(sessionId) });
      onGone();
    },
  });
}

export const usePause = (id: string) =>
  useSessionMutation((to: 'pause' | 'resume') => api.post<AiSession>(`/ai-sessions/${id}/${to}`));

export const useResolve = (id: string) =>
  useSessionMutation(
    (input: { resolution_summary: string; resolution_action?: string }) =>
      api.post<AiSession>(`/ai-sessions/${id}/resolve`, input),
    // Its note may be on its way to the ticket now.
    psaKeys.pushes,
  );

export const useRate = (id: string) =>
  useSessionMutation((input: { rating: number; feedback?: string }) =>
    api.post<AiSession>(`/ai-sessions/${id}/rating`, input),
  );

export const useLinkTicket = (id: string) =>
  useSessionMutation((psa_ticket_id: string) =>
    api.post<AiSession>(`/ai-sessions/${id}/ticket`, { psa_ticket_id }),
  );

export const useFixOutcome = (id: string) =>
  useSessionMutation(
    ({ fixId, ...outcome }: FixOutcome & { fixId: string }) =>
      api.patch<AiSession>(`/ai-sessions/${id}/fixes/${fixId}`, outcome),
    pilotKeys.due,
  );

/** Keeps a text in words of one's own; null takes them back. Only if nobody changed it since `revision`. */
export function useEditNote(wanted: NoteWanted) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, revision }: { text: string | null; revision: number }) =>
      api.put<Documentation>(
        `/ai-sessions/${wanted.id}/documentation`,
        { kind: wanted.kind, text, redaction_mode: wanted.masked ? 'mask' : 'none' },
        { headers: { 'if-match': `"${revision}"` } },
      ),
    networkMode: 'always',
    onSuccess: (note) => {
      client.setQueryData(noteKey(wanted), note);
      // The same text the other way, masked or not, is another now; and so is what a ticket would get.
      client.removeQueries({ queryKey: noteKey({ ...wanted, masked: !wanted.masked }) });
      void client.invalidateQueries({ queryKey: psaKeys.preview });
    },
  });
}
