import { PsaTabs, type MoreTab } from '@/features/psa/psa-tabs';
import { PageHeader } from '@/shared/ui/page-header';

/** Tabs of other features about other services stand here, each `{ value, label, content }` with a lazy content. */
const MORE: MoreTab[] = [];

export function Component() {
  return (
    <>
      <PageHeader
        title="Integrations"
        eyebrow="Account"
        description="Your PSA: sessions start from its tickets, and every note reaches its ticket once."
      />
      <PsaTabs more={MORE} />
    </>
  );
}
