import { lazy, Suspense } from 'react';

import { PsaTabs, type MoreTab } from '@/features/psa/psa-tabs';
import { PageHeader } from '@/shared/ui/page-header';
import { Skeleton } from '@/shared/ui/skeleton';

const ChannelsTab = lazy(() => import('@/features/channels/channels-tab'));

/** Tabs of other features about other services stand here, each `{ value, label, content }` with a lazy content. */
const MORE: MoreTab[] = [
  {
    value: 'channels',
    label: 'Channels',
    content: (
      <Suspense fallback={<Skeleton className="h-48 max-w-3xl" />}>
        <ChannelsTab />
      </Suspense>
    ),
  },
];

export function Component() {
  return (
    <>
      <PageHeader
        title="Integrations"
        eyebrow="Account"
        description="Your PSA: sessions start from its tickets, and every note reaches its ticket once. Your chat: a channel that hears of escalations."
      />
      <PsaTabs more={MORE} />
    </>
  );
}
