import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText, SearchX } from 'lucide-react';
import { useState } from 'react';

import { plural } from '@/shared/lib/plural';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { EmptyState } from '@/shared/ui/empty-state';
import { LoadMore } from '@/shared/ui/load-more';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { auditQuery, type AuditSource } from '../api/audit';
import { useAuditFilter } from './audit-filters';
import { EntryRow } from './entry-row';

const COLUMNS = ['When', 'Who', 'What', 'On'];

/** The log that matches the address, newest first, further back on request. */
export function AuditTable({ source }: { source: AuditSource }) {
  const { filter, filtered } = useAuditFilter();
  const query = useInfiniteQuery(auditQuery(source, filter));
  const [open, setOpen] = useState<string | null>(null);
  const { container, onKeyDown } = useRowKeys<HTMLDivElement>();

  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={10} label="Loading the audit log" />}>
      {({ pages }) => {
        const entries = pages.flatMap(({ items }) => items);
        if (entries.length === 0) return <Nothing filtered={filtered} />;
        return (
          <>
            <div
              ref={container}
              onKeyDown={onKeyDown}
              role="presentation"
              className="border-line bg-surface overflow-x-auto rounded-lg border"
            >
              <table className="w-full text-left text-sm">
                <caption className="sr-only">Audit log, newest first</caption>
                <thead>
                  <tr className="text-fg-subtle text-xs">
                    {COLUMNS.map((name) => (
                      <th key={name} scope="col" className="px-3 py-2 font-medium">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <EntryRow
                      key={entry.id}
                      entry={entry}
                      ofSite={source === 'site'}
                      open={open === entry.id}
                      onToggle={() => setOpen((now) => (now === entry.id ? null : entry.id))}
                    />
                  ))}
                </tbody>
              </table>
            </div>
            <div className="text-fg-muted flex items-center justify-between gap-3 pt-3 text-sm">
              <span aria-live="polite" className="tabular-nums">
                {plural(entries.length, 'entry', 'entries')}
                {query.hasNextPage ? ' so far' : filtered ? ' match' : ''}
              </span>
              <LoadMore query={query} variant="secondary" size="sm">
                Load older
              </LoadMore>
            </div>
          </>
        );
      }}
    </QueryView>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState icon={SearchX} title="No entry matches">
        Try a longer time, or anybody.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={ScrollText} title="Nothing has happened yet">
      Sign-ins, changes to flows, notes that leave: each becomes an entry here.
    </EmptyState>
  );
}
