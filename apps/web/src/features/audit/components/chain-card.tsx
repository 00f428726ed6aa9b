import { ShieldCheck } from 'lucide-react';

import { messageOf } from '@/shared/api/problem';
import type { AuditCheck } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { CopyButton } from '@/shared/ui/copy-button';
import { Panel } from '@/shared/ui/panel';

import { useCheckChain } from '../api/audit';

/** Whether the log is still what was written. */
export function ChainCard() {
  const check = useCheckChain();
  return (
    <Panel title="Is the log whole?" className="mt-6">
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-fg-muted min-w-0 flex-1 basis-72">
          Every entry carries a digest over itself and the one before. A check reads all of them again: a
          changed, added or missing entry shows.
        </p>
        <Button size="lg" busy={check.isPending} onClick={() => check.mutate()}>
          <ShieldCheck aria-hidden className="size-4" /> Check now
        </Button>
      </div>
      {check.isError && (
        <Callout tone="danger" title={messageOf(check.error)} role="alert" className="mt-3" />
      )}
      {check.data && <Found check={check.data} />}
    </Panel>
  );
}

function Found({ check: { entries, fault, hash, seq } }: { check: AuditCheck }) {
  if (fault) {
    return (
      <Callout tone="danger" title="The log is not what was written" role="alert" className="mt-3">
        {fault}. Tell whoever runs the installation; a backup shows what it was.
      </Callout>
    );
  }
  return (
    <Callout
      tone="success"
      title={`${plural(entries ?? 0, 'entry', 'entries')} checked, and all of them hold`}
      role="status"
      className="mt-3"
      action={hash && <CopyButton text={`${seq} ${hash}`} label="Copy the seal" />}
    >
      {hash && (
        <>
          The seal of the newest entry, number {seq.toLocaleString()}, kept elsewhere shows later that nothing
          before it was rewritten: <span className="font-mono text-xs break-all">{hash}</span>
        </>
      )}
    </Callout>
  );
}
