import { useQuery } from '@tanstack/react-query';
import { Compass, GitBranch } from 'lucide-react';
import { Link } from 'react-router';

import type { SimilarCase } from '@/shared/api/types';
import { Panel } from '@/shared/ui/panel';

import { similarQuery } from '../api/queries';
import type { AiSession } from '../api/types';
import { percent } from '../model/words';

/** Past sessions and steps of flows like this problem, while the copilot is not sure. It is beside the work and never in its way. */
export default function SimilarPanel({ session }: { session: AiSession }) {
  const { data = [] } = useQuery(similarQuery(session.id, session.turn));
  if (data.length === 0) return null;
  return (
    <Panel title="Seen before">
      <ul aria-label="Seen before" className="grid gap-3 text-sm">
        {data.map((found) => (
          <Found key={`${found.kind} ${found.source_id} ${found.heading}`} found={found} />
        ))}
      </ul>
    </Panel>
  );
}

function Found({ found }: { found: SimilarCase }) {
  const isSession = found.kind === 'session';
  const Icon = isSession ? Compass : GitBranch;
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <Link
            to={isSession ? `/pilot/${found.source_id}` : `/flows/${found.source_id}`}
            className="line-clamp-2 min-w-0 flex-1 font-medium hover:underline"
          >
            <span className="sr-only">{isSession ? 'Resolved session: ' : 'Flow: '}</span>
            {found.title}
          </Link>
          <span className="text-fg-muted shrink-0 tabular-nums">{percent(found.score)}</span>
        </p>
        {!isSession && found.heading && <p className="text-fg-muted">{found.heading}</p>}
        <p className="text-fg-muted line-clamp-3 break-words">{textOf(found)}</p>
        <p className="text-fg-subtle mt-0.5 text-xs">{found.why}</p>
      </div>
    </li>
  );
}

/** What it says without what stands above it. */
function textOf({ excerpt, heading, title }: SimilarCase): string {
  return excerpt
    .split('\n')
    .filter((line) => line !== heading && line !== title)
    .join(' ');
}
