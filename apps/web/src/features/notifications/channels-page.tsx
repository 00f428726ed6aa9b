import { useQuery } from '@tanstack/react-query';
import { Megaphone, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { channelsQuery } from './api/queries';
import { ChannelRow } from './components/channel-row';

const ChannelDialog = lazy(() => import('./components/channel-dialog'));

/** Where the whole account is told: a channel of Slack or Teams. */
export function Component() {
  const query = useQuery(channelsQuery());
  const [adding, setAdding] = useState(false);
  return (
    <QueryView page query={query} skeleton={<ChannelsSkeleton />}>
      {(channels) => (
        <div className="max-w-4xl">
          <PageHeader
            title="Channels"
            eyebrow="Account"
            description="Slack and Teams channels that hear of escalations as they happen."
            actions={
              <Button variant="primary" onClick={() => setAdding(true)}>
                <Plus aria-hidden className="size-4" /> Add a channel
              </Button>
            }
          />
          {channels.length === 0 ? (
            <EmptyState icon={Megaphone} title="No channel yet">
              Make an incoming webhook in Slack or Teams and add its address here. What is sent names the
              problem, the ticket and who escalated; nothing of the conversation.
            </EmptyState>
          ) : (
            <Panel title="Channels" flush>
              <ul aria-label="Channels" className="divide-line divide-y">
                {channels.map((channel) => (
                  <ChannelRow key={channel.id} channel={channel} />
                ))}
              </ul>
            </Panel>
          )}
          <Suspense fallback={null}>{adding && <ChannelDialog onClose={() => setAdding(false)} />}</Suspense>
        </div>
      )}
    </QueryView>
  );
}

function ChannelsSkeleton() {
  return (
    <div role="status" aria-label="Loading channels" className="grid max-w-4xl gap-6">
      <Skeleton className="h-7 w-60" />
      <Skeleton className="h-40" />
    </div>
  );
}
