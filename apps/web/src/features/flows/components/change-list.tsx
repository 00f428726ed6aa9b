import { clsx } from 'clsx';
import { ArrowUpDown, ChevronDown, CircleCheck, Minus, Pencil, Plus, type LucideIcon } from 'lucide-react';

import { plural } from '@/shared/lib/plural';
import { Badge, type Tone } from '@/shared/ui/badge';

import { diffLines, type Change, type ChangeKind, type DiffLine, type FieldChange } from '../model/diff';

const LOOK: Record<ChangeKind, { icon: LucideIcon; tone: Tone; word: string }> = {
  added: { icon: Plus, tone: 'success', word: 'Added' },
  removed: { icon: Minus, tone: 'danger', word: 'Removed' },
  changed: { icon: Pencil, tone: 'info', word: 'Changed' },
  moved: { icon: ArrowUpDown, tone: 'neutral', word: 'Moved' },
};
const WHAT: Record<Change['what'], string> = { flow: 'The flow itself', step: 'Step', variable: 'Variable' };

/** "3 changes: 1 added, 2 changed", for whoever only wants to know how much it is. */
export function summaryOf(changes: Change[]): string {
  const kinds = Object.keys(LOOK) as ChangeKind[];
  const parts = kinds.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${LOOK[kind].word.toLowerCase()}`];
  });
  return changes.length === 0 ? 'No difference' : `${plural(changes.length, 'change')}: ${parts.join(', ')}`;
}

/** Every difference between two flows. What changed is open; what came or went as a whole is folded. */
export function ChangeList({ changes }: { changes: Change[] }) {
  if (changes.length === 0) {
    return (
      <p className="text-fg-muted flex items-center gap-2 py-2">
        <CircleCheck aria-hidden className="text-success size-4" /> They say the same.
      </p>
    );
  }
  return (
    <ol aria-label="Changes" className="border-line divide-line grid grid-cols-1 divide-y rounded-lg border">
      {changes.map((change) => (
        <li key={`${change.what} ${change.kind} ${change.id}`} className="min-w-0 px-3 py-2.5">
          <ChangeItem change={change} />
        </li>
      ))}
    </ol>
  );
}

function ChangeItem({ change }: { change: Change }) {
  const { icon, tone, word } = LOOK[change.kind];
  const head = (
    <>
      <Badge tone={tone} icon={icon}>
        {word}
      </Badge>
      <span className="min-w-0 flex-1 font-medium break-words">{change.title}</span>
      <span className="text-fg-subtle text-sm">{WHAT[change.what]}</span>
    </>
  );
  if (change.fields.length === 0) return <div className="flex items-start gap-2">{head}</div>;
  const fields = (
    <dl className="mt-2 grid grid-cols-1 gap-2">
      {change.fields.map((field) => (
        <Field key={field.field} change={field} />
      ))}
    </dl>
  );
  if (change.kind === 'changed') {
    return (
      <>
        <div className="flex items-start gap-2">{head}</div>
        {fields}
      </>
    );
  }
  return (
    <details className="group">
      <summary className="flex min-h-6 items-start gap-2">
        {head}
        <ChevronDown aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0 group-open:rotate-180" />
      </summary>
      {fields}
    </details>
  );
}

const lines = (text: string | null) => (text === null ? [] : text.split('\n'));

function Field({ change }: { change: FieldChange }) {
  return (
    <div className="grid grid-cols-1 gap-x-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <dt className="text-fg-subtle py-0.5 text-sm">{change.field}</dt>
      <dd className="min-w-0 text-sm">
        {diffLines(lines(change.before), lines(change.after)).map((line, i) => (
          <Line key={i} line={line} />
        ))}
      </dd>
    </div>
  );
}

const LINE = {
  same: { sign: ' ', look: 'text-fg-muted', spoken: '' },
  added: { sign: '+', look: 'bg-success/12', spoken: 'Added: ' },
  removed: { sign: '−', look: 'bg-danger/12', spoken: 'Removed: ' },
} as const;

function Line({ line }: { line: DiffLine }) {
  const { sign, look, spoken } = LINE[line.kind];
  return (
    <p className={clsx('flex gap-2 px-1.5 py-0.5 first:rounded-t-sm last:rounded-b-sm', look)}>
      <span aria-hidden className="w-2 shrink-0 font-mono">
        {sign}
      </span>
      <span className="min-w-0 break-words whitespace-pre-wrap">
        <span className="sr-only">{spoken}</span>
        {line.text}
      </span>
    </p>
  );
}
