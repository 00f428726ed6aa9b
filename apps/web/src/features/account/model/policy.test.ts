import { expect, it } from 'vitest';

import type { Security } from '@/shared/api/types';

import { check, choiceOf, inWords, updateOf } from './policy';

const SECURITY: Security = {
  session_idle_minutes: null,
  session_absolute_minutes: null,
  effective_idle_minutes: 4_320,
  effective_absolute_minutes: 20_160,
  bounds: { idle_min: 15, idle_max: 43_200, absolute_min: 60, absolute_max: 129_600 } as never,
  presets: [
    { name: 'strict', idle_minutes: 4_320, absolute_minutes: 20_160 },
    { name: 'standard', idle_minutes: 10_080, absolute_minutes: 43_200 },
  ],
  active_users: [],
};

it.each([
  [4_320, 20_160, 'strict'],
  [10_080, 43_200, 'standard'],
  [4_320, 43_200, 'custom'],
] as const)('%i and %i minutes are %s', (idle, absolute, choice) => {
  const security = { ...SECURITY, effective_idle_minutes: idle, effective_absolute_minutes: absolute };
  expect(choiceOf(security)).toBe(choice);
});

it('sends the pair of a choice', () => {
  const custom = { idle: 90, absolute: 600 };
  expect(updateOf('standard', SECURITY, custom)).toEqual({
    session_idle_minutes: 10_080,
    session_absolute_minutes: 43_200,
  });
  expect(updateOf('custom', SECURITY, custom)).toEqual({
    session_idle_minutes: 90,
    session_absolute_minutes: 600,
  });
});

it.each([
  // What the account has without limits of its own, what of its own it has, and what strict sends for that.
  ['the system is strict', [4_320, 20_160], [null, null], [null, null]],
  ['the system is laxer', [10_080, 43_200], [null, null], [4_320, 20_160]],
  ['the system is tighter', [60, 480], [null, null], [4_320, 20_160]],
  ['the system differs in one limit', [4_320, 43_200], [null, null], [4_320, 20_160]],
  ['the account has standard', [10_080, 43_200], [10_080, 43_200], [4_320, 20_160]],
  ['the account has one limit of its own', [4_320, 20_160], [4_320, null], [4_320, 20_160]],
  ['the account has strict', [4_320, 20_160], [4_320, 20_160], [4_320, 20_160]],
] as const)('strict is strict where %s', (_, effective, own, sent) => {
  const security = {
    ...SECURITY,
    effective_idle_minutes: effective[0],
    effective_absolute_minutes: effective[1],
    session_idle_minutes: own[0],
    session_absolute_minutes: own[1],
  };
  expect(updateOf('strict', security, { idle: 90, absolute: 600 })).toEqual({
    session_idle_minutes: sent[0],
    session_absolute_minutes: sent[1],
  });
});

it.each([
  [15, 60, {}],
  [14, 60, { idle: 'A whole number from 15 to 43200.' }],
  [15, 59, { absolute: 'A whole number from 60 to 129600.' }],
  [Number.NaN, 60, { idle: 'A whole number from 15 to 43200.' }],
  [43_200, 20_160, { idle: 'Not longer than the absolute limit.' }],
])('%s and %s minutes are checked', (idle, absolute, errors) => {
  expect(check(idle, absolute, SECURITY.bounds)).toEqual(errors);
});

it.each([
  [4_320, '3 days'],
  [1_440, '1 day'],
  [90, '90 minutes'],
  [120, '2 hours'],
])('%i minutes are %s', (minutes, words) => {
  expect(inWords(minutes)).toBe(words);
});
