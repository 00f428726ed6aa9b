import { lazy } from 'react';

import { madeText } from '@/features/handoff/model/words';
import { HandOver, type HandOverProps } from '@/features/sessions/runner/escalate';
import { RunnerPage } from '@/features/sessions/runner/runner-page';
import type { HandoffMade } from '@/shared/api/types';
import { notify } from '@/shared/ui/toast';

const EscalateDialog = lazy(() => import('@/features/handoff/components/escalate-dialog'));

/** One run of a flow, with what hands it over. */
export function Component() {
  return (
    <HandOver value={handOver}>
      <RunnerPage />
    </HandOver>
  );
}

const handOver = (props: HandOverProps) => <GuidedHandOver {...props} />;

function GuidedHandOver({ session, settled, onDone, onClose }: HandOverProps) {
  const done = (made: HandoffMade) => {
    notify('success', madeText(made));
    onDone();
  };
  return (
    <EscalateDialog
      // What it is about is told from its flow and its words.
      session={{ id: session.id, problem_domain: null, psa_ticket_id: session.ticket_number ?? null }}
      settled={settled}
      onSent={nothing}
      onDone={done}
      onFailed={nothing}
      onClose={onClose}
    />
  );
}

/** The page shows how the session stands once the server has said so. */
function nothing() {}
