import { useInfiniteQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { ChevronDown, Plus } from 'lucide-react';
import { NavLink } from 'react-router';

import { formatAgo } from '@/shared/lib/dates';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { Button, ButtonLink } from '@/shared/ui/button';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { recentQuery } from '../api/queries';
import type { AiSessionSummary } from '../api/types';
import { titleOf } from '../model/words';
import { AiStatusBadge } from './status-badge';

/** The conversations of this person, what something happened to last first. */
export function SessionSidebar() {
  const query = useInfiniteQuery(recentQuery());
  const { container, onKeyDown } = useRowKeys<HTMLDivElement>();
  return (
    <nav aria-label="Pilot sessions" className="flex flex-col overflow-hidden">
      <div className="mb-2 flex items-center gap-2">
        <h2 className="text-sm font-semibold">Recent</h2>
        <ButtonLink to="/pilot" size="sm" className="ml-auto">
          <Plus aria-hidden className="size-3.5" /> New
        </ButtonLink>
      </div>
      <div ref={container} onKeyDown={onKeyDown} role="presentation" className="flex-1 overflow-y-auto">
        <QueryView query={query} skeleton={<SkeletonRows rows={4} label="Loading sessions" />}>
          {({ pages }) => {
            const sessions = pages.flatMap((page) => page.items);
            if (sessions.length === 0) {
              return (
                <p className="text-fg-muted border-line rounded-lg border border-dashed px-3 py-4 text-sm">
                  Nothing yet. What you start stays here, with its note.
                </p>
              );
            }
            return (
              <>
                <ul aria-label="Pilot sessions" className="grid gap-0.5">
                  {sessions.map((session) => (
                    <SessionItem key={session.id} session={session} />
                  ))}
                </ul>
                {query.hasNextPage && (
                  <Button
                    size="sm"
                    variant="ghost"
                    className="mt-2"
                    onClick={() => void query.fetchNextPage()}
                    busy={query.isFetchingNextPage}
                  >
                    <ChevronDown aria-hidden className="size-3.5" /> Load older
                  </Button>
                )}
                {query.isFetchNextPageError && (
                  <p role="alert" className="text-danger mt-1 text-sm">
                    The older sessions did not load.
                  </p>
                )}
              </>
            );
          }}
        </QueryView>
      </div>
    </nav>
  );
}

function SessionItem({ session }: { session: AiSessionSummary }) {
  const { problem_summary: problem, psa_ticket_id: ticket, client_name: client } = session;
  const title = titleOf(session);
  return (
    <li>
      <NavLink
        to={`/pilot/${session.id}`}
        data-row
        className={({ isActive }) =>
          clsx(
            'grid gap-0.5 rounded-md px-2.5 py-2 text-sm -outline-offset-2! transition-colors duration-120',
            isActive ? 'bg-hover' : 'hover:bg-hover',
          )
        }
      >
        <span className="truncate font-medium">{title}</span>
        {problem && problem !== title && <span className="text-fg-muted truncate">{problem}</span>}
        <span className="text-fg-subtle flex min-w-0 items-center gap-1.5 text-xs">
          {session.status !== 'active' && <AiStatusBadge status={session.status} />}
          {ticket && <span className="text-fg-muted font-mono">#{ticket}</span>}
          {client && session.status === 'active' && <span className="truncate">{client}</span>}
          <span className="ml-auto shrink-0">{formatAgo(session.updated_at)}</span>
        </span>
      </NavLink>
    </li>
  );
}
