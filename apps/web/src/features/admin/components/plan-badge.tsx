import type { SiteAccount } from '@/shared/api/types';
import { Badge } from '@/shared/ui/badge';

import { PLANS, STATUSES } from '../model/words';

export function PlanBadge({ subscription }: Pick<SiteAccount, 'subscription'>) {
  if (!subscription) return <Badge tone="danger">No plan</Badge>;
  const { words, tone } = STATUSES[subscription.status];
  return (
    <span className="inline-flex items-center gap-2">
      {PLANS[subscription.plan]}
      <Badge tone={tone}>{words}</Badge>
    </span>
  );
}
