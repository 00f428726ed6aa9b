import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleSlash,
  CircleX,
  Siren,
  Wrench,
  type LucideIcon,
} from 'lucide-react';

import type { Outcome, SessionResponse } from '@/shared/api/types';
import { OUTCOME_LABEL } from '@/shared/lib/flow-structure';
import { Badge, type Tone } from '@/shared/ui/badge';

const LOOK: Record<Outcome, { icon: LucideIcon; tone: Tone }> = {
  resolved: { icon: CircleCheck, tone: 'success' },
  workaround: { icon: Wrench, tone: 'info' },
  unresolved: { icon: CircleX, tone: 'danger' },
  escalated: { icon: Siren, tone: 'warning' },
  cancelled: { icon: CircleSlash, tone: 'neutral' },
};

/** Where a session stands: its outcome once it has one, else whether it runs. */
export function SessionStatusBadge({ session }: { session: Pick<SessionResponse, 'status' | 'outcome'> }) {
  if (session.status === 'completed' && session.outcome) {
    const { icon, tone } = LOOK[session.outcome];
    return (
      <Badge tone={tone} icon={icon}>
        {OUTCOME_LABEL[session.outcome]}
      </Badge>
    );
  }
  if (session.status === 'active') {
    return (
      <Badge tone="accent" icon={CircleDot}>
        Running
      </Badge>
    );
  }
  return <Badge icon={CircleDashed}>{session.status === 'prepared' ? 'Prepared' : 'Completed'}</Badge>;
}
