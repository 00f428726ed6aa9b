import { useQuery } from '@tanstack/react-query';
import { MessagesSquare, Plus } from 'lucide-react';
import { useState } from 'react';

import type { Channel } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { channelsQuery } from './api';
import { ChannelCard } from './components/channel-card';
import { ChannelDialog } from './components/channel-dialog';
import { MessageLog } from './components/message-log';

/** Where the team's chat hears of what happens. */
export default function ChannelsTab() {
  const query = useQuery(channelsQuery());
  /** The channel in the dialog; `null` is a new one. */
  const [open, setOpen] = useState<Channel | null | undefined>(undefined);
  const add = (
    <Button variant="primary" onClick={() => setOpen(null)}>
      <Plus aria-hidden className="size-4" /> Add a channel
    </Button>
  );
  return (
    <QueryView query={query} skeleton={<Skeleton className="h-48 max-w-3xl" />}>
      {(channels) => (
        <div className="grid max-w-3xl gap-5">
          {channels.length === 0 ? (
            <EmptyState icon={MessagesSquare} title="No channel is told anything yet" action={add}>
              A Slack or Teams channel that hears of escalations gets them claimed sooner.
            </EmptyState>
          ) : (
            <>
              <div className="flex justify-end">{add}</div>
              {channels.map((channel) => (
                <ChannelCard key={channel.id} channel={channel} onChange={() => setOpen(channel)} />
              ))}
            </>
          )}
          <MessageLog channels={channels} />
          {open !== undefined && (
            <ChannelDialog
              channel={open}
              onClose={() => setOpen(undefined)}
              onSaved={() => {
                notify(
                  'success',
                  open === null ? 'The channel is added. Send it a test.' : 'The channel is saved.',
                );
                setOpen(undefined);
              }}
            />
          )}
        </div>
      )}
    </QueryView>
  );
}
