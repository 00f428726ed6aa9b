import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import type { SessionResponse, StepRequest } from '@/shared/api/types';
import { newId } from '@/shared/lib/ids';

import { sessionQuery } from '../api/queries';
import { withPending } from '../model/optimistic';
import { useQueue } from '../model/queues';

export type Runner = ReturnType<typeof useRunner>;

/** The session as the engineer sees it (server state plus what waits in the queue), and the ways to change it. */
export function useRunner(opened: SessionResponse) {
  const { queue, state } = useQueue(opened.id);
  // Read from the cache here and not from the page above: an acknowledged entry leaves the queue in the same moment as
  // its result enters the cache, and a parent that renders a moment later would show the step before for a blink.
  const server = useQuery({ ...sessionQuery(opened.id), enabled: false }).data ?? opened;
  const session = useMemo(() => withPending(server, state.entries), [server, state.entries]);
  return useMemo(
    () => ({
      session,
      queue,
      queueState: state,
      step: (body: Omit<StepRequest, 'entry_id'>) =>
        queue.push({ kind: 'step', body: { entry_id: newId(), ...body } }),
      scratchpad: (text: string) => queue.push({ kind: 'scratchpad', text }),
    }),
    [session, queue, state],
  );
}
