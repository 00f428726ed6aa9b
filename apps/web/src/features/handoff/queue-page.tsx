import { useInfiniteQuery } from '@tanstack/react-query';
import { ChartColumn, ChevronDown, Inbox, Lock, RefreshCw } from 'lucide-react';

import { useAuth } from '@/shared/api/auth-session';
import type { Handoff } from '@/shared/api/types';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { useUrlState } from '@/shared/lib/use-url-state';
import { useLive } from '@/shared/realtime/live';
import { ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { SelectField } from '@/shared/ui/field';
import { LoadMore } from '@/shared/ui/load-more';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { queueQuery } from './api/queries';
import { QueueCard } from './components/queue-card';
import { domainName, problemOf } from './model/words';
import { useArrivals } from './use-arrivals';

export function Component() {
  const mayWork = useAuth((s) => s.user?.role !== 'viewer');
  if (!mayWork) return <NoAccess />;
  return <Queue />;
}

const rowsOf = (data: { pages: { items: Handoff[] }[] } | undefined) =>
  data?.pages.flatMap((page) => page.items);

function Queue() {
  const { get, set } = useUrlState();
  const domain = get('domain');
  const all = useInfiniteQuery(queueQuery());
  const query = useInfiniteQuery(queueQuery(domain));
  const handoffs = rowsOf(query.data);
  // Also what the filter leaves out is told: somebody waits.
  const arrived = useArrivals(rowsOf(all.data));
  return (
    <>
      <PageHeader
        title="Escalations"
        description="What colleagues handed over and nobody has taken yet. Each opens with what was tried and seen."
        actions={
          <ButtonLink to="/escalations/numbers">
            <ChartColumn aria-hidden className="size-4" /> Numbers
          </ButtonLink>
        }
      />
      <Connection />
      <DomainFilter
        handoffs={rowsOf(all.data) ?? []}
        value={domain}
        onChange={(next) => set({ domain: next })}
      />
      <Announcement newest={arrived[0]} />
      <QueryView query={query} skeleton={<SkeletonRows rows={4} label="Loading escalations" />}>
        {() => <Cards handoffs={handoffs ?? []} arrived={arrived} filtered={domain !== ''} />}
      </QueryView>
      <LoadMore query={query} className="mt-3">
        <ChevronDown aria-hidden className="size-3.5" /> Load more
      </LoadMore>
      {query.isFetchNextPageError && (
        <p role="alert" className="text-danger mt-1 text-sm">
          The rest did not load.
        </p>
      )}
    </>
  );
}

/** Only where there is something to choose from. */
function DomainFilter({
  handoffs,
  value,
  onChange,
}: {
  handoffs: Handoff[];
  value: string;
  onChange: (domain: string) => void;
}) {
  const known = handoffs.flatMap(({ snapshot }) => snapshot.problem_domain ?? []);
  const domains = [...new Set(value === '' ? known : [...known, value])].toSorted();
  if (domains.length < 2 && value === '') return null;
  return (
    <div className="mb-3 w-56">
      <SelectField label="Domain" hideLabel value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">All domains</option>
        {domains.map((domain) => (
          <option key={domain} value={domain}>
            {domainName(domain)}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

interface CardsProps {
  handoffs: Handoff[];
  arrived: Handoff[];
  filtered: boolean;
}

function Cards({ handoffs, arrived, filtered }: CardsProps) {
  const { container, onKeyDown } = useRowKeys<HTMLDivElement>();
  if (handoffs.length === 0) {
    return filtered ? (
      <EmptyState icon={Inbox} title="Nothing waits in this domain">
        Look at all domains: something else may wait.
      </EmptyState>
    ) : (
      <EmptyState icon={Inbox} title="Nothing waits">
        What is escalated appears here by itself, as it happens.
      </EmptyState>
    );
  }
  return (
    <div ref={container} onKeyDown={onKeyDown} role="presentation">
      <ul aria-label="Escalations that wait" className="grid max-w-4xl gap-3">
        {handoffs.map((handoff) => (
          <QueueCard key={handoff.id} handoff={handoff} fresh={arrived.some(({ id }) => id === handoff.id)} />
        ))}
      </ul>
    </div>
  );
}

/** Said once, after whatever the screen reader is saying. */
function Announcement({ newest }: { newest: Handoff | undefined }) {
  return (
    <p role="status" className="sr-only">
      {newest ? `New escalation from ${newest.created_by_name}: ${problemOf(newest)}` : ''}
    </p>
  );
}

/** Only a break of the connection is worth a word. */
function Connection() {
  const waiting = useLive((s) => s.status === 'waiting');
  if (!waiting) return null;
  return (
    <p className="text-warning mb-3 flex items-center gap-2 text-sm">
      <RefreshCw aria-hidden className="size-3.5" /> Not live at the moment; connecting again.
    </p>
  );
}

function NoAccess() {
  return (
    <>
      <PageHeader title="Escalations" />
      <EmptyState
        icon={Lock}
        title="You cannot open this"
        action={<ButtonLink to="/flows">Look at the flows</ButtonLink>}
      >
        Escalations go to engineers; a viewer reads flows and notes. Ask a team admin if you need it.
      </EmptyState>
    </>
  );
}
