import { expect, it } from 'vitest';

import { expiryWarning } from './expiry';

const MINUTE = 60_000;

it.each([
  ['nothing is known', null, null, { level: 'none' }],
  ['both are far', 6 * MINUTE, 60 * MINUTE, { level: 'none' }],
  ['idle is five minutes away', 5 * MINUTE, 60 * MINUTE, { level: 'soon', reason: 'idle' }],
  ['the absolute end is nearer', 5 * MINUTE, 4 * MINUTE, { level: 'soon', reason: 'absolute' }],
  ['both fall together', 3 * MINUTE, 3 * MINUTE, { level: 'soon', reason: 'absolute' }],
  ['idle is this instant', 0, 60 * MINUTE, { level: 'now', reason: 'idle' }],
  ['the absolute end has passed', 60 * MINUTE, -MINUTE, { level: 'now', reason: 'absolute' }],
  ['only one is known', null, 2 * MINUTE, { level: 'soon', reason: 'absolute' }],
])('when %s', (_, idle, absolute, expected) => {
  const now = 1_800_000_000_000;
  const at = (left: number | null) => (left === null ? null : now + left);
  expect(expiryWarning(now, at(idle), at(absolute))).toEqual(expected);
});
