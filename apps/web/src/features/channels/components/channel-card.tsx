import { CircleOff, Pencil, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { Channel } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Panel } from '@/shared/ui/panel';
import { RemovalDialog } from '@/shared/ui/removal-dialog';

import { useDeleteChannel, useTestChannel } from '../api';
import { eventLabel, kindOf } from '../model/channel';

/** A channel: where it is, what it is told, and whether a message arrives. */
export function ChannelCard({ channel, onChange }: { channel: Channel; onChange: () => void }) {
  const [leaving, setLeaving] = useState(false);
  const test = useTestChannel();
  const found = channel.test;
  return (
    <Panel
      title={channel.name}
      aside={channel.enabled ? undefined : <Badge icon={CircleOff}>Switched off</Badge>}
    >
      <p className="text-fg-muted text-sm">
        {kindOf(channel.kind).label} at <span className="font-mono break-all">{channel.host}</span>
      </p>
      <p className="mt-2 text-sm">
        {channel.events.length === 0
          ? 'It is told nothing yet.'
          : `Told when: ${channel.events.map(eventLabel).join(' · ')}`}
      </p>
      {test.isError ? (
        <Callout tone="danger" title={messageOf(test.error)} role="alert" className="mt-3" />
      ) : (
        found && (
          <Callout
            tone={found.ok ? 'success' : 'danger'}
            title={found.headline}
            role={found.ok ? 'status' : 'alert'}
            className="mt-3"
          >
            {found.what_to_do} <span className="text-fg-subtle">Tried {formatAgo(found.at)}.</span>
          </Callout>
        )
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <Button busy={test.isPending} onClick={() => test.mutate(channel.id)}>
          {!test.isPending && <Send aria-hidden className="size-4" />} Send a test
        </Button>
        <Button onClick={onChange}>
          <Pencil aria-hidden className="size-4" /> Change
        </Button>
        <Button variant="danger" className="ml-auto" onClick={() => setLeaving(true)}>
          <Trash2 aria-hidden className="size-4" /> Remove…
        </Button>
      </div>
      {leaving && <RemoveDialog channel={channel} onClose={() => setLeaving(false)} />}
    </Panel>
  );
}

function RemoveDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const removal = useDeleteChannel();
  return (
    <RemovalDialog
      title={`Remove ${channel.name}?`}
      description="Its address is deleted and nothing is told there any more. The messages there stay."
      action="Remove"
      removal={removal}
      remove={() => removal.mutateAsync(channel.id)}
      done="The channel is removed."
      onClose={onClose}
    />
  );
}
