import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';

import { useAuth } from '@/shared/api/auth-session';
import { Button, IconButton } from '@/shared/ui/button';

import { handoffsQuery } from '../api/queries';
import { hideChips, useChipsHidden } from '../model/chips';

/** What the assessment would do next, ready to be sent by whoever took the session over. */
export default function StepChips({
  sessionId,
  open,
  onWrite,
}: {
  sessionId: string;
  /** The step that stands open: it need not be suggested too. */
  open: string | undefined;
  onWrite: (text: string) => void;
}) {
  const me = useAuth((s) => s.user?.id);
  const hidden = useChipsHidden(sessionId);
  const { data = [] } = useQuery({ ...handoffsQuery(sessionId), enabled: !hidden });
  const taken = data.find(({ claimed_by: by, status }) => by === me && status === 'claimed');
  const steps = (taken?.ai_assessment_data?.suggested_steps ?? []).filter((step) => step !== open);
  if (hidden || steps.length === 0) return null;
  return (
    <section aria-label="Suggested next steps" className="flex items-start gap-2">
      <ul className="flex min-w-0 flex-1 flex-wrap gap-1.5">
        {steps.map((step) => (
          <li key={step} className="max-w-full">
            <Button size="sm" title={step} className="max-w-full" onClick={() => onWrite(step)}>
              <span className="truncate">{step}</span>
            </Button>
          </li>
        ))}
      </ul>
      <IconButton label="Hide the suggested steps" onClick={() => hideChips(sessionId)}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </section>
  );
}
