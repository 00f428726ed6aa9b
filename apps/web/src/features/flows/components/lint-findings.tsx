import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';

import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { lintQuery } from '../api/queries';

const LOOK = {
  error: { icon: CircleAlert, ink: 'text-danger', word: 'Error' },
  warning: { icon: TriangleAlert, ink: 'text-warning', word: 'Warning' },
  info: { icon: Info, ink: 'text-info', word: 'Hint' },
} as const;

export default function LintFindings({
  flowId,
  titleOf,
}: {
  flowId: string;
  titleOf: (nodeId: string) => string | null;
}) {
  const query = useQuery(lintQuery(flowId));
  return (
    <Panel title="Checks">
      <QueryView query={query} skeleton={<Skeleton className="h-10" />}>
        {({ findings }) =>
          findings.length === 0 ? (
            <p className="text-fg-muted flex items-center gap-2 text-sm">
              <CircleCheck aria-hidden className="text-success size-4" /> Nothing to fix.
            </p>
          ) : (
            <ul className="grid grid-cols-1 gap-3">
              {findings.map((finding, i) => {
                const { icon: Icon, ink, word } = LOOK[finding.severity];
                const at = finding.node_id ? titleOf(finding.node_id) : null;
                return (
                  <li key={i} className="flex gap-2 text-sm">
                    <Icon aria-hidden className={`mt-px size-4 shrink-0 ${ink}`} />
                    <div className="min-w-0">
                      <p>
                        <span className={`font-medium ${ink}`}>{word}:</span> {finding.message}
                      </p>
                      {at && <p className="text-fg-subtle truncate">in “{at}”</p>}
                    </div>
                  </li>
                );
              })}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}
