import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';

import type { EscalationNumbers } from '@/shared/api/types';
import { useUrlState } from '@/shared/lib/use-url-state';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { numbersQuery } from './api/queries';
import { GroupPanel } from './components/group-panel';
import { durationText, PERIODS, periodOf, rangeOf, shareText } from './model/numbers';
import { domainName } from './model/words';

export function Component() {
  const { get, set } = useUrlState();
  const [now] = useState(() => Date.now());
  const days = periodOf(get('days'));
  const { from, to } = rangeOf(days, now);
  const query = useQuery(numbersQuery(from, to));
  return (
    <>
      <PageHeader
        title="Escalation numbers"
        eyebrow={
          <Link
            to="/escalations"
            className="hover:text-fg inline-flex min-h-6 items-center gap-1 hover:underline"
          >
            <ArrowLeft aria-hidden className="size-3.5" /> Escalations
          </Link>
        }
        description="How long what is handed over waits, and what becomes of it."
        actions={
          <div role="group" aria-label="Period" className="flex gap-1">
            {PERIODS.map(({ days: choice, label }) => (
              <Button
                key={choice}
                variant={choice === days ? 'selected' : 'secondary'}
                aria-pressed={choice === days}
                onClick={() => set({ days: choice === 30 ? null : String(choice) })}
              >
                {label}
              </Button>
            ))}
          </div>
        }
      />
      <QueryView query={query} skeleton={<NumbersSkeleton />}>
        {(numbers) => (numbers.volume === 0 ? <Nothing /> : <Numbers numbers={numbers} />)}
      </QueryView>
    </>
  );
}

function Numbers({ numbers }: { numbers: EscalationNumbers }) {
  const { volume, claimed, resolved_after_pickup: resolved } = numbers;
  return (
    <div className="grid grid-cols-1 gap-6">
      <dl className="grid grid-cols-2 gap-3 xl:grid-cols-3">
        <Figure
          name="Escalations"
          value={volume.toLocaleString()}
          hint={`${claimed.toLocaleString()} claimed`}
        />
        <Figure
          name="Time to claim"
          value={durationText(numbers.median_time_to_claim_seconds)}
          hint="median, from escalating"
        />
        <Figure
          name="Time to first action"
          value={durationText(numbers.median_time_to_first_action_seconds)}
          hint="median, from claiming"
        />
        <Figure
          name="Steps done again"
          value={numbers.repeated_steps.toLocaleString()}
          hint="after the pickup"
        />
        <Figure
          name="Time to resolve"
          value={durationText(numbers.median_time_to_resolve_seconds)}
          hint="median, from claiming"
        />
        <Figure
          name="Resolved after pickup"
          value={shareText(resolved, claimed)}
          hint={`${resolved.toLocaleString()} of ${claimed.toLocaleString()} claimed`}
        />
      </dl>
      <GroupPanel
        title="By domain"
        column="Domain"
        groups={numbers.by_domain.map((group) => ({ ...group, name: domainName(group.name) }))}
      />
      <GroupPanel title="By client" column="Client" groups={numbers.by_client} />
      <GroupPanel title="By who handed over" column="Engineer" groups={numbers.by_engineer} />
      <GroupPanel title="By who claimed" column="Engineer" groups={numbers.by_claimer} />
    </div>
  );
}

function Figure({ name, value, hint }: { name: string; value: string; hint: string }) {
  return (
    <div className="border-line bg-surface rounded-lg border px-4 py-3">
      <dt className="text-fg-muted text-sm">{name}</dt>
      <dd className="text-2xl font-semibold tabular-nums">{value}</dd>
      <dd className="text-fg-subtle text-xs">{hint}</dd>
    </div>
  );
}

function Nothing() {
  return (
    <EmptyState icon={ChartColumn} title="Nobody escalated in this period">
      When a session is handed over, it is counted here: how long it waited, who claimed it, and whether it
      was resolved.
    </EmptyState>
  );
}

function NumbersSkeleton() {
  return (
    <div role="status" aria-label="Loading the numbers" className="grid gap-6">
      <Skeleton className="h-24" />
      <Skeleton className="h-48" />
      <Skeleton className="h-48" />
    </div>
  );
}
