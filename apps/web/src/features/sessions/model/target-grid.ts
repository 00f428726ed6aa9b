import type { BatchTarget, IntakeField, Member, Variables } from '@/shared/api/types';

import { MAX_TARGETS, parseTargets } from './targets';

export interface TargetGrid {
  targets: BatchTarget[];
  /** The variables the columns are for, by their labels. */
  columns: string[];
  problem: string | null;
}

const ASSIGNEE = new Set(['assigned to', 'assignee', 'engineer', 'who']);
const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Targets as they are pasted: one per line, or a table copied out of a sheet whose first row names its columns. The
 * first column is the target, “Assigned to” is a colleague, every other one a variable of the flow.
 */
export function parseGrid(text: string, fields: IntakeField[], members: Member[]): TargetGrid {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const header = lines[0] ?? '';
  const separator = ['\t', ';', ','].find((sign) => header.includes(sign));
  if (separator === undefined || lines.length < 2) {
    const { labels, problem } = parseTargets(text);
    return { targets: labels.map((label) => ({ label })), columns: [], problem };
  }
  const cells = (line: string) => line.split(separator).map((cell) => cell.trim());
  const [, ...names] = cells(header);
  const columns = names.map((name) => ({
    name,
    field: fields.find((field) => same(field.name, name) || same(field.label, name)),
    isAssignee: ASSIGNEE.has(name.toLowerCase()),
  }));
  const fail = (problem: string): TargetGrid => ({ targets: [], columns: [], problem });
  const unknown = columns.find(({ field, isAssignee }) => !field && !isAssignee);
  if (unknown) return fail(`“${unknown.name}” in the first line is no variable of this flow.`);
  if (lines.length - 1 > MAX_TARGETS)
    return fail(`${lines.length - 1} targets are too many; ${MAX_TARGETS} fit in one round.`);
  const targets: BatchTarget[] = [];
  for (const line of lines.slice(1)) {
    const [label = '', ...values] = cells(line);
    if (label === '') return fail(`The line “${line.trim()}” names no target.`);
    const session_variables: Variables = {};
    let assigned_to_id: string | null = null;
    for (const [i, { field, isAssignee }] of columns.entries()) {
      const value = values[i] ?? '';
      if (value === '') continue;
      if (isAssignee) {
        const member = members.find(({ name, email }) => same(name, value) || same(email, value));
        if (!member) return fail(`Nobody in the account is called “${value}”.`);
        assigned_to_id = member.id;
      } else if (field) {
        session_variables[field.name] = value;
      }
    }
    targets.push({ label, session_variables, ...(assigned_to_id && { assigned_to_id }) });
  }
  const { problem } = parseTargets(targets.map(({ label }) => label).join('\n'));
  return {
    targets,
    columns: columns.flatMap(({ field }) => (field ? [field.label] : [])),
    problem,
  };
}
