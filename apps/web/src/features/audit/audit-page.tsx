import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { retentionQuery, useExportAudit, type AuditFormat } from './api/audit';
import { AuditFilters, useAuditFilter } from './components/audit-filters';
import { AuditTable } from './components/audit-table';
import { ChainCard } from './components/chain-card';
import { RetentionCard } from './components/retention-card';

export function Component() {
  const retention = useQuery(retentionQuery());
  return (
    <QueryView page query={retention} skeleton={<SkeletonRows rows={10} label="Loading the audit log" />}>
      {({ retention_days: days }) => (
        <>
          <PageHeader
            title="Audit log"
            description="Who did what in your account, and when. Entries cannot be changed, and each one seals the ones before it."
            actions={<Exports />}
          />
          <AuditFilters source="account" />
          <AuditTable source="account" />
          <ChainCard />
          <RetentionCard key={days} kept={days ?? null} />
        </>
      )}
    </QueryView>
  );
}

function Exports() {
  const { filter, filtered } = useAuditFilter();
  const save = useExportAudit(filter);
  const take = (format: AuditFormat) =>
    save.mutate(format, { onError: (error) => notify('error', messageOf(error)) });
  const what = filtered ? 'what matches' : 'everything';
  return (
    <>
      <Button
        busy={save.isPending && save.variables === 'csv'}
        aria-label={`Download ${what} as CSV`}
        onClick={() => take('csv')}
      >
        <Download aria-hidden className="size-4" /> CSV
      </Button>
      <Button
        busy={save.isPending && save.variables === 'jsonl'}
        aria-label={`Download ${what} as JSONL`}
        onClick={() => take('jsonl')}
      >
        <Download aria-hidden className="size-4" /> JSONL
      </Button>
    </>
  );
}
