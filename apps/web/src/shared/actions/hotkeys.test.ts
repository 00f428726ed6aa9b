import { describe, expect, it } from 'vitest';

import { createMatcher, isTyping, type KeyInput } from './hotkeys';

const KNOWN = new Set(['1', 'b', 'Enter', '?', 'g f', 'mod+k', 'mod+Enter']);

function press(key: string, more: Partial<KeyInput> = {}): KeyInput {
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    target: document.body,
    ...more,
  };
}

function element(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.body.firstElementChild as HTMLElement;
}

describe('hotkeys', () => {
  it('matches single keys and chords', () => {
    const match = createMatcher();
    expect(match(press('1'), KNOWN, true)).toBe('1');
    expect(match(press('?', { shiftKey: true }), KNOWN, true)).toBe('?');
    expect(match(press('k', { ctrlKey: true }), KNOWN, true)).toBe('mod+k');
    expect(match(press('K', { metaKey: true }), KNOWN, true)).toBe('mod+k');
  });

  it('stays out of the way of typing, but not with chords', () => {
    const match = createMatcher();
    for (const html of [
      '<input type="text">',
      '<textarea></textarea>',
      '<select></select>',
      '<input type="password">',
    ]) {
      const target = element(html);
      expect(isTyping(target)).toBe(true);
      expect(match(press('b', { target }), KNOWN, true)).toBeNull();
      expect(match(press('k', { ctrlKey: true, target }), KNOWN, true)).toBe('mod+k');
    }
  });

  it('leaves browser shortcuts alone', () => {
    const match = createMatcher();
    expect(match(press('b', { ctrlKey: true }), KNOWN, true)).toBeNull();
    expect(match(press('b', { altKey: true }), KNOWN, true)).toBeNull();
    expect(match(press('k', { ctrlKey: true, shiftKey: true }), KNOWN, true)).toBeNull();
  });

  it('gives Enter to the control that has the focus', () => {
    const match = createMatcher();
    expect(match(press('Enter', { target: element('<button>Go</button>') }), KNOWN, true)).toBeNull();
    expect(match(press('Enter', { target: element('<h2 tabindex="-1">Step</h2>') }), KNOWN, true)).toBe(
      'Enter',
    );
    expect(match(press('1', { target: element('<button>Go</button>') }), KNOWN, true)).toBe('1');
  });

  it('understands sequences, within their time', () => {
    let now = 0;
    const match = createMatcher(() => now);
    expect(match(press('g'), KNOWN, true)).toBeNull();
    expect(match(press('f'), KNOWN, true)).toBe('g f');
    match(press('g'), KNOWN, true);
    now = 5_000;
    expect(match(press('f'), KNOWN, true)).toBeNull();
  });

  it('keeps only chords when single keys are switched off', () => {
    const match = createMatcher();
    expect(match(press('1'), KNOWN, false)).toBeNull();
    expect(match(press('k', { ctrlKey: true }), KNOWN, false)).toBe('mod+k');
  });
});
