import { useState, type FormEvent } from 'react';

import { messageOf, NetworkError } from '@/shared/api/problem';
import type { AiSession, HandoffIntent, HandoffMade } from '@/shared/api/types';
import { submitOnEnter, takeFocus } from '@/shared/lib/form-keys';
import { useDraft } from '@/shared/lib/use-draft';
import { usePsaConnected } from '@/shared/psa/known';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Choice } from '@/shared/ui/choice';
import { Dialog } from '@/shared/ui/dialog';
import { TextArea } from '@/shared/ui/field';

import { useHandOver } from '../api/mutations';
import { QualityGate } from './quality-gate';
import { TargetField } from './target-field';

interface EscalateProps {
  session: Pick<AiSession, 'id' | 'problem_domain' | 'psa_ticket_id'>;
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
export default function EscalateDialog({ session, onSent, onDone, onFailed, onClose }: EscalateProps) {
  const [reason, setReason] = useDraft(`handoff.reason.${session.id}`);
  const [intent, setIntent] = useState<HandoffIntent>('escalate');
  const [target, setTarget] = useState('');
  const [missing, setMissing] = useState(false);
  const handOver = useHandOver(session.id);
  const connected = usePsaConnected() === true;
  const writes = connected && session.psa_ticket_id !== null;

  function submit(event: FormEvent) {
    event.preventDefault();
    // The dialog is a portal: without this the submit would also reach a form around its place in the tree.
    event.stopPropagation();
    const text = reason.trim();
    setMissing(text === '');
    if (text === '' || handOver.isPending) return;
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
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Hand it over"
      description="The steps, their results and what was seen go along. Say what they do not."
    >
      <form onSubmit={submit} aria-label="Hand the session over" className="grid gap-4">
        <Choice legend="What happens with it" value={intent} onChange={setIntent} options={INTENTS} />
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
        {intent === 'escalate' && <QualityGate session={session} reason={reason} />}
        {intent === 'escalate' && (
          <TargetField label="For somebody in particular" optional value={target} onChange={setTarget} />
        )}
        {handOver.isError && (
          <Callout
            tone={handOver.error instanceof NetworkError ? 'warning' : 'danger'}
            title={
              handOver.error instanceof NetworkError
                ? 'Not handed over yet: no connection'
                : messageOf(handOver.error)
            }
            role="alert"
          >
            What you wrote is kept here.
          </Callout>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" size="lg" busy={handOver.isPending}>
            {submitText(intent, writes)}
          </Button>
          <Button variant="ghost" size="lg" onClick={onClose}>
            Keep working
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function submitText(intent: HandoffIntent, writes: boolean): string {
  if (intent === 'park') return 'Park it';
  return writes ? 'Escalate and update the ticket' : 'Escalate';
}
