import { useState } from 'react';
import { useNavigate } from 'react-router';

import { submitOnEnter, takeFocus } from '@/shared/lib/form-keys';
import { useDraft } from '@/shared/lib/use-draft';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { EndingDialog } from '@/shared/ui/ending-dialog';
import { TextArea, TextField } from '@/shared/ui/field';

import { useResolve } from '../api/mutations';
import type { AiSession } from '../api/types';
import { draftOfResolution } from '../model/transcript';
import { ConcludeNote } from './conclude-note';
import { RatingForm } from './rating-form';

interface ConcludeProps {
  session: AiSession;
  /** Fixes that waited for verification and were recorded as worked on the way here. */
  settled: string[];
  onClose: () => void;
}

/** How it was fixed, and then how good the copilot was; the note is there when this closes. */
export default function ConcludeDialog({ session, settled, onClose }: ConcludeProps) {
  const navigate = useNavigate();
  const resolve = useResolve(session.id);
  const [drafted] = useState(() => draftOfResolution(session));
  const [summary, setSummary] = useDraft(`pilot.summary.${session.id}`, drafted.summary);
  const [action, setAction] = useDraft(`pilot.action.${session.id}`, drafted.action);
  const [missing, setMissing] = useState(false);
  const toNote = () => {
    onClose();
    void navigate(`/pilot/${session.id}/document`);
  };

  function submit() {
    const text = summary.trim();
    setMissing(text === '');
    if (text === '') return;
    const what = action.trim();
    resolve.mutate(
      { resolution_summary: text, ...(what === '' ? {} : { resolution_action: what }) },
      {
        onSuccess: () => {
          setSummary('');
          setAction('');
        },
      },
    );
  }

  if (resolve.isSuccess) {
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && toNote()}
        title="Resolved"
        description="This is the note. Read it, say it better, copy it."
        className="sm:w-[min(44rem,calc(100vw-2rem))]"
      >
        <ConcludeNote session={resolve.data} />
        <div className="border-line mt-5 border-t pt-4">
          <RatingForm session={session} done={toNote} onLater={toNote} />
        </div>
      </Dialog>
    );
  }
  return (
    <EndingDialog
      title="Resolve"
      description="What is written here stands in the note; the steps are in it already."
      label="Resolve the session"
      submit="Resolve and write the note"
      busy={resolve.isPending}
      error={resolve.error}
      offline="Not resolved yet: no connection"
      onSubmit={submit}
      onClose={onClose}
    >
      {settled.length > 0 && (
        <Callout tone="info" title="Recorded as worked">
          {settled.join(', ')}: it waited for verification.
        </Callout>
      )}
      <TextArea
        ref={takeFocus}
        label="What was wrong, and what fixed it"
        rows={4}
        maxLength={4000}
        value={summary}
        onChange={(event) => setSummary(event.target.value)}
        onKeyDown={submitOnEnter}
        error={missing ? 'Say in a sentence what fixed it.' : undefined}
      />
      <TextField
        label="The step that fixed it"
        optional
        maxLength={1000}
        value={action}
        onChange={(event) => setAction(event.target.value)}
      />
    </EndingDialog>
  );
}
