import { useQuery } from '@tanstack/react-query';

import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { aiSessionQuery } from './api/queries';
import { Conversation, type Joined } from './components/conversation';

export function SessionPage({ sessionId, joined }: { sessionId: string; joined?: Joined }) {
  const query = useQuery(aiSessionQuery(sessionId));
  return (
    <QueryView page query={query} skeleton={<ConversationSkeleton />}>
      {(session) => <Conversation key={session.id} session={session} joined={joined} />}
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
