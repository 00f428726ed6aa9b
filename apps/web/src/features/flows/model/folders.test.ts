import { describe, expect, it } from 'vitest';

import type { Folder } from '@/shared/api/types';

import { outline, pathOf, placesFor, withInner } from './folders';

const folder = (id: string, parent_id: string | null = null, scope: Folder['scope'] = 'account'): Folder => ({
  id,
  name: id.toUpperCase(),
  parent_id,
  scope,
  team_id: null,
  tree_count: 0,
  can_edit: true,
  created_at: '2026-01-01T00:00:00.000000Z',
  updated_at: '2026-01-01T00:00:00.000000Z',
});
const folders = [
  folder('a'),
  folder('b', 'a'),
  folder('c', 'b'),
  folder('d'),
  folder('mine', null, 'personal'),
];
const ids = (lines: { folder: Folder }[]) => lines.map((line) => line.folder.id);

describe('folders', () => {
  it('are lined up with what is in them', () => {
    expect(outline(folders).map((line) => `${line.depth}${line.folder.id}`)).toEqual([
      '0a',
      '1b',
      '2c',
      '0d',
      '0mine',
    ]);
    expect([...withInner(folders, 'a')]).toEqual(['a', 'b', 'c']);
    expect(pathOf(folders, 'c')).toBe('A / B / C');
  });

  it('stand at the top when the folder around them is not seen', () => {
    expect(outline([folder('x', 'hidden')]).map((line) => line.depth)).toEqual([0]);
  });

  it('move anywhere but into themselves, and never from everybody to one person', () => {
    expect(ids(placesFor(folders, folder('a')))).toEqual(['d']);
    expect(ids(placesFor(folders, folder('mine', null, 'personal')))).toEqual(['a', 'b', 'c', 'd']);
  });
});
