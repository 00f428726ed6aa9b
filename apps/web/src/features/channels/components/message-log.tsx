import { useInfiniteQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';

import { messageOf } from '@/shared/api/problem';
import type { Channel, ChannelMessage } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { PagedRow, PagedRows } from '@/shared/ui/paged-rows';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { messagesQuery, useSendAgain } from '../api';
import { eventLabel, MESSAGE } from '../model/channel';

/** What was told, the newest first, with every try. */
export function MessageLog({ channels }: { channels: Channel[] }) {
  const query = useInfiniteQuery(messagesQuery());
  return (
    <section aria-labelledby="channel-messages" className="grid gap-3">
      <h2 id="channel-messages" className="text-base font-semibold">
        Messages
      </h2>
      <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Loading the messages" />}>
        {({ pages }) => {
          const messages = pages.flatMap(({ items }) => items);
          if (messages.length === 0) {
            return (
              <p className="text-fg-muted text-sm">
                Nothing was told yet. What is stands here, with every try.
              </p>
            );
          }
          return (
            <PagedRows label="Messages" query={query}>
              {messages.map((message) => (
                <MessageRow
                  key={message.id}
                  message={message}
                  channel={channels.find(({ id }) => id === message.channel_id)?.name ?? 'A removed channel'}
                />
              ))}
            </PagedRows>
          );
        }}
      </QueryView>
    </section>
  );
}

function MessageRow({ message, channel }: { message: ChannelMessage; channel: string }) {
  const { word, tone, icon } = MESSAGE[message.state];
  const waits = message.state === 'failed' || message.state === 'uncertain';
  // One that went through at once has nothing more to say.
  const tries = message.state === 'sent' && message.attempts.length === 1 ? [] : message.attempts;
  return (
    <PagedRow action={waits && <SendAgain message={message} />}>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium break-words">{message.title}</span>
        <Badge tone={tone} icon={icon}>
          {word}
        </Badge>
      </p>
      <p className="text-fg-subtle mt-1 text-xs">
        {channel} · {eventLabel(message.kind)} ·{' '}
        <time dateTime={message.created_at} title={formatDateTime(message.created_at)}>
          {formatAgo(message.created_at)}
        </time>
        {message.due_at != null && <> · again at {formatDateTime(message.due_at)}</>}
      </p>
      {tries.length > 0 && (
        <ol aria-label="Tries" className="text-fg-muted mt-1.5 grid list-inside list-decimal gap-1">
          {tries.map((attempt, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- tries are only ever added at the end
            <li key={index} className="break-words">
              {attempt.words}{' '}
              <time dateTime={attempt.at} className="text-fg-subtle text-xs">
                {formatDateTime(attempt.at)}
              </time>
            </li>
          ))}
        </ol>
      )}
    </PagedRow>
  );
}

function SendAgain({ message }: { message: ChannelMessage }) {
  const again = useSendAgain();
  return (
    <Button
      size="sm"
      busy={again.isPending}
      onClick={() => again.mutate(message.id, { onError: (error) => notify('error', messageOf(error)) })}
    >
      {!again.isPending && <RotateCcw aria-hidden className="size-3.5" />} Send again
    </Button>
  );
}
