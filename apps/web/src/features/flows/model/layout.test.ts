import { expect, it } from 'vitest';

import { outlineOf } from '@/shared/lib/flow-structure';
import { NODES } from '@/testing/factories';

import { layoutGraph, pathThrough } from './layout';

const structure = { root: 'start', nodes: NODES };

it('places every node once, the first on top, and keeps every way', () => {
  const { nodes, ways } = layoutGraph(structure);
  const y = (id: string) => nodes.find(({ node }) => node.id === id)?.y ?? 0;
  expect(nodes).toHaveLength(4);
  expect(y('start')).toBeLessThan(y('clear'));
  expect(y('again')).toBeLessThan(y('end'));
  expect(ways).toHaveLength(5);
});

it('leaves out ways that lead nowhere, as drafts have them', () => {
  const broken = { root: 'a', nodes: [{ id: 'a', type: 'action' as const, title: 'A', next: 'missing' }] };
  expect(layoutGraph(broken).ways).toEqual([]);
});

it('draws a line from the first point to the last', () => {
  expect(
    pathThrough([
      { x: 0, y: 0 },
      { x: 5, y: 5 },
    ]),
  ).toBe('M 0 0 L 5 5');
  expect(
    pathThrough([
      { x: 0, y: 0 },
      { x: 5, y: 5 },
      { x: 9, y: 9 },
    ]),
  ).toMatch(/ 9 9$/);
});

it('lists a node once in the outline and refers back to it later', () => {
  const rows = outlineOf(structure);
  expect(rows.filter((row) => !row.repeat).map((row) => row.node.id)).toEqual([
    'start',
    'clear',
    'again',
    'end',
  ]);
  expect(rows.filter((row) => row.repeat).map((row) => row.node.id)).toEqual(['start', 'end']);
});
