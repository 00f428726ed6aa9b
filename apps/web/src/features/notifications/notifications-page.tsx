import { useInfiniteQuery } from '@tanstack/react-query';
import { Bell, ChevronDown, Settings } from 'lucide-react';

import { useUrlState } from '@/shared/lib/use-url-state';
import { Button, ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { LoadMore } from '@/shared/ui/load-more';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { notificationsQuery } from './api/queries';
import { MarkAllRead, NotificationList } from './components/notification-list';

export function Component() {
  const { get, set } = useUrlState();
  const unread = get('show') === 'unread';
  const query = useInfiniteQuery(notificationsQuery(unread));
  return (
    <>
      <PageHeader
        title="Notifications"
        description="What happened to your sessions, and what waits for you."
        actions={
          <ButtonLink to="/account/notifications">
            <Settings aria-hidden className="size-4" /> What I am told
          </ButtonLink>
        }
      />
      <div className="grid max-w-4xl gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant={unread ? 'selected' : 'secondary'}
            aria-pressed={unread}
            onClick={() => set({ show: unread ? null : 'unread' })}
          >
            Unread only
          </Button>
          <MarkAllRead />
        </div>
        <QueryView query={query} skeleton={<SkeletonRows rows={5} label="Loading notifications" />}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) return <Empty unread={unread} />;
            return (
              <div className="border-line bg-surface overflow-hidden rounded-lg border">
                <NotificationList items={items} />
              </div>
            );
          }}
        </QueryView>
        <LoadMore query={query} className="justify-self-start">
          <ChevronDown aria-hidden className="size-3.5" /> Load older
        </LoadMore>
        {query.isFetchNextPageError && (
          <p role="alert" className="text-danger text-sm">
            The older ones did not load.
          </p>
        )}
      </div>
    </>
  );
}

function Empty({ unread }: { unread: boolean }) {
  return unread ? (
    <EmptyState icon={Bell} title="All read">
      What is new appears here by itself.
    </EmptyState>
  ) : (
    <EmptyState icon={Bell} title="No notifications yet">
      You are told when somebody escalates, when your escalation is claimed, and what becomes of it.
    </EmptyState>
  );
}
