import { CreditCard } from 'lucide-react';

import { reloadUser } from '@/shared/api/auth-session';
import { Button, ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';

import { BILLING, useWayOut } from './use-way-out';

/** Stands where a page of the product would be while the account is closed. */
export default function LapsedPage() {
  const { why, out, pays } = useWayOut();
  return (
    <>
      <PageHeader title="Closed until the plan is settled" documentTitle="Closed" />
      <EmptyState
        icon={CreditCard}
        title={why}
        action={
          pays ? (
            <ButtonLink variant="primary" size="lg" to={BILLING}>
              Go to billing
            </ButtonLink>
          ) : (
            <Button onClick={() => void reloadUser()}>Look again</Button>
          )
        }
      >
        {out} Flows, sessions and notes are kept, and so is what you did and could not send yet.
      </EmptyState>
    </>
  );
}
