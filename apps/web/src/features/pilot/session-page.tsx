import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { aiSessionQuery } from './api/queries';
import { Conversation } from './components/conversation';

export function Component() {
  const { sessionId = '' } = useParams();
  const query = useQuery(aiSessionQuery(sessionId));
  return (
    <QueryView page query={query} skeleton={<ConversationSkeleton />}>
      {(session) => <Conversation key={session.id} session={session} />}
    </QueryView>
  );
}

function ConversationSkeleton() {
  return (
    <div role="status" aria-label="Loading the session" className="grid gap-6 pt-4">
      <Skeleton className="h-12" />
      <Skeleton className="ml-auto h-12 w-1/3" />
      <Skeleton className="h-6 w-2/3" />
      <Skeleton className="h-64" />
    </div>
  );
}
