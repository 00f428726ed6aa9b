import { useQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import type { IntakeField } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextArea } from '@/shared/ui/field';

import { useLaunchBatch } from '../api/mutations';
import { membersQuery } from '../api/queries';
import { parseGrid } from '../model/target-grid';
import { MAX_TARGETS } from '../model/targets';

/** One session per target, all at once. Targets come one per line, as they are pasted from anywhere. */
export function BatchForm({
  flowId,
  fields,
  defaults,
}: {
  flowId: string;
  fields: IntakeField[];
  defaults: string[];
}) {
  const [text, setText] = useState(defaults.join('\n'));
  const launch = useLaunchBatch();
  const navigate = useNavigate();
  const members = useQuery(membersQuery()).data ?? [];
  const { targets, columns, problem } = parseGrid(text, fields, members);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (problem !== null || targets.length === 0) return;
    launch.mutate(
      { tree_id: flowId, targets },
      { onSuccess: (batch) => void navigate(`/batches/${batch.batch_id}`) },
    );
  }

  return (
    <form onSubmit={submit} className="grid gap-3" aria-label="Launch a maintenance round">
      <TextArea
        label="Targets"
        rows={6}
        value={text}
        onChange={(event) => setText(event.target.value)}
        hint={`One per line, up to ${MAX_TARGETS}. Repeated lines count once.`}
        error={problem ?? undefined}
        spellCheck={false}
        className="font-mono text-sm!"
      />
      <details className="text-fg-muted text-sm">
        <summary className="hover:text-fg cursor-pointer rounded-sm">
          Values and people for each target
        </summary>
        <p className="mt-1.5 text-pretty">
          Paste a table out of a sheet. Its first line names the columns: the target, then{' '}
          {fields.length > 0 ? fields.map((field) => field.label).join(', ') : 'variables of the flow'}, and
          “Assigned to” for a colleague.
        </p>
      </details>
      {problem === null && (columns.length > 0 || targets.some((target) => target.assigned_to_id)) && (
        <ul
          aria-label="What each target gets"
          className="border-line max-h-40 overflow-y-auto rounded-md border text-sm"
        >
          {targets.map((target, i) => (
            <li key={i} className="flex flex-wrap gap-x-2 px-2.5 py-1">
              <span className="font-mono">{target.label}</span>
              <span className="text-fg-muted">
                {[
                  ...Object.values(target.session_variables ?? {}),
                  members.find((member) => member.id === target.assigned_to_id)?.name,
                ]
                  .filter(Boolean)
                  .join(', ')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {launch.isError && <Callout tone="danger" title={messageOf(launch.error)} role="alert" />}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        busy={launch.isPending}
        disabled={targets.length === 0 || problem !== null}
      >
        <Layers aria-hidden className="size-4" /> Launch{' '}
        {targets.length > 0 ? plural(targets.length, 'session') : 'round'}
      </Button>
    </form>
  );
}
