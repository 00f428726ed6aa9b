import { clsx } from 'clsx';
import {
  ArrowLeft,
  CircleCheck,
  CircleHelp,
  Clock,
  Info,
  MessageSquarePlus,
  PencilLine,
  Play,
  Siren,
  SkipForward,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import { useActions } from '@/shared/actions/registry';
import type { FlowNode, NodeType } from '@/shared/api/types';
import { isTerminal, NODE_TYPE_LABEL } from '@/shared/lib/flow-structure';
import { drafts } from '@/shared/lib/storage';
import { useDraft } from '@/shared/lib/use-draft';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Kbd } from '@/shared/ui/kbd';

import { optionId } from '../model/optimistic';
import { ConcludeForm } from './conclude-form';
import { CustomStepForm, SkipForm } from './inline-forms';
import { StepBody } from './step-body';
import { noteDraft, StepNote } from './step-note';
import { StepPrompts } from './step-prompts';
import type { Runner } from './use-runner';
import { StepText, usePlainText } from './variables';

const ICON: Record<NodeType, LucideIcon> = {
  question: CircleHelp,
  action: Play,
  instruction: Info,
  outcome: CircleCheck,
  escalation: Siren,
};

const INK: Record<NodeType, string> = {
  question: 'text-accent-fg',
  action: 'text-accent-fg',
  instruction: 'text-accent-fg',
  outcome: 'text-success',
  escalation: 'text-warning',
};

interface GraphRunnerProps {
  runner: Runner;
  node: FlowNode;
  stepNumber: number;
  previousId: string | null;
}

