import { useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { Plan, SiteAccount, SubscriptionStatus } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SelectField } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { useSetSubscription } from '../api/admin';
import { PLANS, STATUSES } from '../model/words';

const CLOSES: SubscriptionStatus[] = ['canceled', 'locked'];

/** A plan set by hand. */
export function SubscriptionForm({ account }: { account: SiteAccount }) {
  const now = account.subscription;
  const [plan, setPlan] = useState<Plan>(now?.plan ?? 'free');
  const [status, setStatus] = useState<SubscriptionStatus>(now?.status ?? 'active');
  const save = useSetSubscription(account.id, (saved) =>
    notify('success', `${account.name}: ${PLANS[saved.plan]}, ${STATUSES[saved.status].words}.`),
  );
  const same = now?.plan === plan && now.status === status;

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ plan, status });
  }

  return (
    <form onSubmit={submit} aria-label="Set the subscription" className="grid gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-40">
          <SelectField label="Plan" value={plan} onChange={(event) => setPlan(event.target.value as Plan)}>
            {Object.entries(PLANS).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
        </div>
        <div className="w-44">
          <SelectField
            label="Status"
            value={status}
            onChange={(event) => setStatus(event.target.value as SubscriptionStatus)}
          >
            {Object.entries(STATUSES).map(([value, { words }]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </SelectField>
        </div>
        <Button type="submit" variant="primary" size="lg" disabled={same} busy={save.isPending}>
          Save
        </Button>
      </div>
      {!same && CLOSES.includes(status) && (
        <Callout tone="warning" title="This closes flows and sessions for the whole account" role="status">
          People still sign in, and reach the account and its billing. Nothing is deleted.
        </Callout>
      )}
      {now?.customer_id && (
        <p className="text-fg-subtle text-xs">
          The account pays through the provider: its next message about this subscription replaces what is set
          here.
        </p>
      )}
      {save.isError && <Callout tone="danger" title={messageOf(save.error)} role="alert" />}
    </form>
  );
}
