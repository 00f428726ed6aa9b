import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { sessionQuery } from '../api/queries';
import { ActiveSession } from './active-session';
import { CompletedSession } from './completed-session';
import { PreparedSession } from './prepared-session';

export function RunnerPage() {
  const { sessionId = '' } = useParams();
  const query = useQuery(sessionQuery(sessionId));
  return (
    <QueryView page query={query} skeleton={<RunnerSkeleton />}>
      {(session) => {
        if (session.status === 'completed') return <CompletedSession key={session.id} session={session} />;
        if (session.status === 'prepared') return <PreparedSession key={session.id} server={session} />;
        return <ActiveSession key={session.id} server={session} />;
      }}
    </QueryView>
  );
}

function RunnerSkeleton() {
  return (
    <div role="status" aria-label="Loading the session">
      <Skeleton className="mb-6 h-12" />
      <div className="grid gap-6 lg:grid-cols-[15rem_minmax(0,1fr)]">
        <Skeleton className="hidden h-64 lg:block" />
        <Skeleton className="h-96" />
      </div>
    </div>
  );
}
