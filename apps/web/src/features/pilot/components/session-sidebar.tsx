import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';

import { formatAgo } from '@/shared/lib/dates';
import { ButtonLink } from '@/shared/ui/button';
import { RecentLink, RecentList } from '@/shared/ui/recent-list';

import { recentQuery } from '../api/recent';
import type { AiSessionSummary } from '../api/types';
import { titleOf } from '../model/words';
import { AiStatusBadge } from './status-badge';

/** The conversations of this person, what something happened to last first. */
export function SessionSidebar() {
  const query = useInfiniteQuery(recentQuery());
  return (
    <nav aria-label="Pilot sessions" className="flex flex-col overflow-hidden">
      <div className="mb-2 flex items-center gap-2">
        <h2 className="text-sm font-semibold">Recent</h2>
        <ButtonLink to="/pilot" size="sm" className="ml-auto">
          <Plus aria-hidden className="size-3.5" /> New
        </ButtonLink>
      </div>
      <RecentList
        query={query}
        label="Pilot sessions"
        things="sessions"
        empty="Nothing yet. What you start stays here, with its note."
      >
        {(session) => <SessionItem key={session.id} session={session} />}
      </RecentList>
    </nav>
  );
}

function SessionItem({ session }: { session: AiSessionSummary }) {
  const { problem_summary: problem, psa_ticket_id: ticket, client_name: client } = session;
  const title = titleOf(session);
  return (
    <li>
      <RecentLink to={`/pilot/${session.id}`} className="grid gap-0.5">
        <span className="truncate font-medium">{title}</span>
        {problem && problem !== title && <span className="text-fg-muted truncate">{problem}</span>}
        <span className="text-fg-subtle flex min-w-0 items-center gap-1.5 text-xs">
          {session.status !== 'active' && <AiStatusBadge status={session.status} />}
          {ticket && <span className="text-fg-muted font-mono">#{ticket}</span>}
          {client && session.status === 'active' && <span className="truncate">{client}</span>}
          <span className="ml-auto shrink-0">{formatAgo(session.updated_at)}</span>
        </span>
      </RecentLink>
    </li>
  );
}
