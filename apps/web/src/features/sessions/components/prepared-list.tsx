import { Layers } from 'lucide-react';
import { Link } from 'react-router';

import type { SessionResponse } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';

import { SessionRow } from './session-list';

const SHOWN = 8;

/** What waits for the reader. The targets of a round are one row: a hundred of them hide nothing else. */
export function PreparedList({ sessions }: { sessions: SessionResponse[] }) {
  const rounds = new Map<string, SessionResponse[]>();
  for (const session of sessions) {
    const key = session.batch_id ?? session.id;
    rounds.set(key, [...(rounds.get(key) ?? []), session]);
  }
  return (
    <ul aria-label="Prepared for you" className="divide-line divide-y overflow-hidden">
      {[...rounds.values()].slice(0, SHOWN).map((group) => {
        const [first, ...more] = group;
        if (!first) return null;
        return more.length > 0 && first.batch_id ? (
          <RoundRow key={first.batch_id} id={first.batch_id} sessions={group} />
        ) : (
          <SessionRow key={first.id} session={first} hideStatus />
        );
      })}
    </ul>
  );
}

function RoundRow({ id, sessions }: { id: string; sessions: SessionResponse[] }) {
  const labels = sessions.flatMap(({ target_label }) => target_label ?? []);
  return (
    <li className="hover:bg-hover has-[a:focus-visible]:bg-hover relative flex items-center gap-3 px-4 py-2.5 transition-colors duration-120">
      <span
        aria-hidden
        className="border-line bg-raised text-fg-muted grid size-8 shrink-0 place-items-center rounded-md border"
      >
        <Layers className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <Link
          to={`/batches/${id}`}
          data-row
          className="focus-visible:after:outline-focus block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
        >
          {sessions[0]?.tree_snapshot.name}
        </Link>
        <p className="text-fg-muted truncate font-mono text-sm">{labels.join(', ')}</p>
      </div>
      <span className="text-fg-muted shrink-0 text-sm tabular-nums">
        {plural(sessions.length, 'target')} waiting
      </span>
    </li>
  );
}
