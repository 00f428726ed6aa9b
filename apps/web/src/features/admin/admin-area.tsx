import { Lock } from 'lucide-react';
import { Navigate, Outlet, useMatch } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { AreaLayout } from '@/shared/ui/area-layout';
import { ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';

import { SITE_PLACES } from './model/places';

/** The installation, for those who run it. The server answers nobody else. */
export function Component() {
  const isSiteAdmin = useAuth((s) => s.user?.is_super_admin === true);
  const atFront = useMatch('/admin') !== null;
  if (!isSiteAdmin) {
    return (
      <>
        <PageHeader title="Not found" />
        <EmptyState
          icon={Lock}
          title="Nothing here"
          action={<ButtonLink to="/">Go to the dashboard</ButtonLink>}
        >
          This address is for people who run the installation.
        </EmptyState>
      </>
    );
  }
  if (atFront) return <Navigate to="/admin/accounts" replace />;
  return (
    <AreaLayout label="Site" places={SITE_PLACES}>
      <Outlet />
    </AreaLayout>
  );
}
