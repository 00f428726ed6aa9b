import { Compass } from 'lucide-react';
import { Link } from 'react-router';

import { formatAgo } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';

import type { AiSessionSummary } from '../api/types';
import { headingOf } from '../model/words';
import { AiStatusBadge } from './status-badge';

/** A conversation that is open, as a running session is shown: one click, and the engineer is back in it. */
export function ConversationCard({ session }: { session: AiSessionSummary }) {
  const { problem_summary: problem, psa_ticket_id: ticket, client_name: client, step_count: steps } = session;
  const heading = headingOf(session);
  return (
    <div className="border-line bg-surface hover:border-control relative flex h-full flex-col rounded-lg border p-4 transition-colors duration-120">
      <p className="text-fg-subtle flex items-center gap-2 text-sm">
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <Compass aria-hidden className="size-3.5" />
          Pilot
        </span>
        <span className="ml-auto">
          {session.status === 'active' ? (
            steps > 0 && plural(steps, 'step')
          ) : (
            <AiStatusBadge status={session.status} />
          )}
        </span>
      </p>
      <Link
        to={`/pilot/${session.id}`}
        className="focus-visible:after:outline-focus mt-2 line-clamp-2 font-semibold break-words after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2"
      >
        {heading}
      </Link>
      <p className="text-fg-muted truncate text-sm">
        {ticket && <span className="mr-2 font-mono">#{ticket}</span>}
        {client}
      </p>
      {problem && problem !== heading && (
        <p className="border-accent mt-3 line-clamp-2 border-l-2 pl-2.5 text-sm break-words">{problem}</p>
      )}
      <p className="text-fg-subtle mt-auto pt-3 text-xs">Last change {formatAgo(session.updated_at)}</p>
    </div>
  );
}

/** One that has ended, as a row of a list of sessions. */
export function ConversationRow({ session }: { session: AiSessionSummary }) {
  const { psa_ticket_id: ticket, client_name: client } = session;
  return (
    <li className="hover:bg-hover has-[a:focus-visible]:bg-hover relative flex items-center gap-3 px-4 py-2.5 transition-colors duration-120">
      <span
        aria-hidden
        className="border-line bg-raised text-fg-muted grid size-8 shrink-0 place-items-center rounded-md border"
      >
        <Compass className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          to={`/pilot/${session.id}`}
          className="focus-visible:after:outline-focus block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
        >
          {headingOf(session)}
        </Link>
        <p className="text-fg-muted flex gap-x-2 truncate text-sm">
          {ticket && <span className="font-mono">#{ticket}</span>}
          {client && <span className="truncate">{client}</span>}
          {!ticket && !client && <span className="text-fg-subtle">No ticket</span>}
        </p>
      </div>
      <span className="text-fg-subtle hidden w-40 shrink-0 text-right text-sm sm:block">
        finished {formatAgo(session.resolved_at ?? session.updated_at)}
      </span>
      <span className="flex w-24 shrink-0 justify-end">
        <AiStatusBadge status={session.status} />
      </span>
    </li>
  );
}
