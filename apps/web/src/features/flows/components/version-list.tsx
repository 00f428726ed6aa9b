import { useQuery } from '@tanstack/react-query';
import { GitCompare, Undo2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { TreeResponse, TreeVersion } from '@/shared/api/types';
import { formatDateTime } from '@/shared/lib/dates';
import { Button, IconButton } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { versionsQuery } from '../api/queries';
import type { Side } from './compare-dialog';

const CompareDialog = lazy(() => import('./compare-dialog'));
const RestoreDialog = lazy(() => import('./restore-dialog'));

const SHOWN = 5;

/** The versions, newest first; each can be held against another, and an old one brought back. */
export default function VersionList({ flow }: { flow: TreeResponse }) {
  const query = useQuery(versionsQuery(flow.id));
  const [compared, setCompared] = useState<{ from: Side; to: Side } | null>(null);
  const [restored, setRestored] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  return (
    <Panel title="Versions">
      <QueryView query={query} skeleton={<Skeleton className="h-10" />}>
        {(versions) =>
          versions.length === 0 ? (
            <p className="text-fg-muted text-sm">Never published.</p>
          ) : (
            <>
              <ol className="grid grid-cols-1 gap-2.5">
                {(all ? versions : versions.slice(0, SHOWN)).map((version, i) => (
                  <VersionRow
                    key={version.version}
                    version={version}
                    onCompare={() => {
                      const before = versions[i + 1];
                      const own: Side = `v${version.version}`;
                      // A version is held against the one before it; the first against what became of it.
                      setCompared(
                        before ? { from: `v${before.version}`, to: own } : { from: own, to: 'now' },
                      );
                    }}
                    onRestore={flow.can_edit ? () => setRestored(version.version) : undefined}
                  />
                ))}
              </ol>
              {versions.length > SHOWN && !all && (
                <Button size="sm" variant="ghost" className="mt-2" onClick={() => setAll(true)}>
                  Show all {versions.length}
                </Button>
              )}
            </>
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {compared && <CompareDialog flow={flow} {...compared} onClose={() => setCompared(null)} />}
        {restored !== null && (
          <RestoreDialog flow={flow} version={restored} onClose={() => setRestored(null)} />
        )}
      </Suspense>
    </Panel>
  );
}

function VersionRow({
  version,
  onCompare,
  onRestore,
}: {
  version: TreeVersion;
  onCompare: () => void;
  onRestore: (() => void) | undefined;
}) {
  return (
    <li className="flex items-start gap-3 text-sm">
      <span className="text-fg-muted w-7 shrink-0 font-mono">v{version.version}</span>
      <div className="min-w-0 flex-1">
        <p className="break-words">{version.change_note ?? 'Published'}</p>
        <p className="text-fg-subtle">{formatDateTime(version.published_at)}</p>
      </div>
      <div className="-my-1 flex shrink-0">
        <IconButton label={`Compare version ${version.version}`} onClick={onCompare}>
          <GitCompare aria-hidden className="size-4" />
        </IconButton>
        {onRestore && (
          <IconButton label={`Restore version ${version.version}`} onClick={onRestore}>
            <Undo2 aria-hidden className="size-4" />
          </IconButton>
        )}
      </div>
    </li>
  );
}
