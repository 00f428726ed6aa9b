import { describe, expect, it } from 'vitest';

import { isShorter, RETENTIONS, retentionWords } from './retention';

describe('retention', () => {
  it('is said in years where it is years', () => {
    expect([null, 90, 365, 2555].map(retentionWords)).toEqual([
      'for ever',
      'for 90 days',
      'for 1 year',
      'for 7 years',
    ]);
  });

  it('warns only where something would go', () => {
    expect(isShorter(90, null)).toBe(true);
    expect(isShorter(90, 365)).toBe(true);
    expect(isShorter(365, 365)).toBe(false);
    expect(isShorter(null, 90)).toBe(false);
  });

  it('offers nothing the server refuses', () => {
    expect(RETENTIONS.every((days) => days >= 30 && days <= 3650)).toBe(true);
  });
});
