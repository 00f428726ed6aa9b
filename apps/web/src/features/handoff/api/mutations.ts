import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import { isCode } from '@/shared/api/problem';
import type {
  AiSession,
  AlreadyClaimed,
  Handoff,
  HandoffMade,
  NewHandoff,
  PickupMode,
} from '@/shared/api/types';

import { handoffKeys } from './queries';

function useHandoffMutation<I, O>(send: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    // Without a network it fails at once and says so; left to wait, it would seem to be on its way.
    networkMode: 'always',
    // Also after a refusal: it says that this page knows less than the server.
    onSettled: () => client.invalidateQueries({ queryKey: handoffKeys.all }),
  });
}

/** `settled` is what has to be with the server before a guided session goes; a conversation has nothing on the way. */
export const useHandOver = (sessionId: string, settled?: () => Promise<void>) =>
  useHandoffMutation(async (input: NewHandoff) => {
    await settled?.();
    const kind = settled ? 'sessions' : 'ai-sessions';
    return api.post<HandoffMade>(`/${kind}/${sessionId}/handoff`, input);
  });

/** Only one of many gets it; for them it may be sent as often as one likes. */
export const useClaim = () =>
  useHandoffMutation(({ session_id, id }: Pick<Handoff, 'session_id' | 'id'>) =>
    api.post<Handoff>(`/ai-sessions/${session_id}/handoffs/${id}/claim`),
  );

export const useRelease = () =>
  useHandoffMutation(({ session_id, id }: Pick<Handoff, 'session_id' | 'id'>) =>
    api.post<Handoff>(`/ai-sessions/${session_id}/handoffs/${id}/release`),
  );

export const useAssign = () =>
  useHandoffMutation(({ handoff, userId }: { handoff: Pick<Handoff, 'session_id' | 'id'>; userId: string }) =>
    api.post<Handoff>(`/ai-sessions/${handoff.session_id}/handoffs/${handoff.id}/assign`, {
      user_id: userId,
    }),
  );

/** Claims it, and goes on with its conversation: where it stood, or from the beginning with the briefing at hand. */
export const usePickUp = () =>
  useHandoffMutation(
    async ({ handoff, mode }: { handoff: Pick<Handoff, 'session_id' | 'id'>; mode: PickupMode }) => {
      const { session_id: sessionId, id } = handoff;
      await api.post<Handoff>(`/ai-sessions/${sessionId}/handoffs/${id}/claim`);
      return api.post<AiSession>(`/ai-sessions/${sessionId}/pickup`, { mode });
    },
  );

/** Who was faster, if that is why it was refused. */
export function winnerOf(error: unknown): AlreadyClaimed | null {
  return isCode(error, 'handoff_already_claimed') ? (error.detail as AlreadyClaimed) : null;
}
