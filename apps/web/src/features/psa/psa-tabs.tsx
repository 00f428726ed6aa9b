import { useQuery } from '@tanstack/react-query';
import { Lock, Plug } from 'lucide-react';
import type { ReactNode } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import type { PsaConnection } from '@/shared/api/types';
import { useUrlState } from '@/shared/lib/use-url-state';
import { connectionQuery } from '@/shared/psa/connected';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';

import { ConnectionTab } from './components/connection-tab';
import { MembersTab } from './components/members-tab';
import { PushLog } from './components/push-log';
import { SettingsTab } from './components/settings-tab';

const TABS = [
  { value: 'connection', label: 'PSA' },
  { value: 'settings', label: 'What is pushed' },
  { value: 'members', label: 'Members' },
  { value: 'log', label: 'Push log' },
] as const;

export interface MoreTab {
  value: string;
  label: string;
  content: ReactNode;
}

/** The tabs about the PSA, and after them those of others. */
export function PsaTabs({ more }: { more: MoreTab[] }) {
  const url = useUrlState();
  const tabs = [...TABS, ...more];
  const shown = tabs.find(({ value }) => value === url.get('tab'))?.value ?? 'connection';
  const other = more.find(({ value }) => value === shown);
  // Everybody may know that there is one; how it is connected is told to these.
  const manages = useAuth(
    (s) => s.user?.role === 'owner' || s.user?.role === 'team_admin' || s.user?.is_super_admin === true,
  );
  const query = useQuery(connectionQuery());
  return (
    <Tabs
      label="Integrations"
      value={shown}
      onChange={(tab) => url.set({ tab: tab === 'connection' ? null : tab, state: null })}
      tabs={tabs}
    >
      {other ? (
        other.content
      ) : (
        <QueryView query={query} skeleton={<Skeleton className="h-72 max-w-3xl" />}>
          {({ connection }) =>
            !manages ? (
              <EmptyState icon={Lock} title="You cannot open this">
                Owners and team admins see how the PSA is connected.
              </EmptyState>
            ) : shown === 'connection' ? (
              <ConnectionTab connection={connection} />
            ) : connection === null ? (
              <NoConnection onConnect={() => url.set({ tab: null })} />
            ) : (
              <OfConnection tab={shown} connection={connection} />
            )
          }
        </QueryView>
      )}
    </Tabs>
  );
}

function OfConnection({ tab, connection }: { tab: string; connection: PsaConnection }) {
  if (tab === 'settings') return <SettingsTab key={connection.id} connection={connection} />;
  if (tab === 'members') return <MembersTab />;
  return <PushLog />;
}

const NoConnection = ({ onConnect }: { onConnect: () => void }) => (
  <EmptyState
    icon={Plug}
    title="No PSA is connected"
    action={
      <Button variant="primary" onClick={onConnect}>
        Connect one
      </Button>
    }
  >
    It takes two minutes and the keys of an API member.
  </EmptyState>
);
