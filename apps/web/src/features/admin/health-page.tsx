import { useQuery } from '@tanstack/react-query';

import { formatTime } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { healthQuery, jobsQuery, outboxQuery, PAGE_SIZE } from './api/admin';

export function Component() {
  const query = useQuery(healthQuery());
  const parked = useQuery(jobsQuery({ state: 'parked', page: 1 })).data?.length ?? 0;
  const failed = useQuery(outboxQuery({ state: 'failed', page: 1 })).data?.length ?? 0;
  return (
    <>
      <PageHeader title="Health" description="How the installation stands, looked at every 15 seconds." />
      <QueryView query={query} skeleton={<SkeletonRows rows={4} label="Loading the health" />}>
        {(health) => (
          <div className="grid max-w-4xl gap-6">
            {!health.store_answers && (
              <Callout tone="danger" title="The database does not answer" role="alert">
                Nothing can be saved until it does. Look at the server's log and at the database itself.
              </Callout>
            )}
            <Panel title="Installation" aside={`Looked at ${formatTime(isoOf(query.dataUpdatedAt), true)}`}>
              <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
                <Fact name="Version">{health.version}</Fact>
                <Fact name="Database">
                  {health.store}{' '}
                  <Badge tone={health.store_answers ? 'success' : 'danger'}>
                    {health.store_answers ? 'Answers' : 'Silent'}
                  </Badge>
                </Fact>
                <Fact name="Billing">{health.billing_enabled ? 'Set up' : 'Not set up'}</Fact>
                <Fact name="Passwords verified since the start">
                  {health.password_verifications.toLocaleString()}
                </Fact>
              </dl>
            </Panel>
            <Panel title="Needs somebody">
              <ul className="grid gap-3">
                <Waiting count={parked} what="Parked jobs" to="/admin/jobs?state=parked" />
                <Waiting count={failed} what="Mails that failed" to="/admin/outbox?state=failed" />
              </ul>
            </Panel>
          </div>
        )}
      </QueryView>
    </>
  );
}

const isoOf = (ms: number) => new Date(ms).toISOString();

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-fg-muted text-xs">{name}</dt>
      <dd className="mt-0.5 flex items-center gap-2 font-medium">{children}</dd>
    </div>
  );
}

function Waiting({ count, what, to }: { count: number; what: string; to: string }) {
  return (
    <li className="flex items-center gap-3">
      <Badge tone={count > 0 ? 'danger' : 'success'}>{count > PAGE_SIZE ? `${PAGE_SIZE}+` : count}</Badge>
      <span className="flex-1">{what}</span>
      {count > 0 && (
        <ButtonLink size="sm" to={to}>
          Look at them
        </ButtonLink>
      )}
    </li>
  );
}
