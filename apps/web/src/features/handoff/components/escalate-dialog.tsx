import { useState } from 'react';

import type { AiSession, HandoffIntent, HandoffMade } from '@/shared/api/types';
import { submitOnEnter, takeFocus } from '@/shared/lib/form-keys';
import { useDraft } from '@/shared/lib/use-draft';
import { usePsa } from '@/shared/psa/connected';
import { Choice } from '@/shared/ui/choice';
import { EndingDialog } from '@/shared/ui/ending-dialog';
import { TextArea } from '@/shared/ui/field';

import { useHandOver } from '../api/mutations';
import { QualityGate } from './quality-gate';
import { TargetField } from './target-field';

interface EscalateProps {
  session: Pick<AiSession, 'id' | 'problem_domain' | 'psa_ticket_id'>;
  /** Of a guided session: waits until all of it is with the server. Only a conversation can be parked. */
  settled?: () => Promise<void>;
  /** Shows at once how it will stand; the server's answer follows. */
  onSent: (intent: HandoffIntent) => void;
  onDone: (made: HandoffMade) => void;
  onFailed: () => void;
  onClose: () => void;
}

const INTENTS: { value: HandoffIntent; label: string; hint: string }[] = [
  { value: 'escalate', label: 'Escalate', hint: 'The team is told, and one of them takes it.' },
  { value: 'park', label: 'Park', hint: 'It waits, and nobody is told.' },
];

/** What the receiver is told. Everything that was tried goes along by itself. */
export default function EscalateDialog({
  session,
  settled,
  onSent,
  onDone,
  onFailed,
  onClose,
}: EscalateProps) {
  const [reason, setReason] = useDraft(`handoff.reason.${session.id}`);
  const [intent, setIntent] = useState<HandoffIntent>('escalate');
  const [target, setTarget] = useState('');
  const [missing, setMissing] = useState(false);
  const handOver = useHandOver(session.id, settled);
  const psa = usePsa();
  const writes = psa?.connected === true && psa.push_on_escalate && session.psa_ticket_id !== null;

  function submit() {
    const text = reason.trim();
    setMissing(text === '');
    if (text === '') return;
    onSent(intent);
    handOver.mutate(
      { intent, reason: text, ...(intent === 'escalate' && target !== '' ? { target_user_id: target } : {}) },
      {
        onSuccess: (made) => {
          setReason('');
          onDone(made);
        },
        onError: onFailed,
      },
    );
  }

  return (
    <EndingDialog
      title="Hand it over"
      description={
        settled
          ? 'The steps, their results and your notes go along. This session ends, and whoever takes it goes on in a conversation.'
          : 'The steps, their results and what was seen go along. Say what they do not.'
      }
      label="Hand the session over"
      submit={submitText(intent, writes)}
      busy={handOver.isPending}
      error={handOver.error}
      offline="Not handed over yet: no connection"
      onSubmit={submit}
      onClose={onClose}
    >
      {!settled && (
        <Choice legend="What happens with it" value={intent} onChange={setIntent} options={INTENTS} />
      )}
      <TextArea
        ref={takeFocus}
        label="Why it needs somebody else"
        rows={4}
        maxLength={4000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={submitOnEnter}
        error={missing ? 'Say in a sentence why you hand it over.' : undefined}
      />
      {intent === 'escalate' && (
        <QualityGate session={session} guided={settled !== undefined} reason={reason} />
      )}
      {intent === 'escalate' && (
        <TargetField label="For somebody in particular" optional value={target} onChange={setTarget} />
      )}
    </EndingDialog>
  );
}

function submitText(intent: HandoffIntent, writes: boolean): string {
  if (intent === 'park') return 'Park it';
  return writes ? 'Escalate and update the ticket' : 'Escalate';
}
