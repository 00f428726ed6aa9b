import { Layers } from 'lucide-react';
import { Link } from 'react-router';

import type { SessionResponse } from '@/shared/api/types';
import { formatAgo, formatDuration } from '@/shared/lib/dates';
import { filledIn } from '@/shared/lib/variables';
import { FlowTypeTile } from '@/shared/ui/flow-type-badge';

import { SessionStatusBadge } from './outcome-badge';

function when(session: SessionResponse): string {
  if (session.completed_at) return `finished ${formatAgo(session.completed_at)}`;
  if (session.started_at) return `started ${formatAgo(session.started_at)}`;
  return `prepared ${formatAgo(session.created_at)}`;
}

export function SessionRow({
  session,
  hideStatus = false,
}: {
  session: SessionResponse;
  hideStatus?: boolean;
}) {
  return (
    <li className="hover:bg-hover has-[a:focus-visible]:bg-hover relative flex items-center gap-3 px-4 py-2.5 transition-colors duration-120">
      <FlowTypeTile type={session.tree_snapshot.tree_type} />
      <div className="min-w-0 flex-1">
        <Link
          to={`/sessions/${session.id}`}
          data-row
          className="focus-visible:after:outline-focus block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
        >
          {session.tree_snapshot.name}
        </Link>
        <p className="text-fg-muted flex gap-x-2 truncate text-sm">
          {session.ticket_number && <span className="font-mono">#{session.ticket_number}</span>}
          {session.client_name && <span className="truncate">{session.client_name}</span>}
          {session.target_label && <span className="truncate font-mono">{session.target_label}</span>}
          {!session.ticket_number && !session.client_name && !session.target_label && (
            <span className="text-fg-subtle">No ticket</span>
          )}
        </p>
        {session.status === 'prepared' && <FilledIn session={session} />}
      </div>
      {session.batch_id && (
        <Link
          to={`/batches/${session.batch_id}`}
          // Above the row's own link, which covers the whole row.
          className="text-fg-muted hover:text-fg relative z-10 inline-flex min-h-6 shrink-0 items-center gap-1 rounded-sm px-1 text-sm hover:underline"
        >
          <Layers aria-hidden className="size-3.5" /> Round
        </Link>
      )}
      {session.status !== 'prepared' && (
        <span className="text-fg-subtle hidden w-16 shrink-0 text-right text-sm tabular-nums md:block">
          {formatDuration(session.active_seconds)}
        </span>
      )}
      <span className="text-fg-subtle hidden w-40 shrink-0 text-right text-sm sm:block">{when(session)}</span>
      {!hideStatus && (
        <span className="flex w-24 shrink-0 justify-end">
          <SessionStatusBadge session={session} />
        </span>
      )}
    </li>
  );
}

/** What was filled in for the engineer, so that nobody opens a prepared session only to see what is known. */
function FilledIn({ session }: { session: SessionResponse }) {
  const values = filledIn(session);
  if (values.length === 0) return null;
  return (
    <dl className="mt-0.5 flex h-4.5 flex-wrap gap-x-3 overflow-hidden text-sm">
      {values.map(({ name, label, text }) => (
        <div key={name} className="flex max-w-60 gap-1">
          <dt className="text-fg-subtle shrink-0">{label}:</dt>
          <dd className="truncate">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

export function SessionList({
  sessions,
  label,
  hideStatus = false,
}: {
  sessions: SessionResponse[];
  label: string;
  hideStatus?: boolean;
}) {
  return (
    <ul aria-label={label} className="divide-line divide-y overflow-hidden">
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} hideStatus={hideStatus} />
      ))}
    </ul>
  );
}
