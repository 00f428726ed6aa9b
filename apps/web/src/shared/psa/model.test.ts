import { describe, expect, it } from 'vitest';

import { ApiError } from '@/shared/api/problem';
import { makePush } from '@/testing/psa-server';

import { latestOf, parseMinutes, troubleOf, worstOf } from './model';

describe('minutes', () => {
  it.each([
    ['45', 45],
    [' 45 min ', 45],
    ['1:30', 90],
    ['1.5 h', 90],
    ['1,5h', 90],
    ['2h 5m', 125],
    ['24:00', 1440],
  ])('are read from %o', (text, minutes) => expect(parseMinutes(text)).toBe(minutes));
  it.each(['', '0', '-5', '1:75', 'an hour', '24:01', '1e3', '5x'])('are not made up from %o', (text) =>
    expect(parseMinutes(text)).toBeNull(),
  );
});

describe('pushes', () => {
  it('are summed up by the one that wants a person', () => {
    expect(worstOf([])).toBeNull();
    expect(worstOf([makePush({ state: 'confirmed' }), makePush({ state: 'needs_review' })])).toBe(
      'needs_review',
    );
    expect(worstOf([makePush({ state: 'confirmed' }), makePush({ state: 'queued' })])).toBe('queued');
  });

  it('count by the last one of each artefact', () => {
    const old = makePush({ id: 'old', state: 'needs_review', created_at: '2026-11-23T14:00:00Z' });
    const again = makePush({ id: 'again', state: 'confirmed', created_at: '2026-11-23T15:00:00Z' });
    const time = makePush({ id: 'time', artefact: 'time', created_at: '2026-11-23T14:30:00Z' });
    expect(latestOf([again, old, time]).map(({ id }) => id)).toEqual(['again', 'time']);
    expect(latestOf([old, again, time]).map(({ id }) => id)).toEqual(['again', 'time']);
  });
});

it('tells what a person can do when the PSA does not answer', () => {
  const of = (code: string, status = 409) => troubleOf(new ApiError(status, { code, detail: 'x' }));
  expect(of('psa_not_connected')).toBe('not_connected');
  expect(of('psa_credentials_refused', 422)).toBe('no_access');
  expect(of('psa_rate_limited', 503)).toBe('busy');
  expect(of('psa_unavailable', 503)).toBe('away');
  expect(of('psa_not_found', 404)).toBe('not_found');
  expect(of('psa_no_ticket')).toBe('refused');
  expect(troubleOf(new Error('x'))).toBe('refused');
});
