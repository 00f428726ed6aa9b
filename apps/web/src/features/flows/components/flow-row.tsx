import { Link } from 'react-router';

import type { TreeSummary } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { FLOW_TYPE_LABEL } from '@/shared/lib/flow-structure';
import { plural } from '@/shared/lib/plural';
import { Badge } from '@/shared/ui/badge';
import { FlowTypeTile } from '@/shared/ui/flow-type-badge';

import { FavouriteButton } from './favourite-button';
import { FolderButton } from './folder-button';

/** One flow in a list. The name is the link; the whole row is its target. */
export function FlowRow({ flow, compact = false }: { flow: TreeSummary; compact?: boolean }) {
  return (
    <li className="group hover:bg-hover has-[a:focus-visible]:bg-hover relative flex items-center gap-3 px-4 py-2.5 transition-colors duration-120">
      <FlowTypeTile type={flow.tree_type} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <Link
            to={`/flows/${flow.id}`}
            data-row
            className="focus-visible:after:outline-focus truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
          >
            {flow.name}
          </Link>
          {flow.status === 'draft' && <Badge tone="warning">Draft</Badge>}
          {!flow.is_active && <Badge>Archived</Badge>}
          {flow.upstream_changed && <Badge tone="info">Original changed</Badge>}
        </div>
        {compact ? (
          <p className="text-fg-subtle truncate text-sm">
            {FLOW_TYPE_LABEL[flow.tree_type]} · {flow.category ?? 'No category'}
          </p>
        ) : (
          <p className="text-fg-muted truncate text-sm">{flow.description ?? 'No description'}</p>
        )}
      </div>
      {!compact && (
        <>
          <ul
            aria-label="Tags"
            className="hidden h-6 max-w-56 shrink-0 flex-wrap justify-end gap-1 overflow-hidden 2xl:flex"
          >
            {flow.tags.slice(0, 3).map((tag) => (
              <li key={tag}>
                <Badge>{tag}</Badge>
              </li>
            ))}
          </ul>
          <span className="text-fg-muted hidden w-28 shrink-0 truncate text-sm lg:block">
            {flow.category ?? ''}
          </span>
          <span className="text-fg-muted hidden w-20 shrink-0 text-right text-sm tabular-nums md:block">
            {plural(flow.step_count, 'step')}
          </span>
        </>
      )}
      <div className="text-fg-subtle hidden w-28 shrink-0 text-right text-sm tabular-nums sm:block">
        <p>{flow.usage_count > 0 ? plural(flow.usage_count, 'run') : formatAgo(flow.updated_at)}</p>
        {!compact && flow.success_rate != null && <p>{Math.round(flow.success_rate * 100)} % resolved</p>}
      </div>
      {!compact && (
        <div className="-mr-1.5 flex shrink-0">
          <FolderButton flow={flow} />
          <FavouriteButton flow={flow} />
        </div>
      )}
    </li>
  );
}

export function FlowList({
  flows,
  compact = false,
  label,
}: {
  flows: TreeSummary[];
  compact?: boolean;
  label: string;
}) {
  return (
    <ul aria-label={label} className="divide-line divide-y overflow-hidden">
      {flows.map((flow) => (
        <FlowRow key={flow.id} flow={flow} compact={compact} />
      ))}
    </ul>
  );
}
