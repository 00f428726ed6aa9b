import { useQuery } from '@tanstack/react-query';
import { ChevronLeft } from 'lucide-react';
import { Link, useParams } from 'react-router';

import type { SiteAccountDetail } from '@/shared/api/types';
import { formatDate } from '@/shared/lib/dates';
import { CopyButton } from '@/shared/ui/copy-button';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { accountQuery } from './api/admin';
import { PeopleTable } from './components/people-table';
import { PlanBadge } from './components/plan-badge';
import { SubscriptionForm } from './components/subscription-form';

export function Component() {
  const { accountId = '' } = useParams();
  const query = useQuery(accountQuery(accountId));
  return (
    <QueryView page query={query} skeleton={<SkeletonRows rows={6} label="Loading the account" />}>
      {(account) => (
        <>
          <PageHeader
            title={account.name}
            eyebrow={
              <Link to="/admin/accounts" className="hover:text-fg inline-flex items-center gap-1">
                <ChevronLeft aria-hidden className="size-4" /> Accounts
              </Link>
            }
          />
          <div className="grid max-w-4xl gap-6">
            <Facts account={account} />
            <Panel title="Subscription" aside={<PlanBadge subscription={account.subscription} />}>
              <SubscriptionForm
                key={`${account.subscription?.plan} ${account.subscription?.status}`}
                account={account}
              />
            </Panel>
            <section aria-labelledby="people">
              <h2 id="people" className="mb-2 text-sm font-semibold">
                People
              </h2>
              <PeopleTable people={account.people} />
            </section>
          </div>
        </>
      )}
    </QueryView>
  );
}

function Facts({ account }: { account: SiteAccountDetail }) {
  const { subscription } = account;
  const facts = [
    ['Since', formatDate(account.created_at)],
    ['Active people', account.member_count.toLocaleString()],
    ['Flows of its own', account.tree_count.toLocaleString()],
    ['Seats paid for', subscription ? subscription.seats.toLocaleString() : 'none'],
    ['Paid until', subscription?.current_period_end ? formatDate(subscription.current_period_end) : 'no end'],
    ['Customer', subscription?.customer_id ?? 'nothing bought'],
  ] as const;
  return (
    <Panel title="Account" aside={<CopyButton text={account.id} label="Copy the id" />}>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-fg-muted text-xs">{name}</dt>
            <dd className="mt-0.5 break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
