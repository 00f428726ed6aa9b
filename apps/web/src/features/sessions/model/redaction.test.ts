import { describe, expect, it } from 'vitest';

import type { NoteHit, RedactionKind } from '@/shared/api/types';

import { findingsOf, maskProblem, NO_CHOICES, piecesOf, textsToMask, toggleKept } from './redaction';

function note(marked: string): { text: string; hits: NoteHit[] } {
  // «…» stands round what is masked, ‹…› round what is kept.
  const hits: NoteHit[] = [];
  let text = '';
  for (const part of marked.split(/([«‹][^»›]*[»›])/)) {
    const hit = /^[«‹]/.test(part);
    const shown = hit ? part.slice(1, -1) : part;
    if (hit) {
      hits.push({
        key: `phone:${shown}`,
        kind: 'phone',
        start: text.length,
        end: text.length + shown.length,
        start_byte: 0,
        end_byte: 0,
        kept: part.startsWith('‹'),
        value: shown,
      });
    }
    text += shown;
  }
  return { text, hits };
}

describe('the pieces of a note', () => {
  it('are the note again when they are joined, emoji and all', () => {
    const { text, hits } = note('😀 call «[phone number redacted]» or ‹555›');
    const pieces = piecesOf(text, hits);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter(({ hit }) => hit).map((piece) => piece.text)).toEqual([
      '[phone number redacted]',
      '555',
    ]);
  });
  it('are one where nothing is masked, and none of an empty note', () => {
    expect(piecesOf('plain', [])).toEqual([{ at: 0, text: 'plain', hit: null }]);
    expect(piecesOf('', [])).toEqual([]);
  });
});

describe('a selection to mask', () => {
  const whole = (marked: string) => {
    const { text, hits } = note(marked);
    return textsToMask(text, hits, 0, text.length);
  };
  it('is the text without the blanks around it', () => {
    const { text, hits } = note('Badge EMP-40213 was used');
    expect(textsToMask(text, hits, 5, 16)).toEqual(['EMP-40213']);
  });
  it('is cut at lines, without their numbers and times', () => {
    expect(whole('1. 14:05 Asked Mia\n   - in Berlin\n\nAsked Mia')).toEqual(['Asked Mia', 'in Berlin']);
  });
  it('keeps a number that is the text itself', () => {
    const { text, hits } = note('Room 12. Ring');
    expect(textsToMask(text, hits, 5, 13)).toEqual(['12. Ring']);
  });
  it('leaves out what is masked already, and takes what was kept', () => {
    expect(whole('call «[phone number redacted]», then ‹555›')).toEqual(['call', ', then', '555']);
  });
  it('is nothing where there is no letter and no digit', () => {
    expect(whole(' -- … ')).toEqual([]);
  });
});

it('counts the places of a value, and those of a kind that has no key', () => {
  const secret = (kind: RedactionKind): NoteHit => ({
    key: null,
    kind,
    start: 0,
    end: 1,
    start_byte: 0,
    end_byte: 1,
    kept: false,
    value: null,
  });
  const { hits } = note('«a» «a» ‹b›');
  const found = findingsOf([...hits, secret('secret'), secret('secret'), secret('marked')]);
  expect(found.map(({ id, places, kept }) => [id, places, kept])).toEqual([
    ['phone:a', 2, false],
    ['phone:b', 1, true],
    ['secret', 2, false],
    ['marked', 1, false],
  ]);
});

it('keeps a finding, and masks it again', () => {
  const kept = toggleKept(NO_CHOICES, 'phone:1');
  expect(kept.keep).toEqual(['phone:1']);
  expect(toggleKept(kept, 'phone:1')).toEqual(NO_CHOICES);
});

it('says why a text cannot be masked', () => {
  expect(maskProblem('Mia', 'Asked Mia', NO_CHOICES)).toBeNull();
  expect(maskProblem('mia', 'Asked Mia', NO_CHOICES)).toMatch(/not in the note/);
  const long = 'ä'.repeat(1_001);
  expect(maskProblem(long, long, NO_CHOICES)).toMatch(/smaller pieces/);
  const full = { ...NO_CHOICES, mask: Array.from({ length: 500 }, (_, i) => `text ${i}`) };
  expect(maskProblem('Mia', 'Asked Mia', full)).toMatch(/At most 500/);
});
