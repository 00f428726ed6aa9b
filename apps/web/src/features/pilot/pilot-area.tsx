import { Lock } from 'lucide-react';
import { Outlet, useParams } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';

import { SessionSidebar } from './components/session-sidebar';

import './pilot.css';

/** The conversations at the side, and beside them the one that is open or the place to begin one. */
export function Component() {
  const { sessionId } = useParams();
  const mayWork = useAuth((s) => s.user?.role !== 'viewer');
  if (!mayWork) return <NoAccess />;
  return (
    <div className="rf-pilot" data-open={sessionId === undefined ? undefined : ''}>
      <div className="rf-pilot-side">
        <SessionSidebar />
      </div>
      <div className="rf-pilot-main">
        <Outlet />
      </div>
    </div>
  );
}

function NoAccess() {
  return (
    <>
      <PageHeader title="Pilot" />
      <EmptyState
        icon={Lock}
        title="You cannot open this"
        action={<ButtonLink to="/flows">Look at the flows</ButtonLink>}
      >
        The copilot is for engineers; a viewer reads flows and notes. Ask a team admin if you need it.
      </EmptyState>
    </>
  );
}
