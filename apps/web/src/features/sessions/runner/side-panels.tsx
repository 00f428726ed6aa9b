import { CloudOff, Check, Loader2 } from 'lucide-react';

import { isFilled, labelOf, variablesIn } from '@/shared/lib/variables';
import { TextArea } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';

import { fieldNamed, VariableField } from '../components/variable-field';
import type { QueueState } from '../model/queue';
import type { Runner } from './use-runner';
import { FIXED_FIELDS, useVariables } from './variables';

export function VariablesPanel({ runner }: { runner: Runner }) {
  const { values, fields, set } = useVariables();
  const snapshot = runner.session.tree_snapshot;
  const names = [
    ...new Set([
      ...fields.map((field) => field.name),
      ...variablesIn((snapshot.nodes ?? []).map((node) => node.body)),
      ...Object.keys(runner.session.session_variables),
    ]),
  ].filter((name) => !FIXED_FIELDS.has(name) && name !== 'ticket_number' && name !== 'client_name');
  if (names.length === 0) return null;
  const filled = names.filter((name) => isFilled(values[name])).length;
  return (
    <Panel
      title="Variables"
      aside={
        <span className="tabular-nums">
          {filled} of {names.length}
        </span>
      }
    >
      <div className="@container">
        <div className="grid gap-3 @lg:grid-cols-2">
          {names.map((name) => (
            <VariableField
              key={name}
              id={`panel-${name}`}
              field={{ ...fieldNamed(name, labelOf(name, fields), fields), help: null }}
              value={values[name]}
              onChange={(value) => set(name, value)}
            />
          ))}
        </div>
      </div>
    </Panel>
  );
}

export function ScratchpadPanel({ runner }: { runner: Runner }) {
  return (
    <Panel title="Scratchpad" aside={<SaveState state={runner.queueState} />}>
      <TextArea
        label="Scratchpad"
        hideLabel
        rows={7}
        value={runner.session.scratchpad}
        onChange={(event) => runner.scratchpad(event.target.value)}
        placeholder="Anything to remember. Saved as you type; in the note only if you ask for it."
      />
    </Panel>
  );
}

function SaveState({ state }: { state: QueueState }) {
  const open = state.entries.some((entry) => entry.kind === 'scratchpad');
  const [Icon, word, tone] = !open
    ? [Check, 'Saved', 'text-fg-subtle']
    : state.status === 'waiting'
      ? [CloudOff, 'Kept here, not sent', 'text-warning']
      : [Loader2, 'Saving', 'text-fg-subtle'];
  return (
    <span role="status" className={`inline-flex items-center gap-1 text-xs ${tone}`}>
      <Icon aria-hidden className="size-3.5" /> {word}
    </span>
  );
}
