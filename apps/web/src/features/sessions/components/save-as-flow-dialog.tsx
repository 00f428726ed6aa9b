import { useId, useState, type FormEvent } from 'react';
import { Link } from 'react-router';

import { isCode, messageOf } from '@/shared/api/problem';
import type { LintFinding, SavedFlow, SessionResponse } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { TextArea, TextField } from '@/shared/ui/field';

import { savePreviewQuery, useSaveAsFlow } from '../api/mutations';
import { SavePreview } from './save-preview';

const NAME_MAX = 200;

/** The name the server would give as well: what was done, for which ticket and client. */
function suggestedName({ tree_snapshot, ticket_number, client_name }: SessionResponse): string {
  const ticket = ticket_number ? `Ticket ${ticket_number}` : null;
  return [tree_snapshot.name, ticket, client_name].filter(Boolean).join(' - ').slice(0, NAME_MAX);
}

interface SaveAsFlowProps {
  session: SessionResponse;
  /** Waits until every step is with the server; only what is there can be saved. */
  settled?: (() => Promise<void>) | undefined;
  onClose: () => void;
}

/** The way this session took becomes a flow of its own: without branches, own steps in their place. */
export default function SaveAsFlowDialog({ session, settled, onClose }: SaveAsFlowProps) {
  const [status, setStatus] = useState<'draft' | 'published'>('draft');
  const save = useSaveAsFlow(session.id, settled);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // The dialog is a portal: without this the submit would also reach a form around its place in the tree.
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    const description = formText(form, 'description');
    save.mutate({
      tree_name: formText(form, 'name') || null,
      ...(description === '' ? {} : { description }),
      status,
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Save as flow"
      description={
        save.isSuccess ? undefined : 'The way this session took becomes a flow; skipped steps are left out.'
      }
    >
      {save.isSuccess ? (
        <Saved flow={save.data} published={status === 'published'} onClose={onClose} />
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <TextField
            label="Name"
            name="name"
            required
            maxLength={NAME_MAX}
            defaultValue={suggestedName(session)}
            onFocus={(event) => event.currentTarget.select()}
            hint="Client and ticket are in it; change it before others read it."
          />
          <TextArea
            label="Description"
            name="description"
            optional
            rows={2}
            maxLength={4000}
            placeholder="What it is for and when to use it"
          />
          <SavePreview query={savePreviewQuery(session.id, settled)} />
          <StatusChoice value={status} onChange={setStatus} />
          {save.isError && <SaveProblem problem={save.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" busy={save.isPending}>
              {status === 'draft' ? 'Save as draft' : 'Save and publish'}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

const CHOICES = [
  { value: 'draft', label: 'Draft', hint: 'To look over and mend first' },
  { value: 'published', label: 'Published', hint: 'Checked, and ready for your team' },
] as const;

function StatusChoice({
  value,
  onChange,
}: {
  value: 'draft' | 'published';
  onChange: (value: 'draft' | 'published') => void;
}) {
  const group = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">Save it as</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {CHOICES.map((choice) => (
          <label
            key={choice.value}
            className="border-line hover:border-control has-checked:border-accent-fg has-checked:bg-accent-soft has-focus-visible:outline-focus relative cursor-pointer rounded-lg border px-3 py-2 transition-colors duration-120 has-focus-visible:outline-2 has-focus-visible:outline-offset-2"
          >
            <input
              type="radio"
              name={group}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => onChange(choice.value)}
              className="absolute opacity-0"
            />
            <span className="block text-sm font-medium">{choice.label}</span>
            <span className="text-fg-muted block text-xs">{choice.hint}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function SaveProblem({ problem }: { problem: unknown }) {
  if (isCode(problem, 'tree_not_publishable')) {
    const findings = (problem.detail as { errors?: LintFinding[] } | null)?.errors ?? [];
    return (
      <Callout tone="warning" title="It cannot be published as it is" role="alert">
        <ul className="mt-1 list-disc pl-4">
          {findings.map((finding, i) => (
            <li key={i}>{finding.message}</li>
          ))}
        </ul>
        <p className="mt-1">As a draft it can be saved and mended later.</p>
      </Callout>
    );
  }
  // The server says what the plan allows.
  const limit = isCode(problem, 'tree_limit_reached');
  return <Callout tone={limit ? 'warning' : 'danger'} title={messageOf(problem)} role="alert" />;
}

function Saved({ flow, published, onClose }: { flow: SavedFlow; published: boolean; onClose: () => void }) {
  return (
    <div className="grid gap-4">
      <Callout tone="success" title={published ? 'Saved and published' : 'Saved as a draft'} role="status">
        <Link
          to={`/flows/${flow.tree_id}`}
          className="text-accent-fg font-medium break-words underline underline-offset-2"
        >
          {flow.tree_name}
        </Link>
      </Callout>
      <div className="flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}
