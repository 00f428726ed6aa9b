import type { LogEntry, LogKind } from '@/shared/api/types';
import { OUTCOME_LABEL } from '@/shared/lib/flow-structure';

import type { QueueEntry } from './queue';

/** What an entry of the log says happened. */
export const LOG_LABEL: Record<LogKind, string> = {
  prepared: 'Prepared',
  started: 'Started',
  answered: 'Answered',
  done: 'Done',
  skipped: 'Skipped',
  back: 'Went back',
  custom: 'Own step',
  note: 'Note',
  variables: 'Values entered',
  revised: 'Details changed',
  completed: 'Completed',
  exported: 'Note exported',
};

/** The log's answer is a label, except at the end, where it is the outcome's name on the wire. */
export function logAnswer(entry: LogEntry): string | null {
  if (!entry.answer) return null;
  return entry.kind === 'completed'
    ? (OUTCOME_LABEL[entry.answer as keyof typeof OUTCOME_LABEL] ?? entry.answer)
    : entry.answer;
}

interface StepNote {
  id: string;
  at: string;
  text: string;
}

/** The notes added to a step on their own: those in the log, then those the server does not have yet. */
export function notesOf(stepId: string, log: LogEntry[], waiting: QueueEntry[]): StepNote[] {
  const known = log.flatMap((entry): StepNote[] =>
    entry.kind === 'note' && entry.node_id === stepId && entry.notes
      ? [{ id: entry.entry_id ?? String(entry.seq), at: entry.at, text: entry.notes }]
      : [],
  );
  const ids = new Set(known.map((note) => note.id));
  const open = waiting.flatMap((entry): StepNote[] =>
    entry.kind === 'step' &&
    entry.body.action === 'note' &&
    entry.body.node_id === stepId &&
    entry.body.notes &&
    !ids.has(entry.id)
      ? [{ id: entry.id, at: entry.at, text: entry.body.notes }]
      : [],
  );
  return [...known, ...open];
}