/** One step of a troubleshooting flow. Mount it with the visit as key: every visit starts with fresh fields. */
export function GraphStep({ runner, node, stepNumber, previousId }: GraphRunnerProps) {
  const { session } = runner;
  const [note, setNote] = useDraft(noteDraft(session.id, node.id));
  const [form, setForm] = useState<'skip' | 'custom' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const noteField = useRef<HTMLTextAreaElement>(null);
  const plain = usePlainText();

  const options = node.options ?? [];
  const terminal = isTerminal(node);
  const canSkip = node.type !== 'question' && !terminal && options.length === 0 && node.next != null;
  const focusStep = () => heading.current?.focus();

  useEffect(() => {
    // The step takes the focus: a screen reader reads it, and Enter is free for "Done".
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, []);

  function take(action: 'answer' | 'done' | 'skip', extra: { option_id?: string; reason?: string } = {}) {
    const notes = note.trim();
    runner.step({ action, node_id: node.id, ...extra, ...(notes === '' ? {} : { notes }) });
    drafts.set(noteDraft(session.id, node.id), '');
  }
  const answer = (index: number) => {
    const option = options[index];
    if (option) take('answer', { option_id: optionId(option.id, index) });
  };
  const back = () => previousId !== null && runner.step({ action: 'back', node_id: previousId });

  useActions([
    {
      id: 'step.answer',
      name: `Pick an answer (1–${Math.min(9, options.length)})`,
      section: 'This session',
      keys: options.slice(0, 9).map((_, i) => String(i + 1)),
      hidden: true,
      enabled: options.length > 0,
      perform: (key) => answer(Number(key) - 1),
    },
    {
      id: 'step.done',
      name: 'Mark this step done',
      section: 'This session',
      keys: ['Enter'],
      icon: CircleCheck,
      enabled: !terminal && options.length === 0,
      perform: () => take('done'),
    },
    {
      id: 'step.back',
      name: 'Back to the step before',
      section: 'This session',
      keys: ['b'],
      icon: ArrowLeft,
      enabled: previousId !== null,
      perform: back,
    },
    {
      id: 'step.skip',
      name: 'Skip this step with a reason',
      section: 'This session',
      keys: ['s'],
      icon: SkipForward,
      enabled: canSkip,
      perform: () => setForm('skip'),
    },
    {
      id: 'step.note',
      name: 'Write a step note',
      section: 'This session',
      keys: ['n'],
      icon: PencilLine,
      enabled: !terminal,
      perform: () => noteField.current?.focus(),
    },
    {
      id: 'step.custom',
      name: 'Add a step of your own',
      section: 'This session',
      keys: ['c'],
      icon: MessageSquarePlus,
      perform: () => setForm('custom'),
    },
  ]);

  const Icon = ICON[node.type];
  return (
    <article aria-labelledby="step-title" className="animate-enter border-line bg-surface rounded-xl border">
      <header className="px-5 pt-5 sm:px-6 sm:pt-6">
        <p className="text-fg-subtle flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className={clsx('inline-flex items-center gap-1.5 font-medium', INK[node.type])}>
            <Icon aria-hidden className="size-4" />
            {NODE_TYPE_LABEL[node.type]}
          </span>
          <span className="tabular-nums">Step {stepNumber}</span>
          {node.expected_minutes != null && (
            <span className="inline-flex items-center gap-1 tabular-nums">
              <Clock aria-hidden className="size-3.5" /> about {node.expected_minutes} min
            </span>
          )}
        </p>
        <h2
          id="step-title"
          ref={heading}
          tabIndex={-1}
          className="mt-1.5 text-xl font-semibold tracking-tight text-balance outline-none"
        >
          <StepText text={node.title} />
        </h2>
      </header>
      <div className="grid grid-cols-1 gap-5 px-5 py-5 sm:px-6">
        <StepBody step={node} />
        <StepPrompts step={node} onDone={focusStep} />
        {options.length > 0 && (
          <ul aria-label="Answers" className="grid gap-2">
            {options.map((option, i) => (
              <li key={optionId(option.id, i)}>
                <button
                  type="button"
                  onClick={() => answer(i)}
                  className="border-line bg-raised hover:border-accent-fg hover:bg-accent-soft flex min-h-11 w-full items-center gap-3 rounded-lg border px-3.5 py-2 text-left font-medium transition-colors duration-120"
                >
                  {i < 9 && <Kbd keys={String(i + 1)} />}
                  {plain(option.label)}
                </button>
              </li>
            ))}
          </ul>
        )}
        {form === 'skip' && (
          <SkipForm
            onClose={() => (setForm(null), focusStep())}
            onSkip={(reason) => take('skip', { reason })}
          />
        )}
        {form === 'custom' && (
          <CustomStepForm
            onClose={() => (setForm(null), focusStep())}
            onAdd={(title, notes) => {
              runner.step({ action: 'custom', node_id: node.id, title, ...(notes === '' ? {} : { notes }) });
              setForm(null);
              focusStep();
            }}
          />
        )}
        <CustomSteps runner={runner} nodeId={node.id} />
        {!terminal && <StepNote ref={noteField} value={note} onChange={setNote} onLeave={focusStep} />}
        {terminal && (
          <ConcludeForm
            runner={runner}
            suggested={node.type === 'escalation' ? 'escalated' : (node.outcome ?? 'resolved')}
          />
        )}
        {!terminal && options.length === 0 && node.next == null && (
          <Callout tone="warning" title="The flow ends here without an outcome">
            Conclude the session to say how it ended.
          </Callout>
        )}
      </div>
      <footer className="bg-surface border-line sticky bottom-0 flex flex-wrap items-center gap-2 rounded-b-xl border-t px-3 py-3 max-md:bottom-14 sm:px-6">
        {!terminal && options.length === 0 && node.next != null && (
          <Button variant="primary" size="lg" kbd="Enter" onClick={() => take('done')}>
            Done
          </Button>
        )}
        <Button variant="ghost" disabled={previousId === null} onClick={back} kbd="b">
          Back
        </Button>
        {canSkip && (
          <Button variant="ghost" onClick={() => setForm('skip')} kbd="s">
            Skip
          </Button>
        )}
        <Button variant="ghost" onClick={() => setForm('custom')} kbd="c">
          Add a step
        </Button>
      </footer>
    </article>
  );
}

function CustomSteps({ runner, nodeId }: { runner: Runner; nodeId: string }) {
  const own = runner.session.custom_steps.filter((step) => step.after_node_id === nodeId);
  if (own.length === 0) return null;
  return (
    <ul aria-label="Your own steps" className="border-info/50 grid gap-1 border-l-2 pl-3 text-sm">
      {own.map((step) => (
        <li key={step.id}>
          <span className="font-medium">{step.title}</span>
          {step.notes && <span className="text-fg-muted"> · {step.notes}</span>}
        </li>
      ))}
    </ul>
  );
}
