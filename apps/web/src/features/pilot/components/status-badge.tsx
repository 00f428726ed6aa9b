import { Badge } from '@/shared/ui/badge';

import type { AiSessionStatus } from '../api/types';
import { STATUS } from '../model/words';

export function AiStatusBadge({ status }: { status: AiSessionStatus }) {
  const { icon, tone, word } = STATUS[status];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}
