import type {
  ChecklistStep,
  FlowNode,
  FlowStructure,
  IntakeField,
  IntakeForm,
  Script,
} from '@/shared/api/types';
import { isGraph, NODE_TYPE_LABEL, OUTCOME_LABEL } from '@/shared/lib/flow-structure';

/** What two flows, or two versions of one, are compared by. */
export interface Comparable {
  name: string;
  description?: string | null;
  tree_structure: FlowStructure;
  intake_form?: IntakeForm | null;
}

export type ChangeKind = 'added' | 'removed' | 'changed' | 'moved';

/** One line of one thing: its text before and after; null where there was none. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

export interface Change {
  kind: ChangeKind;
  /** What it is of. Steps and variables are told apart by their ids, so a step that got another title is still itself. */
  what: 'flow' | 'step' | 'variable';
  id: string;
  title: string;
  fields: FieldChange[];
}

type Fields = [field: string, text: string][];

interface Item {
  id: string;
  title: string;
  fields: Fields;
}

/** Every difference, in the order a person reads the later flow; what was removed comes where it stood. */
export function diffFlows(before: Comparable, after: Comparable): Change[] {
  // Both sides name a step by its later title: a step that got another one does not change those that lead to it.
  const names = new Map([...titles(before.tree_structure), ...titles(after.tree_structure)]);
  return [
    ...flowChanges(before, after, names),
    ...itemChanges('variable', variables(before), variables(after), true),
    // The nodes of a graph have no order of their own; the steps of a checklist have.
    ...itemChanges(
      'step',
      steps(before.tree_structure, names),
      steps(after.tree_structure, names),
      !isGraph(before.tree_structure) && !isGraph(after.tree_structure),
    ),
  ];
}

function flowChanges(before: Comparable, after: Comparable, names: Map<string, string>): Change[] {
  const facts = (flow: Comparable): Fields => {
    const { tree_structure: structure } = flow;
    return texts([
      ['Name', flow.name],
      ['Description', flow.description],
      ['First step', isGraph(structure) ? (names.get(structure.root) ?? structure.root) : null],
      ['Sections', isGraph(structure) ? null : structure.sections.map(({ title }) => title).join('\n')],
      ['Targets', isGraph(structure) ? null : (structure.targets ?? []).join('\n')],
    ]);
  };
  const fields = fieldChanges(facts(before), facts(after));
  return fields.length === 0
    ? []
    : [{ kind: 'changed', what: 'flow', id: 'flow', title: after.name, fields }];
}

function itemChanges(what: Change['what'], before: Item[], after: Item[], ordered: boolean): Change[] {
  const old = new Map(before.map((item) => [item.id, item]));
  const kept = new Set(after.map(({ id }) => id));
  const stayed = ordered ? inOrder(before, after) : kept;
  const changes = after.flatMap((item): Change[] => {
    const was = old.get(item.id);
    const one = { what, id: item.id, title: item.title };
    if (!was) return [{ ...one, kind: 'added', fields: fieldChanges([], item.fields) }];
    const fields = fieldChanges(was.fields, item.fields);
    if (fields.length > 0) return [{ ...one, kind: 'changed', fields }];
    return stayed.has(item.id) ? [] : [{ ...one, kind: 'moved', fields: [] }];
  });
  const places = new Map(after.map(({ id }, i) => [id, i]));
  const reached = new Map(changes.map((change) => [change.id, places.get(change.id) ?? 0]));
  let last = -1;
  // A removed item goes behind the change of the last item before it that is still there.
  for (const item of before) {
    const place = places.get(item.id);
    if (place !== undefined) {
      last = place;
      continue;
    }
    const at = changes.findIndex((change) => (reached.get(change.id) ?? -1) > last);
    reached.set(item.id, last);
    const gone: Change = {
      what,
      id: item.id,
      title: item.title,
      kind: 'removed',
      fields: fieldChanges(item.fields, []),
    };
    changes.splice(at < 0 ? changes.length : at, 0, gone);
  }
  return changes;
}

