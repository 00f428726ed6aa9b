import { PageHeader } from '@/shared/ui/page-header';

import { AuditFilters } from './components/audit-filters';
import { AuditTable } from './components/audit-table';

export function Component() {
  return (
    <>
      <PageHeader
        title="Audit"
        description="What happened in every account and to the installation itself, newest first."
      />
      <AuditFilters source="site" />
      <AuditTable source="site" />
    </>
  );
}
