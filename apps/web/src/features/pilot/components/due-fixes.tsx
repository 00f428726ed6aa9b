import { useQuery } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';
import { Link } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import { formatAgo } from '@/shared/lib/dates';
import { Button } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';

import { useFixOutcome } from '../api/mutations';
import { dueFixesQuery } from '../api/queries';
import type { DueFix } from '../api/types';

const DAY_MS = 86_400_000;
/** Nobody is made to come back for a fix in the middle of the night. */
const MORNING_HOUR = 9;

/** Fixes that were parked until it shows whether they helped, and should be looked at by now. */
export function DueFixes() {
  const { data = [] } = useQuery(dueFixesQuery());
  if (data.length === 0) return null;
  return (
    <Panel title="Verify now" flush>
      <ul aria-label="Fixes to verify" className="divide-line divide-y">
        {data.map((fix) => (
          <DueRow key={fix.id} fix={fix} />
        ))}
      </ul>
    </Panel>
  );
}

/** Said here, or in the conversation; put off, it comes up again tomorrow morning. */
function DueRow({ fix }: { fix: DueFix }) {
  const outcome = useFixOutcome(fix.session_id);
  const busy = outcome.isPending;
  const snooze = () =>
    outcome.mutate({
      fixId: fix.id,
      status: 'applied_pending',
      pending_reason: fix.pending_reason ?? 'Still waiting',
      due_at: tomorrow(new Date()).toISOString(),
    });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
      <Hourglass aria-hidden className="text-info size-4 shrink-0" />
      <Link to={`/pilot/${fix.session_id}`} className="group min-w-0 flex-1 basis-56">
        <span className="block font-medium group-hover:underline">{fix.title}</span>
        <span className="text-fg-muted block truncate text-sm">
          {fix.pending_reason ?? fix.problem_summary}
          {fix.due_at && <span className="text-fg-subtle"> · due {formatAgo(fix.due_at)}</span>}
        </span>
      </Link>
      <span className="flex flex-wrap items-center gap-1.5">
        <Button
          size="sm"
          disabled={busy}
          onClick={() => outcome.mutate({ fixId: fix.id, status: 'applied_success' })}
        >
          Worked
        </Button>
        <Button
          size="sm"
          disabled={busy}
          onClick={() => outcome.mutate({ fixId: fix.id, status: 'applied_failed' })}
        >
          Didn’t work
        </Button>
        <Button size="sm" variant="ghost" disabled={busy} onClick={snooze}>
          Ask tomorrow
        </Button>
      </span>
      {outcome.isError && (
        <p role="alert" className="text-danger basis-full text-sm">
          {messageOf(outcome.error)}
        </p>
      )}
    </li>
  );
}

function tomorrow(now: Date): Date {
  const morning = new Date(now.getTime() + DAY_MS);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return morning;
}
