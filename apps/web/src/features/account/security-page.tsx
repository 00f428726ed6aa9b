import { useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';

import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { secondFactorPolicyQuery } from './api/second-factor';
import { securityQuery } from './api/security';
import { ActiveSessionsCard } from './components/active-sessions-card';
import { PolicyCard } from './components/policy-card';
import { SecondFactorCard } from './components/second-factor-card';

export function Component() {
  const query = useQuery(securityQuery());
  const factors = useQuery(secondFactorPolicyQuery());
  return (
    <QueryView page query={query} skeleton={<SecuritySkeleton />}>
      {(security) => (
        <>
          <PageHeader
            title="Session security"
            icon={ShieldCheck}
            eyebrow="Account"
            description="Decide how long sign-ins of your account last, and end them when you have to: a lost laptop, somebody who left, a suspicion."
          />
          <div className="grid max-w-4xl items-start gap-6">
            <PolicyCard security={security} />
            {factors.data && <SecondFactorCard policy={factors.data} />}
            <ActiveSessionsCard users={security.active_users} />
          </div>
        </>
      )}
    </QueryView>
  );
}

function SecuritySkeleton() {
  return (
    <div role="status" aria-label="Loading session security" className="grid max-w-4xl gap-6">
      <Skeleton className="h-7 w-60" />
      <Skeleton className="h-72" />
      <Skeleton className="h-48" />
    </div>
  );
}
