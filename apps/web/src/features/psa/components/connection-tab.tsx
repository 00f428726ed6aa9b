import { CircleCheck, CircleHelp, Pencil, PlugZap, TriangleAlert, Unplug } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { PsaConnection } from '@/shared/api/types';
import { formatAgo, formatDate } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Panel } from '@/shared/ui/panel';
import { RemovalDialog } from '@/shared/ui/removal-dialog';
import { notify } from '@/shared/ui/toast';

import { useDisconnect, useTestConnection } from '../api';
import { providerLabel, providerOf } from '../model/connection';
import { ConnectionForm } from './connection-form';
import { Diagnosis } from './diagnosis';

const STATUS = {
  ok: { icon: CircleCheck, tone: 'success', word: 'Connected' },
  failing: { icon: TriangleAlert, tone: 'danger', word: 'Not working' },
  untested: { icon: CircleHelp, tone: 'warning', word: 'Not tested' },
} as const;

export function ConnectionTab({ connection }: { connection: PsaConnection | null }) {
  const [changing, setChanging] = useState(false);
  const test = useTestConnection();
  if (connection === null || changing) {
    return (
      <ConnectionForm
        connection={connection}
        onSaved={() => {
          setChanging(false);
          notify('success', connection === null ? 'The PSA is connected.' : 'The connection is saved.');
          // What was found of the one before says nothing about this one; the server has tested it already.
          test.reset();
        }}
        {...(connection === null ? {} : { onCancel: () => setChanging(false) })}
      />
    );
  }
  return <Connected connection={connection} test={test} onChange={() => setChanging(true)} />;
}

function Connected({
  connection,
  test,
  onChange,
}: {
  connection: PsaConnection;
  test: ReturnType<typeof useTestConnection>;
  onChange: () => void;
}) {
  const [leaving, setLeaving] = useState(false);
  const { icon, tone, word } = STATUS[connection.status];
  const found =
    test.data ??
    (connection.diagnosis && { ok: connection.status === 'ok', diagnosis: connection.diagnosis });
  const asks = providerOf(connection.provider);
  return (
    <div className="grid max-w-3xl gap-4">
      <Panel
        title={providerLabel(connection.provider)}
        aside={
          <Badge tone={tone} icon={icon}>
            {word}
          </Badge>
        }
      >
        <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
          <Fact name="Address" mono>
            {connection.site_url}
          </Fact>
          {connection.company_id !== '' && (
            <Fact name={asks.company.label} mono>
              {connection.company_id}
            </Fact>
          )}
          <Fact name={asks.publicKey ? 'Public key' : 'Client id'} mono>
            {connection.public_key_hint}
          </Fact>
          <Fact name="Connected">
            {formatDate(connection.created_at)}
            {connection.last_tested_at && (
              <span className="text-fg-subtle">, tested {formatAgo(connection.last_tested_at)}</span>
            )}
          </Fact>
          <Fact name="Changes of tickets">
            {connection.callbacks ? 'Told by the PSA at once' : 'Looked for every ten minutes'}
            {connection.synced_at && (
              <span className="text-fg-subtle">, last looked {formatAgo(connection.synced_at)}</span>
            )}
            {connection.callbacks_problem && (
              <span className="text-warning block break-words">{connection.callbacks_problem}</span>
            )}
          </Fact>
        </dl>
        <div className="mt-4 flex flex-wrap gap-2">
          <Button variant="primary" busy={test.isPending} onClick={() => test.mutate({})}>
            {!test.isPending && <PlugZap aria-hidden className="size-4" />} Test
          </Button>
          <Button onClick={onChange}>
            <Pencil aria-hidden className="size-4" /> Change
          </Button>
          <Button variant="danger" className="ml-auto" onClick={() => setLeaving(true)}>
            <Unplug aria-hidden className="size-4" /> Disconnect…
          </Button>
        </div>
      </Panel>
      {test.isError ? (
        <Callout tone="danger" title={messageOf(test.error)} role="alert" />
      ) : (
        found && <Diagnosis ok={found.ok} diagnosis={found.diagnosis} />
      )}
      {leaving && <DisconnectDialog connection={connection} onClose={() => setLeaving(false)} />}
    </div>
  );
}

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-fg-subtle text-xs">{name}</dt>
      <dd className={mono ? 'font-mono break-all' : undefined}>{children}</dd>
    </div>
  );
}

function DisconnectDialog({ connection, onClose }: { connection: PsaConnection; onClose: () => void }) {
  const disconnect = useDisconnect();
  return (
    <RemovalDialog
      title={`Disconnect ${providerLabel(connection.provider)}?`}
      description="Its keys are deleted. Notes that wait are not posted; what is in tickets stays there. Sessions go on without tickets."
      action="Disconnect"
      removal={disconnect}
      remove={() => disconnect.mutateAsync()}
      done="The PSA is disconnected."
      onClose={onClose}
    />
  );
}
