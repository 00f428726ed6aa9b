import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeHandoff } from '@/testing/handoff-server';

import { durationText, periodOf, rangeOf, shareText } from './numbers';
import { markSeen, useSeen } from './seen';
import { flashTitle } from './title-flash';
import { briefingPath, conflictText, problemOf } from './words';

const KEY = 'rf-escalation-seen';
const stored = () => JSON.parse(localStorage.getItem(KEY) ?? '[]') as string[];

describe('what was opened', () => {
  beforeEach(() => useSeen.setState({ ids: [] }));

  it('is kept once, the newest two hundred', () => {
    for (let at = 0; at < 205; at += 1) markSeen(`h${at}`);
    markSeen('h100');
    expect(stored()).toHaveLength(200);
    expect(stored().slice(-2)).toEqual(['h204', 'h100']);
    expect(stored().filter((id) => id === 'h100')).toHaveLength(1);
    expect(useSeen.getState().ids).not.toContain('h4');
    expect(useSeen.getState().ids).toContain('h5');
  });

  it('takes in what another tab opened', () => {
    localStorage.setItem(KEY, JSON.stringify(['there']));
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(useSeen.getState().ids).toEqual(['there']);
    markSeen('here');
    expect(stored()).toEqual(['there', 'here']);
  });

  it.each(['not json', '{"a":1}', '[1,null]'])('begins anew where the storage holds %s', (text) => {
    localStorage.setItem(KEY, text);
    markSeen('one');
    expect(stored()).toEqual(['one']);
  });
});

describe('the title of a tab nobody looks at', () => {
  let visibility: DocumentVisibilityState;
  const look = (state: DocumentVisibilityState) => {
    visibility = state;
    document.dispatchEvent(new Event('visibilitychange'));
  };
  beforeEach(() => {
    vi.useFakeTimers();
    visibility = 'hidden';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
    vi.stubGlobal('matchMedia', () => ({ matches: false }));
    document.title = 'Dashboard';
  });
  afterEach(() => {
    look('visible');
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('takes turns with the message until somebody looks', () => {
    flashTitle('(1) New escalation');
    expect(document.title).toBe('(1) New escalation');
    vi.advanceTimersByTime(1000);
    expect(document.title).toBe('Dashboard');
    flashTitle('(2) New escalation');
    expect(document.title).toBe('(2) New escalation');
    look('visible');
    expect(document.title).toBe('Dashboard');
    vi.advanceTimersByTime(5000);
    expect(document.title).toBe('Dashboard');
  });

  it('stands still for whoever asked for less motion', () => {
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    flashTitle('(1) New escalation');
    vi.advanceTimersByTime(1000);
    expect(document.title).toBe('(1) New escalation · Dashboard');
    look('visible');
    expect(document.title).toBe('Dashboard');
  });

  it('says nothing to whoever looks, and never overwrites the title of a page opened meanwhile', () => {
    look('visible');
    flashTitle('(1) New escalation');
    expect(document.title).toBe('Dashboard');
    look('hidden');
    flashTitle('(1) New escalation');
    document.title = 'Flows';
    look('visible');
    expect(document.title).toBe('Flows');
  });
});

describe('words', () => {
  it('name the winner and the time', () => {
    const lost = { winner_id: 'sam', winner_name: 'Sam Ortiz', claimed_at: '2026-11-23T14:00:00Z' };
    expect(conflictText(lost, Date.parse('2026-11-23T14:05:00Z'))).toBe(
      'Already claimed by Sam Ortiz 5 minutes ago.',
    );
    expect(conflictText(lost, Date.parse('2026-11-23T14:00:10Z'))).toBe(
      'Already claimed by Sam Ortiz just now.',
    );
  });

  it('fall back to the reason where the problem has no words yet', () => {
    expect(problemOf(makeHandoff({ snapshot: { problem_summary: null }, reason: 'No rights' }))).toBe(
      'No rights',
    );
    expect(briefingPath({ session_id: 'ai' })).toBe('/pilot/ai?pickup=true');
  });
});

describe('the numbers', () => {
  it('cover whole days up to the end of today', () => {
    const now = Date.parse('2026-11-23T14:00:00Z');
    expect(rangeOf(7, now)).toEqual({ from: '2026-11-17T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' });
    expect(periodOf('90')).toBe(90);
    expect(periodOf('1e9')).toBe(30);
  });

  it('say where there is nothing to say', () => {
    expect([durationText(null), durationText(720), shareText(0, 0), shareText(2, 3)]).toEqual([
      '–',
      '12 min',
      '–',
      '67 %',
    ]);
  });
});
