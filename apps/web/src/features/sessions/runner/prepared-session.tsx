import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';

import { useActions } from '@/shared/actions/registry';
import { messageOf } from '@/shared/api/problem';
import type { SessionResponse } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { FlowTypeLabel } from '@/shared/ui/flow-type-badge';
import { PageHeader } from '@/shared/ui/page-header';

import { useStartPrepared } from '../api/mutations';
import { membersQuery } from '../api/queries';
import { ScratchpadPanel, VariablesPanel } from './side-panels';
import { useRunner } from './use-runner';
import { VariableProvider } from './variables';

/** A session somebody made ready: what is known is filled in, and the clock starts only with the button. */
export function PreparedSession({ server }: { server: SessionResponse }) {
  const runner = useRunner(server);
  const { session } = runner;
  const start = useStartPrepared(session.id);
  const members = useQuery(membersQuery()).data ?? [];
  const nameOf = (id: string | null | undefined) => members.find((member) => member.id === id)?.name ?? null;
  const begin = () => start.mutate(undefined);

  useActions([
    {
      id: 'session.start',
      name: 'Start this session',
      section: 'This session',
      keys: ['Enter'],
      icon: Play,
      enabled: !start.isPending,
      perform: begin,
    },
  ]);

  return (
    <VariableProvider session={session} queue={runner.queue}>
      <div className="mx-auto max-w-3xl">
        <PageHeader
          title={session.tree_snapshot.name}
          eyebrow={<FlowTypeLabel type={session.tree_snapshot.tree_type} />}
          description={session.tree_snapshot.description ?? undefined}
          actions={
            <Button variant="primary" size="lg" kbd="Enter" busy={start.isPending} onClick={begin}>
              Start session
            </Button>
          }
        />
        <dl className="border-line bg-surface mb-5 grid gap-px overflow-hidden rounded-lg border sm:grid-cols-2">
          <Fact name="Ticket" mono value={session.ticket_number ? `#${session.ticket_number}` : null} />
          <Fact name="Client" value={session.client_name} />
          <Fact name="Prepared by" value={nameOf(session.prepared_by_id ?? session.user_id)} />
          {session.target_label ? (
            <Fact name="Target" mono value={session.target_label} />
          ) : (
            <Fact name="For" value={nameOf(session.assigned_to_id ?? session.user_id)} />
          )}
        </dl>
        {start.isError && (
          <Callout tone="danger" title={messageOf(start.error)} role="alert" className="mb-5" />
        )}
        <div className="grid gap-4">
          <VariablesPanel runner={runner} />
          <ScratchpadPanel runner={runner} />
        </div>
      </div>
    </VariableProvider>
  );
}

export function Fact({
  name,
  value,
  mono = false,
}: {
  name: string;
  value: string | null | undefined;
  mono?: boolean;
}) {
  return (
    <div className="px-4 py-2.5 shadow-[0_0_0_1px_var(--color-line)]">
      <dt className="text-fg-subtle text-xs">{name}</dt>
      <dd className={mono ? 'font-mono' : undefined}>
        {value ?? <span className="text-fg-subtle">Not given</span>}
      </dd>
    </div>
  );
}
