import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';

import { Popover } from '@/shared/ui/popover';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { notificationsQuery } from '../api/queries';
import { MarkAllRead, NotificationList } from './notification-list';

const SHOWN = 8;

/** The newest few, where one is. */
export default function BellPanel({ trigger }: { trigger: ReactNode }) {
  const [open, setOpen] = useState(true);
  const query = useInfiniteQuery({ ...notificationsQuery(), enabled: open });
  const close = () => setOpen(false);
  return (
    <Popover trigger={trigger} label="Notifications" open={open} onOpenChange={setOpen}>
      <div className="border-line flex min-h-11 items-center gap-2 border-b pr-2 pl-4">
        <h2 className="mr-auto text-sm font-semibold">Notifications</h2>
        <MarkAllRead />
      </div>
      <div className="max-h-80 overflow-y-auto">
        <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Loading notifications" />}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items).slice(0, SHOWN);
            return items.length === 0 ? (
              <p className="text-fg-muted px-4 py-6 text-center text-sm">
                Nothing yet. Escalations and what becomes of them are told here.
              </p>
            ) : (
              <NotificationList items={items} onOpen={close} />
            );
          }}
        </QueryView>
      </div>
      <div className="border-line flex gap-4 border-t px-4 py-2 text-sm">
        <Link to="/notifications" onClick={close} className="text-accent-fg hover:underline">
          All notifications
        </Link>
        <Link to="/account/notifications" onClick={close} className="text-fg-muted ml-auto hover:underline">
          What I am told
        </Link>
      </div>
    </Popover>
  );
}
