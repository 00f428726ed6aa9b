import { describe, expect, it } from 'vitest';

import type { StepRequest } from '@/shared/api/types';
import { CHECKLIST, makeSession } from '@/testing/factories';

import { nextOpen, progressOf, stateOf } from './checklist';
import { withPending } from './optimistic';
import { answerText, pathOf } from './path';
import type { QueueEntry } from './queue';

let counter = 0;
function step(action: StepRequest['action'], node: string, more: Partial<StepRequest> = {}): QueueEntry {
  counter += 1;
  const id = `entry-${counter}`;
  return {
    kind: 'step',
    id,
    at: '2026-11-23T14:01:00Z',
    body: { entry_id: id, action, node_id: node, ...more },
  };
}

describe('a troubleshooting flow', () => {
  it('moves on with every entry', () => {
    const session = withPending(makeSession(), [
      step('answer', 'start', { option_id: 'yes', notes: 'seen' }),
      step('done', 'clear'),
    ]);
    expect(session.path_taken).toEqual(['start', 'clear', 'again']);
    expect(session.current_step_id).toBe('again');
    expect(session.decisions.map((decision) => [decision.kind, decision.answer, decision.notes])).toEqual([
      ['answered', 'Yes', 'seen'],
      ['done', null, null],
    ]);
  });

  it('is the same when an acknowledged entry is folded in once more', () => {
    const entries = [
      step('answer', 'start', { option_id: 'yes' }),
      step('custom', 'clear', { title: 'Rebooted' }),
    ];
    const once = withPending(makeSession(), entries);
    expect(withPending(once, entries)).toEqual(once);
  });

  it('goes back over a step, and over a loop', () => {
    const round = [
      step('answer', 'start', { option_id: 'yes' }),
      step('done', 'clear'),
      step('answer', 'again', { option_id: 'no' }),
      step('answer', 'start', { option_id: 'yes' }),
    ];
    const twice = withPending(makeSession(), round);
    expect(twice.path_taken).toEqual(['start', 'clear', 'again', 'start', 'clear']);
    const back = withPending(twice, [step('back', 'again')]);
    expect(back.path_taken).toEqual(['start', 'clear', 'again']);
    expect(back.decisions.map((decision) => decision.node_id)).toEqual(['start', 'clear']);
  });

  it('ignores a step that is not the current one; the server will say why', () => {
    const session = makeSession();
    expect(withPending(session, [step('done', 'clear')])).toEqual(session);
  });

  it('pairs every visit of a loop with its own answer', () => {
    const session = withPending(makeSession(), [
      step('answer', 'start', { option_id: 'yes' }),
      step('skip', 'clear', { reason: 'not allowed' }),
      step('answer', 'again', { option_id: 'no' }),
      step('answer', 'start', { option_id: 'no' }),
    ]);
    expect(pathOf(session).map((entry) => answerText(entry.decision))).toEqual([
      'Yes',
      'Skipped: not allowed',
      'No',
      'No',
    ]);
  });
});

describe('a checklist', () => {
  const fresh = makeSession({ tree_snapshot: CHECKLIST, current_step_id: 'backup' });
  const sections = CHECKLIST.sections ?? [];

  it('settles steps in any order and opens them again', () => {
    const session = withPending(fresh, [
      step('done', 'services'),
      step('skip', 'backup', { reason: 'no agent' }),
    ]);
    expect(['backup', 'snapshot', 'services'].map((id) => stateOf(session, id))).toEqual([
      'skipped',
      'open',
      'done',
    ]);
    expect(progressOf(session, sections)).toMatchObject({ total: 3, settled: 2, requiredOpen: [] });
    const again = withPending(session, [step('back', 'services')]);
    expect(stateOf(again, 'services')).toBe('open');
    expect(progressOf(again, sections).requiredOpen.map((open) => open.id)).toEqual(['services']);
  });

  it('finds the next open step and wraps round', () => {
    const session = withPending(fresh, [step('done', 'services')]);
    expect(nextOpen(session, sections, 'backup')).toBe('snapshot');
    expect(nextOpen(session, sections, 'snapshot')).toBe('backup');
  });
});
