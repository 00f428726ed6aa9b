import { useQuery } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';
import { Link } from 'react-router';

import { formatAgo } from '@/shared/lib/dates';
import { Panel } from '@/shared/ui/panel';

import { dueFixesQuery } from '../api/queries';

/** Fixes that were parked until it shows whether they helped, and should be looked at by now. */
export function DueFixes() {
  const { data = [] } = useQuery(dueFixesQuery());
  if (data.length === 0) return null;
  return (
    <div className="mt-6">
      <Panel title="Waiting to be verified" flush>
        <ul className="divide-line divide-y">
          {data.map((fix) => (
            <li key={fix.id}>
              <Link
                to={`/pilot/${fix.session_id}`}
                className="hover:bg-hover flex items-center gap-3 px-4 py-2.5 -outline-offset-2!"
              >
                <Hourglass aria-hidden className="text-info size-4 shrink-0" />
                <span className="min-w-0 flex-1">
                  <span className="block font-medium">{fix.title}</span>
                  <span className="text-fg-muted block truncate text-sm">
                    {fix.pending_reason ?? fix.problem_summary}
                  </span>
                </span>
                {fix.due_at && (
                  <span className="text-fg-subtle shrink-0 text-sm">due {formatAgo(fix.due_at)}</span>
                )}
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
