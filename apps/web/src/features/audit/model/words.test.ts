import fs from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { KNOWN_ACTIONS } from './words';

test('every event the server audits has words for people', () => {
  const file = path.resolve(import.meta.dirname, '../../../../../../crates/audit/src/events.rs');
  const names = [...fs.readFileSync(file, 'utf8').matchAll(/&str = "([a-z_.]+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !KNOWN_ACTIONS.includes(name ?? ''))).toEqual([]);
});
