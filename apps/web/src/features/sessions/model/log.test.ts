import { expect, it } from 'vitest';

import type { LogEntry } from '@/shared/api/types';

import { logAnswer, notesOf } from './log';
import type { QueueEntry } from './queue';

const entry = (change: Partial<LogEntry>): LogEntry => ({
  seq: 1,
  at: '2026-11-23T14:00:00Z',
  actor_id: 'user',
  kind: 'note',
  ...change,
});

const waiting = (id: string, node: string, notes: string): QueueEntry => ({
  kind: 'step',
  id,
  at: '2026-11-23T14:05:00Z',
  body: { entry_id: id, action: 'note', node_id: node, notes },
});

it('lists the notes of one step, the waiting ones last, and none twice', () => {
  const log = [
    entry({ seq: 1, kind: 'done', node_id: 'backup', notes: 'with the step' }),
    entry({ seq: 2, entry_id: 'a', node_id: 'backup', notes: 'first' }),
    entry({ seq: 3, entry_id: 'b', node_id: 'snapshot', notes: 'elsewhere' }),
  ];
  const open = [waiting('a', 'backup', 'first'), waiting('c', 'backup', 'second')];
  expect(notesOf('backup', log, open).map((note) => note.text)).toEqual(['first', 'second']);
});

it('says the outcome in words', () => {
  expect(logAnswer(entry({ kind: 'completed', answer: 'workaround' }))).toBe('Workaround');
  expect(logAnswer(entry({ kind: 'answered', answer: 'resolved' }))).toBe('resolved');
});
