import { expect, test } from 'vitest';

import type { Citation } from '../api/types';
import { bodyOf, inWords } from './sources';

const cited = (heading: string | null, excerpt: string) => ({ heading, excerpt }) as Citation;

test('a passage does not repeat the heading above it', () => {
  expect(bodyOf(cited('Restart it', 'Restart it\nFirst the backup.'))).toBe('First the backup.');
  expect(bodyOf(cited('Restart it', 'Restart it first.'))).toBe('Restart it first.');
  expect(bodyOf(cited('Restart it', 'Restart it'))).toBe('Restart it');
  expect(bodyOf(cited(null, 'First the backup.'))).toBe('First the backup.');
});

test('variables of a flow are words', () => {
  expect(inWords('Restart {{firewall_name}} now')).toBe('Restart ‹firewall name› now');
});
