import { useQuery } from '@tanstack/react-query';

import { formatTime } from '@/shared/lib/dates';

import { logQuery } from '../api/queries';
import { notesOf } from '../model/log';
import type { Runner } from './use-runner';

/** Notes written after a step was settled. They stand in the log only, so they are read from there. */
export function LaterNotes({ runner, stepId }: { runner: Runner; stepId: string }) {
  const { session, queueState } = runner;
  const log = useQuery(logQuery(session.id, session.revision)).data ?? [];
  const notes = notesOf(stepId, log, queueState.entries);
  if (notes.length === 0) return null;
  return (
    <ul aria-label="Notes on this step" className="border-line grid gap-1.5 border-l-2 pl-3">
      {notes.map((note) => (
        <li key={note.id} className="text-fg-muted">
          <time dateTime={note.at} className="text-fg-subtle mr-2 text-sm tabular-nums">
            {formatTime(note.at)}
          </time>
          <span className="whitespace-pre-wrap">{note.text}</span>
        </li>
      ))}
    </ul>
  );
}
