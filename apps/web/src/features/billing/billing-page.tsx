import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';

import { reloadUser, useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { Billing } from '@/shared/api/types';
import { Badge } from '@/shared/ui/badge';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { billingQuery, usePortal } from './api/billing';
import { ChoosePro } from './components/choose-pro';
import { UsagePanel } from './components/usage-panel';
import { hasPaidPlan, PLAN_NAMES, standingWords, STATUS_LOOKS } from './model';

const WAIT_FOR_NEWS_MS = 3_000;

export function Component() {
  const [params] = useSearchParams();
  const bought = params.get('checkout') === 'done';
  const query = useQuery({
    ...billingQuery(),
    // Back from the checkout before the provider's message was here.
    refetchInterval: ({ state }) =>
      bought && state.data && !hasPaidPlan(state.data) ? WAIT_FOR_NEWS_MS : false,
  });
  const status = query.data?.status;
  useEffect(() => {
    // The rest of the page, the banner above all, goes by what the account has.
    if (status !== undefined && status !== useAuth.getState().user?.subscription?.status) void reloadUser();
  }, [status]);

  return (
    <QueryView page query={query} skeleton={<BillingSkeleton />}>
      {(billing) => (
        <>
          <PageHeader
            title="Plan and billing"
            description="What your account has, what is used of it, and how it is paid."
          />
          <div className="grid max-w-4xl gap-6">
            <CheckoutNotice result={params.get('checkout')} paid={hasPaidPlan(billing)} />
            <PlanPanel billing={billing} />
            <UsagePanel billing={billing} />
            {billing.billing_enabled ? (
              !hasPaidPlan(billing) && <ChoosePro renew={billing.plan === 'pro'} />
            ) : (
              <NotSetUp />
            )}
          </div>
        </>
      )}
    </QueryView>
  );
}

function PlanPanel({ billing }: { billing: Billing }) {
  const portal = usePortal();
  const { plan, status } = billing;
  const look = status ? STATUS_LOOKS[status] : null;
  const manageable = billing.billing_enabled && billing.is_customer;
  return (
    <Panel title="Your plan">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex items-center gap-2.5">
            <span className="text-lg font-semibold">{plan ? PLAN_NAMES[plan] : 'No plan'}</span>
            {look && <Badge tone={look.tone}>{look.words}</Badge>}
          </p>
          <p className="text-fg-muted mt-1">{standingWords(billing)}</p>
        </div>
        {manageable && (
          <Button
            size="lg"
            variant={status === 'locked' || status === 'past_due' ? 'primary' : 'secondary'}
            busy={portal.isPending || portal.isSuccess}
            onClick={() => portal.mutate({})}
          >
            Invoices, card and cancelling <ExternalLink aria-hidden className="size-4" />
          </Button>
        )}
      </div>
      {portal.isError && (
        <Callout tone="danger" title={messageOf(portal.error)} role="alert" className="mt-4" />
      )}
    </Panel>
  );
}

function CheckoutNotice({ result, paid }: { result: string | null; paid: boolean }) {
  if (result === 'cancelled') {
    return <Callout tone="info" title="The checkout was left; nothing was charged." role="status" />;
  }
  if (result !== 'done') return null;
  return paid ? (
    <Callout tone="success" title="Thank you. Pro is running." role="status" />
  ) : (
    <Callout tone="info" title="Thank you. Waiting for the payment provider" role="status">
      Its confirmation is usually here within a minute. This page shows it by itself.
    </Callout>
  );
}

function NotSetUp() {
  const user = useAuth((s) => s.user);
  return (
    <Callout
      tone="info"
      title="Billing is not set up on this installation"
      action={
        user?.is_super_admin && (
          <ButtonLink to={`/admin/accounts/${user.account_id}`}>Open the account in the site area</ButtonLink>
        )
      }
    >
      {user?.is_super_admin ? (
        <>
          Nothing is sold here until Stripe's keys are set (<code>RESOLUTIONFLOW_STRIPE_SECRET_KEY</code> and{' '}
          <code>RESOLUTIONFLOW_STRIPE_WEBHOOK_SECRETS</code>). Until then you set plans by hand.
        </>
      ) : (
        'Plans are set by whoever runs it. Ask them to change yours; they find your account in the site area.'
      )}
    </Callout>
  );
}

function BillingSkeleton() {
  return (
    <div role="status" aria-label="Loading the plan" className="grid max-w-4xl gap-6">
      <Skeleton className="h-7 w-60" />
      <Skeleton className="h-40" />
      <Skeleton className="h-40" />
    </div>
  );
}
