import { SearchX } from 'lucide-react';

import { ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';

export function NotFound() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        icon={SearchX}
        title="There is nothing at this address"
        action={<ButtonLink to="/">Go to the dashboard</ButtonLink>}
      >
        The link may be old or mistyped.
      </EmptyState>
    </>
  );
}
