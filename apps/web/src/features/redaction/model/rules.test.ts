import { describe, expect, it } from 'vitest';

import { ApiError } from '@/shared/api/problem';

import { blankRule, isChanged, ruleErrors, ruleToSend } from './rules';
import { tryRules } from './try-rules';

const rule = (pattern: string, change: { ignore_case?: boolean; whole_word?: boolean } = {}) => ({
  pattern,
  ignore_case: false,
  whole_word: false,
  ...change,
});
const masked = (rules: ReturnType<typeof rule>[], text: string) =>
  tryRules(rules, text)
    .pieces.map((piece) => (piece.rule === null ? piece.text : `<${piece.rule}:${piece.text}>`))
    .join('');

describe('trying rules on a text', () => {
  it('marks what each would mask, and the earlier one where they meet', () => {
    expect(masked([rule('EMP-[0-9]{5}'), rule('[0-9]+')], 'EMP-40213, 17')).toBe('<0:EMP-40213>, <1:17>');
  });
  it('masks only the group called value', () => {
    expect(masked([rule('badge (?P<value>[0-9]{4})')], 'badge 1234')).toBe('badge <0:1234>');
  });
  it('tells letter case and whole words apart when it is asked to', () => {
    expect(masked([rule('site')], 'Site site sites')).toBe('Site <0:site> <0:site>s');
    expect(masked([rule('site', { ignore_case: true, whole_word: true })], 'Site sites')).toBe(
      '<0:Site> sites',
    );
    expect(masked([rule('(?i)site')], 'SITE')).toBe('<0:SITE>');
  });
  it('looks at one line at a time', () => {
    expect(masked([rule('^b$'), rule('a\\sb')], 'a\nb')).toBe('a\n<0:b>');
  });
  it('says what no rule can have, and lets the others run', () => {
    const tried = tryRules([rule('(a'), rule('(?=a)b'), rule('(a)\\1'), rule('c'), rule('')], 'abc');
    expect(Object.keys(tried.problems)).toEqual(['0', '1', '2']);
    expect(tried.pieces).toEqual([
      { text: 'ab', rule: null },
      { text: 'c', rule: 3 },
    ]);
  });
});

it('puts the refusals of the server beside their fields', () => {
  const error = new ApiError(422, {
    code: 'validation_failed',
    errors: [
      { loc: 'custom[1].pattern', code: 'not_a_pattern', message: 'No pattern.' },
      { loc: 'custom[1].label', code: 'not_a_label', message: 'No label.' },
      { loc: 'custom[2]', code: 'wrong_shape', message: 'No rule.' },
      { loc: 'hostnames', code: 'wrong_shape', message: 'No switch.' },
    ],
  });
  expect([...ruleErrors(error)]).toEqual([
    [1, { pattern: 'No pattern.', label: 'No label.' }],
    [2, { name: 'No rule.' }],
  ]);
});

it('sends a rule without what only the screen knows', () => {
  expect(ruleToSend({ ...blankRule(7), name: ' Badge ', pattern: ' x', label: ' ' })).toEqual({
    name: 'Badge',
    pattern: ' x',
    label: null,
    ignore_case: false,
    whole_word: false,
  });
});

it('knows when there is something to save', () => {
  const rule = { name: 'Badge', pattern: 'x', label: null, ignore_case: false, whole_word: true };
  const kept = { hostnames: true, unc_paths: false, guids: false, custom: [rule] };
  const settings = { ...kept, revision: 3, can_edit: true };
  expect(isChanged(settings, kept)).toBe(false);
  // The server may leave out what is not set.
  expect(isChanged({ ...settings, custom: [{ name: 'Badge', pattern: 'x', whole_word: true }] }, kept)).toBe(
    false,
  );
  expect(isChanged(settings, { ...kept, guids: true })).toBe(true);
  expect(isChanged(settings, { ...kept, custom: [{ ...rule, pattern: 'y' }] })).toBe(true);
});
