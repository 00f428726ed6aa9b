import { expect, it } from 'vitest';

import { safeNext } from './next';

it.each([
  ['/sessions?status=active', '/sessions?status=active'],
  [null, '/'],
  ['https://evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
])('%s leads to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected);
});
