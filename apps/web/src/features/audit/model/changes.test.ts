import { describe, expect, it } from 'vitest';

import { changesOf, factsOf, nameIn, valueWords } from './changes';

describe('changes of an audit entry', () => {
  it('names what differs and leaves out what does not', () => {
    const payload = {
      before: { status: 'active', seats: 2, plan: 'pro' },
      after: { status: 'locked', seats: 2, plan: 'pro' },
    };
    expect(changesOf(payload)).toEqual([{ field: 'Status', before: 'active', after: 'locked' }]);
    expect(factsOf(payload)).toEqual([]);
  });

  it('tells a side that is silent from a value that is not set', () => {
    const payload = { before: { retention_days: null }, after: { retention_days: 90, structure: 'changed' } };
    expect(changesOf(payload)).toEqual([
      { field: 'Retention days', before: 'not set', after: '90' },
      { field: 'Structure', before: null, after: 'changed' },
    ]);
  });

  it('reads the session policy, whose payload has names of its own', () => {
    const payload = {
      old: { session_idle_minutes: null },
      new: { session_idle_minutes: 60 },
      effective_old: { idle_minutes: 10080 },
      effective_new: { idle_minutes: 60 },
    };
    expect(changesOf(payload).map(({ field }) => field)).toEqual([
      'Session idle minutes',
      'In effect: idle minutes',
    ]);
  });

  it('opens values inside values and keeps the rest as facts', () => {
    const payload = {
      scope: 'others',
      revoked_count: 3,
      note: null,
      before: { prices: { month: 'a' } },
      after: { prices: { month: 'b' } },
    };
    expect(changesOf(payload)).toEqual([{ field: 'Prices month', before: 'a', after: 'b' }]);
    expect(factsOf(payload)).toEqual([
      { field: 'Scope', value: 'others' },
      { field: 'Revoked count', value: '3' },
    ]);
  });

  it.each([null, 'text', 7, []])('makes nothing of a payload that is %j', (payload) => {
    expect(changesOf(payload)).toEqual([]);
    expect(factsOf(payload)).toEqual([]);
    expect(nameIn(payload)).toBeNull();
  });

  it('says values as people read them', () => {
    expect(['', true, false, [], ['a', 'b']].map(valueWords)).toEqual([
      'not set',
      'yes',
      'no',
      'none',
      'a, b',
    ]);
    expect(valueWords('2026-03-01T10:00:00Z')).not.toContain('T10');
  });
});
