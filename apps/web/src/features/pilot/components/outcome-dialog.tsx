import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

import { useFixOutcome } from '../api/mutations';
import type { AiSession, Fix } from '../api/types';
import { needsOutcome } from '../model/fixes';

interface OutcomeProps {
  session: AiSession;
  onClose: () => void;
  /** Nothing is open any more, or it goes along as it is. */
  onSettled: () => void;
}

/** Asked before a session is handed over: what became of what somebody began with. */
export default function OutcomeDialog({ session, onClose, onSettled }: OutcomeProps) {
  const open = session.fixes.filter(needsOutcome);
  const [first] = open;
  return (
    <Dialog
      open
      onOpenChange={(is) => !is && onClose()}
      title={
        open.length === 1 && first
          ? `“${first.title}” still needs an outcome`
          : `${open.length} fixes still need an outcome`
      }
      description="Whoever takes over would try it again if they do not know."
    >
      <ul className="grid gap-3">
        {open.map((fix) => (
          <Outcome
            key={fix.id}
            fix={fix}
            titled={open.length > 1}
            // What worked needs nobody else.
            onSaid={(worked) => open.length === 1 && (worked ? onClose() : onSettled())}
          />
        ))}
      </ul>
      <div className="border-line mt-4 flex flex-wrap gap-2 border-t pt-4">
        <Button variant="ghost" onClick={onClose}>
          Keep working
        </Button>
        <Button variant="ghost" onClick={onSettled}>
          Hand over without it
        </Button>
      </div>
    </Dialog>
  );
}

function Outcome({ fix, titled, onSaid }: { fix: Fix; titled: boolean; onSaid: (worked: boolean) => void }) {
  const outcome = useFixOutcome(fix.session_id);
  const say = (status: 'applied_success' | 'applied_failed') =>
    outcome.mutate({ fixId: fix.id, status }, { onSuccess: () => onSaid(status === 'applied_success') });
  return (
    <li className="flex flex-wrap items-center gap-2">
      {titled && <span className="min-w-0 flex-1 basis-56 font-medium">{fix.title}</span>}
      <Button disabled={outcome.isPending} onClick={() => say('applied_success')}>
        Worked
      </Button>
      <Button disabled={outcome.isPending} onClick={() => say('applied_failed')}>
        Didn’t work
      </Button>
      {outcome.isError && (
        <p role="alert" className="text-danger basis-full text-sm">
          {messageOf(outcome.error)}
        </p>
      )}
    </li>
  );
}
