import { Navigate, Outlet, useMatch } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { AreaLayout } from '@/shared/ui/area-layout';

import { UnverifiedNotice } from './components/unverified-notice';
import { placesOf } from './model/places';

export function Component() {
  const user = useAuth((s) => s.user);
  const atFront = useMatch('/account') !== null;
  const places = placesOf(user);
  const [front] = places;
  if (atFront && front) return <Navigate to={front.to} replace />;
  return (
    <AreaLayout label="Account" places={places}>
      <UnverifiedNotice />
      <Outlet />
    </AreaLayout>
  );
}
