import { drafts } from '@/shared/lib/storage';

import { noteDraft } from './step-note';
import type { Runner } from './use-runner';

/** Waits until everything that was done is with the server. */
export async function settle({ session, queue, step }: Runner): Promise<void> {
  // A note still standing in the current step's field belongs to the record too.
  const here = session.current_step_id;
  const open = here ? drafts.get(noteDraft(session.id, here)).trim() : '';
  if (here && open !== '') {
    step({ action: 'note', node_id: here, notes: open });
    drafts.set(noteDraft(session.id, here), '');
  }
  await queue.settled();
}