function fieldChanges(before: Fields, after: Fields): FieldChange[] {
  const old = new Map(before);
  const now = new Map(after);
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  return names
    .map((field) => ({ field, before: old.get(field) ?? null, after: now.get(field) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** The ids whose order among each other is the same: all but the fewest that must have been moved. */
function inOrder(before: Item[], after: Item[]): Set<string> {
  const lines = diffLines(
    before.map(({ id }) => id),
    after.map(({ id }) => id),
  );
  return new Set(lines.flatMap((line) => (line.kind === 'same' ? [line.text] : [])));
}

function titles(structure: FlowStructure): Map<string, string> {
  const all = isGraph(structure)
    ? structure.nodes
    : structure.sections.flatMap((section) => section.steps as { id: string; title: string }[]);
  return new Map(all.map(({ id, title }) => [id, title]));
}

function steps(structure: FlowStructure, names: Map<string, string>): Item[] {
  if (!isGraph(structure)) {
    return structure.sections.flatMap((section) =>
      section.steps.map((step) => ({
        id: step.id,
        title: step.title,
        fields: [
          ...texts([['Section', section.title]]),
          ...contentOf(step),
          ...texts([['Optional', step.required === false ? 'yes' : null]]),
        ],
      })),
    );
  }
  const nameOf = (id: string | null | undefined) => (id ? (names.get(id) ?? id) : null);
  return structure.nodes.map((node) => ({
    id: node.id,
    title: node.title,
    fields: [
      ...texts([['Type', NODE_TYPE_LABEL[node.type]]]),
      ...contentOf(node),
      ...texts([
        [
          'Answers',
          (node.options ?? [])
            .map((option) =>
              [`${option.label} → ${nameOf(option.next)}`, option.note].filter(Boolean).join(' · '),
            )
            .join('\n'),
        ],
        ['Next', nameOf(node.next)],
        ['Outcome', node.outcome ? OUTCOME_LABEL[node.outcome] : null],
      ]),
    ],
  }));
}

function contentOf(step: FlowNode | ChecklistStep): Fields {
  return texts([
    ['Title', step.title],
    ['Text', step.body],
    ['Warning', step.warning],
    ...(step.scripts ?? []).map((script, i): [string, string] => [`Command ${i + 1}`, scriptText(script)]),
    ['Asks for', (step.ask ?? []).join('\n')],
    ['Evidence', step.evidence],
    ['Minutes', step.expected_minutes],
    ['In the note', step.note],
  ]);
}

function scriptText(script: Script): string {
  const outputs = (script.outputs ?? []).map((output) => Object.values(output).join(' → '));
  return [[script.title, script.language].filter(Boolean).join(', '), script.text.trimEnd(), ...outputs].join(
    '\n',
  );
}

function variables(flow: Comparable): Item[] {
  const word = (on: boolean | undefined) => (on === true ? 'yes' : null);
  return (flow.intake_form?.fields ?? []).map((field: IntakeField) => ({
    id: field.name,
    title: field.label,
    fields: texts([
      ['Label', field.label],
      ['Type', field.type],
      ['Required', word(field.required)],
      ['Secret', word(field.secret)],
      ['Choices', (field.options ?? []).join('\n')],
      ['Filled in with', field.default],
      ['Help', field.help],
      ['Example', field.placeholder],
    ]),
  }));
}

function texts(fields: [string, unknown][]): Fields {
  return fields.flatMap(([field, value]): Fields => {
    if (value === null || value === undefined || value === '') return [];
    const text = Array.isArray(value) ? value.join('\n') : String(value as string | number | boolean);
    return text === '' ? [] : [[field, text.trimEnd()]];
  });
}

export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Beyond this many pairs of lines the table would cost more than it tells. */
const MAX_PAIRS = 1_000_000;

/** The shortest way from one list of lines to the other (longest common subsequence). */
export function diffLines(before: string[], after: string[]): DiffLine[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  const a = before.slice(start);
  const b = after.slice(start);
  const same = before.slice(0, start).map((text): DiffLine => ({ kind: 'same', text }));
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (a.length * b.length > MAX_PAIRS) return [...same, ...a.map(removed), ...b.map(added)];

  // lengths[i][j]: of the longest common subsequence of a from i and b from j.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i];
    for (let j = b.length - 1; row && j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines = same;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [old, now] = [a[i], b[j]];
    if (old !== undefined && old === now) {
      lines.push({ kind: 'same', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (now === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old));
      i += 1;
    } else if (now !== undefined) {
      lines.push(added(now));
      j += 1;
    }
  }
  return lines;
}
