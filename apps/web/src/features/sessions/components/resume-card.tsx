import { Layers } from 'lucide-react';
import { Link } from 'react-router';

import type { SessionResponse } from '@/shared/api/types';
import { formatAgo, formatDuration } from '@/shared/lib/dates';
import { stepsOf } from '@/shared/lib/flow-structure';
import { plainText, valuesOf } from '@/shared/lib/variables';
import { FlowTypeLabel } from '@/shared/ui/flow-type-badge';

import { progressOf } from '../model/checklist';
import { currentNodeId, nodeOf } from '../model/path';

function whereItStands(session: SessionResponse): string {
  const { sections } = session.tree_snapshot;
  if (sections) {
    const { settled, total } = progressOf(session, sections);
    const next = stepsOf(sections).find((step) => step.id === session.current_step_id);
    return `${settled} of ${total} done${next ? `. Next: ${next.title}` : ''}`;
  }
  return nodeOf(session.tree_snapshot, currentNodeId(session))?.title ?? 'Not started';
}

/** A running session with its place in the flow: one click, and the engineer is back on that step. */
export function ResumeCard({ session }: { session: SessionResponse }) {
  const fields = session.tree_snapshot.intake_form?.fields ?? [];
  const values = valuesOf(session);
  return (
    <div className="border-line bg-surface hover:border-control relative flex h-full flex-col rounded-lg border p-4 transition-colors duration-120">
      <p className="text-fg-subtle flex items-center gap-2 text-sm">
        <FlowTypeLabel type={session.tree_snapshot.tree_type} />
        <span className="ml-auto tabular-nums">{formatDuration(session.active_seconds)}</span>
      </p>
      <Link
        to={`/sessions/${session.id}`}
        className="focus-visible:after:outline-focus mt-2 line-clamp-2 font-semibold after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2"
      >
        {session.tree_snapshot.name}
      </Link>
      <p className="text-fg-muted text-sm">
        {session.ticket_number && <span className="mr-2 font-mono">#{session.ticket_number}</span>}
        {session.client_name ?? session.target_label}
      </p>
      <p className="border-accent mt-3 line-clamp-2 border-l-2 pl-2.5 text-sm">
        {plainText(whereItStands(session), values, fields)}
      </p>
      <p className="text-fg-subtle mt-auto flex items-center pt-3 text-xs">
        Last change {formatAgo(session.updated_at)}
        {session.batch_id && (
          <Link
            to={`/batches/${session.batch_id}`}
            // Above the card's own link, which covers the whole card.
            className="text-fg-muted hover:text-fg relative z-10 ml-auto inline-flex min-h-6 items-center gap-1 rounded-sm px-1 hover:underline"
          >
            <Layers aria-hidden className="size-3.5" /> Round
          </Link>
        )}
      </p>
    </div>
  );
}
