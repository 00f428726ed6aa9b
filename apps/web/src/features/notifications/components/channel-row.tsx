import { useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { Channel } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { notify } from '@/shared/ui/toast';

import { useChangeChannel, useRemoveChannel, useTestChannel } from '../api/mutations';
import { eventName } from '../model/words';

const KIND = { slack: 'Slack', teams: 'Teams' } as const;

export function ChannelRow({ channel }: { channel: Channel }) {
  const change = useChangeChannel();
  const test = useTestChannel();
  const [removing, setRemoving] = useState(false);
  const { id, name, enabled, last_delivery: last } = channel;
  const failed = (error: Error) => notify('error', messageOf(error));
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 text-sm">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{name}</span>
          <Badge>{KIND[channel.kind]}</Badge>
          {!enabled && <Badge tone="warning">Off</Badge>}
        </p>
        <p className="text-fg-subtle">
          <span className="font-mono">{channel.url_hint}</span> · {channel.events.map(eventName).join(', ')}
        </p>
        {last && (
          <p className="text-fg-muted">
            Last sent {formatAgo(last.at)}: {last.state}
            {last.detail && `, ${last.detail}`}
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          busy={test.isPending}
          aria-label={`Send a test to ${name}`}
          onClick={() =>
            test.mutate(id, {
              onSuccess: ({ delivered, detail }) =>
                delivered
                  ? notify('success', `${name} has a test message.`)
                  : notify('error', detail ?? `${name} did not take the message.`),
              onError: failed,
            })
          }
        >
          Send a test
        </Button>
        <Button
          size="sm"
          busy={change.isPending}
          aria-label={`Switch ${name} ${enabled ? 'off' : 'on'}`}
          onClick={() => change.mutate({ id, enabled: !enabled }, { onError: failed })}
        >
          {enabled ? 'Switch off' : 'Switch on'}
        </Button>
        <Button size="sm" variant="danger" aria-label={`Remove ${name}`} onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      {removing && <RemoveDialog channel={channel} onClose={() => setRemoving(false)} />}
    </li>
  );
}

function RemoveDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const remove = useRemoveChannel();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${channel.name}?`}
      description="It hears of nothing any more. Its address is forgotten here."
    >
      {remove.isError && (
        <p role="alert" className="text-danger mb-3 text-sm">
          {messageOf(remove.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          variant="danger"
          busy={remove.isPending}
          onClick={() => remove.mutate(channel.id, { onSuccess: onClose })}
        >
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
