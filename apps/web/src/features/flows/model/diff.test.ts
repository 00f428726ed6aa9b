import { expect, it } from 'vitest';

import type { FlowNode } from '@/shared/api/types';
import { NODES, SECTIONS } from '@/testing/factories';

import { diffFlows, diffLines, type Comparable } from './diff';

const graph = (nodes: FlowNode[] = NODES, change: Partial<Comparable> = {}): Comparable => ({
  name: 'Outlook will not connect',
  description: 'Mail does not arrive.',
  tree_structure: { root: 'start', nodes },
  intake_form: { fields: [{ name: 'mailbox', label: 'Mailbox', type: 'text' }] },
  ...change,
});
const checklist = (sections = SECTIONS): Comparable => ({
  name: 'Server patching',
  tree_structure: { sections },
});
const short = (changes: ReturnType<typeof diffFlows>) =>
  changes.map(({ kind, what, id }) => `${kind} ${what} ${id}`);

it('finds nothing between a flow and itself, whatever order its nodes are listed in', () => {
  expect(diffFlows(graph(), graph())).toEqual([]);
  expect(diffFlows(graph(), graph(NODES.toReversed()))).toEqual([]);
});

it('tells the same step with other words from another step, and from those that lead to it', () => {
  const nodes = NODES.map((node) => (node.id === 'clear' ? { ...node, title: 'Clear the OST' } : node));
  const changes = diffFlows(graph(), graph(nodes));
  expect(short(changes)).toEqual(['changed step clear']);
  expect(changes[0]?.fields).toEqual([{ field: 'Title', before: 'Clear the cache', after: 'Clear the OST' }]);
});

it('says where an answer leads by the title a person knows', () => {
  const nodes = NODES.map((node) =>
    node.id === 'start'
      ? { ...node, options: node.options?.map((option) => ({ ...option, next: 'end' })) ?? [] }
      : node,
  );
  expect(diffFlows(graph(), graph(nodes))[0]?.fields).toEqual([
    {
      field: 'Answers',
      before: 'Yes → Clear the cache\nNo → It works',
      after: 'Yes → It works\nNo → It works',
    },
  ]);
});

it('lists what was added with all it says, and what was removed where it stood', () => {
  const nodes: FlowNode[] = [
    ...NODES.filter(({ id }) => id !== 'clear').map((node) =>
      node.id === 'start' ? { ...node, options: [{ id: 'yes', label: 'Yes', next: 'again' }] } : node,
    ),
    { id: 'call', type: 'escalation', title: 'Call the carrier', warning: 'It costs' },
  ];
  const changes = diffFlows(graph(), graph(nodes));
  expect(short(changes)).toEqual(['changed step start', 'removed step clear', 'added step call']);
  expect(changes[2]?.fields).toContainEqual({ field: 'Warning', before: null, after: 'It costs' });
});

it('compares names, first steps and variables', () => {
  const after = graph(NODES, {
    name: 'Outlook is offline',
    tree_structure: { root: 'again', nodes: NODES },
    intake_form: { fields: [{ name: 'mailbox', label: 'Mailbox', type: 'text', secret: true }] },
  });
  const [flow, variable] = diffFlows(graph(), after);
  expect(flow?.fields.map(({ field }) => field)).toEqual(['Name', 'First step']);
  expect(variable).toMatchObject({ what: 'variable', kind: 'changed', title: 'Mailbox' });
  expect(variable?.fields).toEqual([{ field: 'Secret', before: null, after: 'yes' }]);
});

it('sees a step of a checklist that was moved, but not those it passed', () => {
  const [before, after] = SECTIONS;
  if (!before || !after) throw new Error('The checklist has two sections.');
  const turned = [{ ...before, steps: before.steps.toReversed() }, after];
  expect(short(diffFlows(checklist(), checklist(turned)))).toHaveLength(1);
  expect(diffFlows(checklist(), checklist(turned))[0]?.kind).toBe('moved');
});

it('finds the shortest way between lines', () => {
  const lines = (text: string) => text.split('');
  const kinds = (before: string, after: string) =>
    diffLines(lines(before), lines(after))
      .map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'added' ? '+' : '-'}${text}`)
      .join('');
  expect(kinds('abc', 'abc')).toBe(' a b c');
  expect(kinds('abcd', 'acxd')).toBe(' a-b c+x d');
  expect(kinds('', 'ab')).toBe('+a+b');
  expect(kinds('ab', '')).toBe('-a-b');
});
