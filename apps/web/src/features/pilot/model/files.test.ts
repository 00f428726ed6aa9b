import { expect, it } from 'vitest';

import type { Upload } from '../api/types';
import { factsOf, isPicture, MAX_FILE_BYTES, sizeWords, whyNot } from './files';

const upload = (change: Partial<Upload>): Upload => ({
  id: 'u',
  name: 'a.log',
  kind: 'log',
  bytes: 2_048,
  sha256: '',
  width: null,
  height: null,
  lines: 3,
  signatures: [],
  message_id: null,
  uploaded_by: 'user',
  created_at: '2026-11-23T14:00:00Z',
  ...change,
});

it('says how large a file is as people do', () => {
  expect([0, 999, 1_024, 1_536, 20 * 1_024, MAX_FILE_BYTES].map(sizeWords)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '1.5 KB',
    '20 KB',
    '5.0 MB',
  ]);
});

it('says before anything is sent what the server would refuse', () => {
  expect(whyNot({ size: 1 }, 0)).toBeNull();
  expect(whyNot({ size: MAX_FILE_BYTES }, 9)).toBeNull();
  expect(whyNot({ size: 0 }, 0)).toMatch(/nothing in this file/);
  expect(whyNot({ size: MAX_FILE_BYTES + 1 }, 0)).toMatch(/Larger than 5.0 MB/);
  expect(whyNot({ size: 1 }, 10)).toMatch(/At most 10 files/);
});

it('tells a picture by its size and a log by its lines', () => {
  expect(factsOf(upload({}))).toBe('3 lines, 2.0 KB');
  expect(factsOf(upload({ lines: 1 }))).toBe('1 line, 2.0 KB');
  const png = upload({ kind: 'png', lines: null, width: 640, height: 480 });
  expect(factsOf(png)).toBe('640 × 480, 2.0 KB');
  expect([isPicture(png), isPicture(upload({}))]).toEqual([true, false]);
});
