import { describe, expect, it } from 'vitest';

import { makeAiSession, makeFix, makeStep } from '@/testing/pilot-server';

import { bannerMode } from './fixes';
import { looksLikeLog, newSessionOf } from './intake';
import { turnFor } from './outgoing';
import { draftOfResolution, entriesOf } from './transcript';

const NOW = Date.parse('2026-11-23T15:00:00Z');

describe('banner of a fix', () => {
  it.each([
    ['proposed', {}, 'proposed'],
    ['verifying', { updated_at: '2026-11-23T14:50:00Z' }, 'verifying'],
    ['verifying', { updated_at: '2026-11-23T14:20:00Z' }, 'nudge'],
    ['applied_pending', { due_at: '2026-11-23T16:00:00Z' }, 'pending'],
    ['applied_pending', { due_at: null }, 'pending'],
    ['applied_pending', { due_at: '2026-11-23T14:59:00Z' }, 'nudge'],
    ['applied_partial', {}, 'partial'],
    ['applied_success', {}, null],
    ['applied_failed', {}, null],
    ['dismissed', {}, null],
  ] as const)('of one that is %s with %o asks as %s', (status, change, mode) => {
    expect(bannerMode(makeFix({ status, ...change }), NOW)).toBe(mode);
  });
});

describe('transcript', () => {
  it('has what was said, the reply and the step of one turn in that order, without the open step', () => {
    const at = '2026-11-23T14:01:00Z';
    const message = (id: string, role: 'engineer' | 'copilot') => ({
      id,
      role,
      text: id,
      step_order: null,
      by: null,
      engine: null,
      at,
    });
    const session = makeAiSession({
      messages: [message('reply', 'copilot'), message('said', 'engineer')],
      steps: [
        makeStep({ id: 'past', withdrawn: true, created_at: at }),
        makeStep({ id: 'open', created_at: at }),
      ],
    });
    expect(entriesOf(session).map(({ key }) => key)).toEqual(['said', 'reply', 'past']);
  });

  it('drafts the resolution from the fix, else from the action that worked, and from nothing else', () => {
    const answer = {
      verdict: 'worked' as const,
      option_id: null,
      label: null,
      reason: null,
      notes: null,
      at: '',
      by: '',
    };
    expect(draftOfResolution(makeAiSession()).action).toBe('');
    const worked = makeAiSession({ steps: [makeStep({ answer })] });
    expect(draftOfResolution(worked).action).toBe('Restart the print spooler');
    const fixed = makeAiSession({ fixes: [makeFix({ status: 'applied_success' })], steps: worked.steps });
    expect(draftOfResolution(fixed).action).toBe('Replace the driver');
    const taken = makeAiSession({ steps: [makeStep({ answer, withdrawn: true })] });
    expect(draftOfResolution(taken).action).toBe('');
  });
});

describe('turns', () => {
  it('are the same turn when the same is sent again, and another when anything differs', () => {
    const first = turnFor({ kind: 'message', text: 'a' }, 3, null);
    expect(turnFor({ kind: 'message', text: 'a' }, 3, first).entry_id).toBe(first.entry_id);
    expect(turnFor({ kind: 'message', text: 'b' }, 3, first).entry_id).not.toBe(first.entry_id);
    expect(turnFor({ kind: 'message', text: 'a' }, 4, first).entry_id).not.toBe(first.entry_id);
  });
});

describe('intake', () => {
  it('takes many lines for a log, and leaves out what is empty', () => {
    expect(looksLikeLog('one\ntwo')).toBe(false);
    expect(looksLikeLog('x\n'.repeat(20))).toBe(true);
    expect(newSessionOf({ text: ' ', log: '', ticket: '1', client: '' })).toBeNull();
    expect(newSessionOf({ text: '', log: 'l', ticket: ' #7 ', client: '' })).toEqual({
      intake_content: { log_content: 'l' },
      psa_ticket_id: '7',
    });
  });
});
