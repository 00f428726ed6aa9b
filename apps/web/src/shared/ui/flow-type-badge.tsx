import { GitBranch, ListChecks, Wrench, type LucideIcon } from 'lucide-react';

import type { FlowType } from '@/shared/api/types';
import { FLOW_TYPE_LABEL } from '@/shared/lib/flow-structure';

export const FLOW_TYPE_ICON: Record<FlowType, LucideIcon> = {
  troubleshooting: GitBranch,
  procedural: ListChecks,
  maintenance: Wrench,
};

export function FlowTypeLabel({ type }: { type: FlowType }) {
  const Icon = FLOW_TYPE_ICON[type];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Icon aria-hidden className="size-3.5" />
      {FLOW_TYPE_LABEL[type]}
    </span>
  );
}

/** The type's icon in a tile, for the start of a list row. */
export function FlowTypeTile({ type }: { type: FlowType }) {
  const Icon = FLOW_TYPE_ICON[type];
  return (
    <span
      aria-hidden
      className="border-line bg-raised text-fg-muted grid size-8 shrink-0 place-items-center rounded-md border"
    >
      <Icon className="size-4" />
    </span>
  );
}
