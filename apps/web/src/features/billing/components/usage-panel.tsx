import { clsx } from 'clsx';

import type { Billing } from '@/shared/api/types';
import { Panel } from '@/shared/ui/panel';

/** What is used of the plan, each against its limit. */
export function UsagePanel({ billing }: { billing: Billing }) {
  return (
    <Panel title="Used of the plan">
      <dl className="grid gap-5 sm:grid-cols-2 xl:grid-cols-3">
        <Meter name="Flows of your own" used={billing.tree_count} limit={billing.tree_limit ?? null}>
          Archived flows and the shipped library do not count.
        </Meter>
        <Meter
          name="Documents turned into flows"
          used={billing.kb_conversions_used}
          limit={billing.kb_conversions_limit ?? null}
        >
          Counted for the life of the account; only successful ones.
        </Meter>
        {billing.plan === 'pro' && (
          <div>
            <dt className="text-fg-muted text-sm">Seats paid for</dt>
            <dd className="mt-1 text-lg font-semibold tabular-nums">{billing.seats.toLocaleString()}</dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}

function Meter({
  name,
  used,
  limit,
  children,
}: {
  name: string;
  used: number;
  limit: number | null;
  children: string;
}) {
  const full = limit !== null && used >= limit;
  return (
    <div>
      <dt className="text-fg-muted text-sm">{name}</dt>
      <dd className="mt-1">
        <span className="text-lg font-semibold tabular-nums">{used.toLocaleString()}</span>{' '}
        <span className="text-fg-muted tabular-nums">
          {limit === null ? 'with no limit' : `of ${limit.toLocaleString()}`}
        </span>
        {limit !== null && (
          <span aria-hidden className="bg-hover mt-2 block h-1.5 overflow-hidden rounded-full">
            <span
              className="bg-accent block h-full rounded-full"
              style={{ width: `${limit === 0 ? 100 : Math.min(100, (used / limit) * 100)}%` }}
            />
          </span>
        )}
        <span className={clsx('mt-1.5 block text-xs', full ? 'text-danger' : 'text-fg-subtle')}>
          {full ? 'The limit is reached. ' : ''}
          {children}
        </span>
      </dd>
    </div>
  );
}
