import { lazy, Suspense, useState } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import type { RevokeScope, Security } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Button } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';

const RevokeDialog = lazy(() => import('./revoke-dialog'));

/** Who is signed in, and the two ways to end it. */
export function ActiveSessionsCard({ users }: { users: Security['active_users'] }) {
  const me = useAuth((s) => s.user?.id);
  const [scope, setScope] = useState<RevokeScope | null>(null);
  const alone = users.length === 1;
  return (
    <Panel title="Active sessions">
      <p className="text-fg-muted mb-3 text-sm">
        {alone ? 'Only you are signed in.' : `${users.length} people are signed in to this account.`}
      </p>
      <ul aria-label="Signed in" className="divide-line border-line divide-y rounded-md border">
        {users.map((user) => (
          <li key={user.user_id} className="flex flex-wrap items-center gap-x-3 px-3 py-2 text-sm">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">
                {user.name} {user.user_id === me && <span className="text-fg-subtle font-normal">(you)</span>}
              </p>
              <p className="text-fg-subtle truncate">{user.email}</p>
            </div>
            <p className="text-fg-subtle shrink-0">
              {user.last_login_at ? `signed in ${formatAgo(user.last_login_at)}` : 'never signed in'}
            </p>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap gap-2">
        {!alone && <Button onClick={() => setScope('others')}>Sign everyone out except me</Button>}
        <Button variant="danger" onClick={() => setScope('all')}>
          Sign me out and everyone else
        </Button>
      </div>
      <Suspense fallback={null}>
        {scope !== null && <RevokeDialog scope={scope} onClose={() => setScope(null)} />}
      </Suspense>
    </Panel>
  );
}
