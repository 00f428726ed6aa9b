import { Flag } from 'lucide-react';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { NetworkError, isCode, messageOf } from '@/shared/api/problem';
import type { Outcome } from '@/shared/api/types';
import { OUTCOME_LABEL, stepsOf } from '@/shared/lib/flow-structure';
import { useDraft } from '@/shared/lib/use-draft';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextArea } from '@/shared/ui/field';

import { useCompleteSession } from '../api/mutations';
import { settle } from './settle';
import type { Runner } from './use-runner';

const HINT: Record<Outcome, string> = {
  resolved: 'Fixed and confirmed',
  workaround: 'Works, not the real fix',
  unresolved: 'Not fixed',
  escalated: 'Handed to someone else',
  cancelled: 'Stopped, no work to record',
};
const OUTCOMES = Object.keys(HINT) as Outcome[];

interface ConcludeFormProps {
  runner: Runner;
  suggested: Outcome;
  onClose?: () => void;
}

/** How it ended. What was typed survives a reload, and nothing is completed before every step is with the server. */
export function ConcludeForm({ runner, suggested, onClose }: ConcludeFormProps) {
  const { session } = runner;
  const navigate = useNavigate();
  const complete = useCompleteSession(session.id);
  const [outcome, setOutcome] = useState<Outcome>(suggested);
  const [notes, setNotes] = useDraft(`conclude.notes.${session.id}`);
  const [next, setNext] = useDraft(`conclude.next.${session.id}`);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const group = useId();

  useActions([
    {
      id: 'session.complete',
      name: 'Complete the session and write the note',
      section: 'This session',
      keys: ['mod+Enter'],
      icon: Flag,
      perform: () => form.current?.requestSubmit(),
    },
  ]);
  const opened = onClose !== undefined;
  useEffect(() => {
    // Asked for by key or button, the form takes the focus; at the end of a flow the step keeps it.
    if (opened) form.current?.querySelector<HTMLInputElement>('input:checked')?.focus();
  }, [opened]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await settle(runner);
      await complete.mutateAsync({
        outcome,
        ...(notes.trim() ? { outcome_notes: notes.trim() } : {}),
        ...(next.trim() ? { next_steps: next.trim() } : {}),
      });
      setNotes('');
      setNext('');
      await navigate(`/sessions/${session.id}/document`);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  }

  return (
    <form
      ref={form}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && onClose) {
          event.stopPropagation();
          onClose();
        }
      }}
      aria-label="Conclude the session"
      className="grid gap-4"
    >
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Outcome</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-5">
          {OUTCOMES.map((value) => (
            <label
              key={value}
              className="border-line bg-raised hover:border-control has-checked:border-accent-fg has-checked:bg-accent-soft has-focus-visible:outline-focus relative cursor-pointer rounded-lg border px-3 py-2 transition-colors duration-120 has-focus-visible:outline-2 has-focus-visible:outline-offset-2"
            >
              <input
                type="radio"
                name={group}
                value={value}
                checked={outcome === value}
                onChange={() => setOutcome(value)}
                className="absolute opacity-0"
              />
              <span className="block text-sm font-medium">{OUTCOME_LABEL[value]}</span>
              <span className="text-fg-muted block text-xs">{HINT[value]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <TextArea
        label="Outcome notes"
        optional
        rows={3}
        value={notes}
        onChange={(event) => setNotes(event.target.value)}
        placeholder="What fixed it, or what is known"
      />
      <TextArea
        label="Next steps"
        optional
        rows={2}
        value={next}
        onChange={(event) => setNext(event.target.value)}
        placeholder="What the client or the next engineer should do"
      />
      {problem !== null && <ConcludeProblem problem={problem} runner={runner} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" size="lg" busy={busy} kbd="mod+Enter">
          Complete and write the note
        </Button>
        {onClose && (
          <Button variant="ghost" size="lg" onClick={onClose}>
            Keep working
          </Button>
        )}
      </div>
    </form>
  );
}

function ConcludeProblem({ problem, runner }: { problem: unknown; runner: Runner }) {
  if (isCode(problem, 'required_steps_open')) {
    const open = new Set((problem.detail as { open?: string[] } | null)?.open ?? []);
    const titles = stepsOf(runner.session.tree_snapshot.sections ?? []).filter((step) => open.has(step.id));
    return (
      <Callout tone="warning" title="Required steps are still open" role="alert">
        Finish or skip them, or choose another outcome.
        <ul className="mt-1 list-disc pl-4">
          {titles.map((step) => (
            <li key={step.id}>{step.title}</li>
          ))}
        </ul>
      </Callout>
    );
  }
  if (problem instanceof NetworkError) {
    return (
      <Callout tone="warning" title="Not completed yet: no connection" role="alert">
        Everything you entered is kept here. Try again when the connection is back.
      </Callout>
    );
  }
  return <Callout tone="danger" title={messageOf(problem)} role="alert" />;
}
