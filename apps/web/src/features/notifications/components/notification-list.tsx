import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { Link } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import type { Notification } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { Button } from '@/shared/ui/button';
import { notify } from '@/shared/ui/toast';

import { useMarkAllRead, useMarkRead } from '../api/mutations';
import { unreadQuery } from '../api/queries';

interface ListProps {
  items: Notification[];
  /** One was followed to where it leads. */
  onOpen?: () => void;
}

export function NotificationList({ items, onOpen }: ListProps) {
  return (
    <ul aria-label="Notifications" className="divide-line divide-y">
      {items.map((item) => (
        <Row key={item.id} item={item} onOpen={onOpen} />
      ))}
    </ul>
  );
}

/** Following it reads it. One that leads nowhere is read by its button. */
function Row({ item, onOpen }: { item: Notification; onOpen: (() => void) | undefined }) {
  const markRead = useMarkRead();
  const unread = item.read_at === null;
  const read = () => {
    if (unread) markRead.mutate(item.id);
  };
  return (
    <li className="hover:bg-hover has-[a:focus-visible]:bg-hover relative flex items-start gap-2.5 px-4 py-2.5">
      <span aria-hidden className={clsx('mt-1.5 size-1.5 shrink-0 rounded-full', unread && 'bg-accent-fg')} />
      <div className="min-w-0 flex-1 text-sm">
        <p className={clsx(unread && 'font-medium')}>
          {unread && <span className="sr-only">Unread: </span>}
          {item.link === null ? (
            item.title
          ) : (
            <Link
              to={item.link}
              onClick={() => {
                read();
                onOpen?.();
              }}
              className="focus-visible:after:outline-focus after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
            >
              {item.title}
            </Link>
          )}
        </p>
        {item.body && <p className="text-fg-muted break-words">{item.body}</p>}
        <time
          dateTime={item.created_at}
          title={formatDateTime(item.created_at)}
          className="text-fg-subtle text-xs"
        >
          {formatAgo(item.created_at)}
        </time>
      </div>
      {unread && item.link === null && (
        <Button size="sm" variant="ghost" disabled={markRead.isPending} onClick={read}>
          Read
        </Button>
      )}
    </li>
  );
}

export function MarkAllRead() {
  const { data: unread = 0 } = useQuery(unreadQuery());
  const markAll = useMarkAllRead();
  if (unread === 0) return null;
  return (
    <Button
      size="sm"
      variant="ghost"
      busy={markAll.isPending}
      onClick={() => markAll.mutate(undefined, { onError: (error) => notify('error', messageOf(error)) })}
    >
      Mark all as read
    </Button>
  );
}
