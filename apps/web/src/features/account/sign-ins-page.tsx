import { useQuery } from '@tanstack/react-query';

import { loadMeta } from '@/shared/api/meta';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { identitiesQuery } from './api/identities';
import { LinkedSignIns } from './components/linked-sign-ins';

export function Component() {
  const own = useQuery(identitiesQuery());
  const meta = useQuery({ queryKey: ['meta'], queryFn: loadMeta });
  return (
    <QueryView page query={own} skeleton={<SignInsSkeleton />}>
      {(identities) => (
        <>
          <PageHeader
            title="Linked sign-ins"
            eyebrow="Account"
            description="Sign in with an account you have elsewhere. It is bound to that account itself, not to its email address."
          />
          <div className="max-w-2xl">
            <LinkedSignIns own={identities} providers={meta.data?.oauth_providers ?? []} />
          </div>
        </>
      )}
    </QueryView>
  );
}

function SignInsSkeleton() {
  return (
    <div role="status" aria-label="Loading linked sign-ins" className="grid max-w-4xl gap-6">
      <Skeleton className="h-7 w-60" />
      <Skeleton className="h-48" />
    </div>
  );
}
