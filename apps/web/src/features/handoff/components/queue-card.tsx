import { clsx } from 'clsx';
import { Link } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import type { Handoff } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { Badge } from '@/shared/ui/badge';

import { markSeen, useSeen } from '../model/seen';
import { briefingPath, problemOf } from '../model/words';
import { Facts } from './facts';

/** One that waits. Opening it shows its briefing; nothing is claimed by looking. */
export function QueueCard({ handoff, fresh }: { handoff: Handoff; fresh: boolean }) {
  const me = useAuth((s) => s.user?.id);
  const unread = useSeen((s) => !s.ids.includes(handoff.id));
  const { snapshot } = handoff;
  return (
    <li
      className={clsx(
        'border-line bg-surface hover:bg-hover has-[a:focus-visible]:bg-hover relative grid gap-1.5 rounded-lg border px-4 py-3 transition-colors duration-120',
        fresh && 'animate-enter',
      )}
    >
      {unread && (
        <span data-unread className="bg-accent-fg absolute top-2 right-2 size-1.5 rounded-full">
          <span className="sr-only">Not opened yet</span>
        </span>
      )}
      <div className="flex items-start gap-3">
        <h2 className="min-w-0 flex-1 font-medium">
          <Link
            to={briefingPath(handoff)}
            onClick={() => markSeen(handoff.id)}
            data-row
            className="focus-visible:after:outline-focus after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
          >
            {problemOf(handoff)}
          </Link>
        </h2>
        {handoff.target_user_id !== null && (
          <Badge tone={handoff.target_user_id === me ? 'accent' : 'neutral'}>
            For {handoff.target_user_id === me ? 'you' : (handoff.target_name ?? 'somebody else')}
          </Badge>
        )}
      </div>
      {snapshot.problem_summary !== null && <p className="text-fg-muted line-clamp-2">{handoff.reason}</p>}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Facts handoff={handoff} />
        <p className="text-fg-subtle ml-auto text-sm">
          {plural(snapshot.steps_on_record, 'step')} · {handoff.created_by_name},{' '}
          <time dateTime={handoff.created_at} title={formatDateTime(handoff.created_at)}>
            {formatAgo(handoff.created_at)}
          </time>
        </p>
      </div>
    </li>
  );
}
