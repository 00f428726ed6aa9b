import { clsx } from 'clsx';
import {
  Check,
  ChevronLeft,
  ChevronRight,
  Circle,
  Clock,
  RotateCcw,
  SkipForward,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import { useActions } from '@/shared/actions/registry';
import type { ChecklistStep } from '@/shared/api/types';
import { formatTime } from '@/shared/lib/dates';
import { stepsOf } from '@/shared/lib/flow-structure';
import { drafts } from '@/shared/lib/storage';
import { useDraft } from '@/shared/lib/use-draft';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { notify } from '@/shared/ui/toast';

import { decisionFor, nextOpen, stateOf, type StepState } from '../model/checklist';
import { CustomStepForm, SkipForm } from './inline-forms';
import { LaterNotes } from './later-notes';
import { StepBody } from './step-body';
import { noteDraft, StepNote } from './step-note';
import { StepPrompts } from './step-prompts';
import type { Runner } from './use-runner';
import { StepText, usePlainText } from './variables';

const STATE: Record<StepState, { icon: LucideIcon; word: string; ink: string }> = {
  open: { icon: Circle, word: 'Open', ink: 'text-fg-subtle' },
  done: { icon: Check, word: 'Done', ink: 'text-success' },
  skipped: { icon: SkipForward, word: 'Skipped', ink: 'text-warning' },
};

interface ChecklistProps {
  runner: Runner;
  selected: string | null;
  onSelect: (id: string) => void;
}

/** All sections with the state of every step; the rail and the map of a checklist. */
export function ChecklistRail({ runner, selected, onSelect }: ChecklistProps) {
  const plain = usePlainText();
  const { session } = runner;
  return (
    <nav aria-label="Steps" className="grid gap-4">
      {(session.tree_snapshot.sections ?? []).map((section) => {
        const settled = section.steps.filter((step) => stateOf(session, step.id) !== 'open').length;
        return (
          <section key={section.id} aria-label={section.title}>
            <h2 className="mb-1 flex items-baseline gap-2 px-2 text-sm font-semibold">
              <span className="truncate">{section.title}</span>
              <span className="text-fg-subtle ml-auto text-xs font-normal tabular-nums">
                {settled}/{section.steps.length}
              </span>
            </h2>
            <ol>
              {section.steps.map((step) => {
                const state = stateOf(session, step.id);
                const { icon: Icon, word, ink } = STATE[state];
                const current = step.id === selected;
                return (
                  <li key={step.id}>
                    <button
                      type="button"
                      aria-current={current ? 'step' : undefined}
                      onClick={() => onSelect(step.id)}
                      className={clsx(
                        'flex min-h-8 w-full items-start gap-2 rounded-md px-2 py-1.5 text-left text-sm',
                        current ? 'bg-accent-soft font-medium text-accent-fg' : 'hover:bg-hover',
                      )}
                    >
                      <Icon aria-hidden className={clsx('mt-px size-4 shrink-0', ink)} />
                      <span
                        className={clsx(
                          'min-w-0 leading-snug',
                          !current && state !== 'open' && 'text-fg-subtle',
                        )}
                      >
                        <span className="sr-only">{word}: </span>
                        {plain(step.title)}
                        {step.required === false && <span className="text-fg-subtle"> (optional)</span>}
                      </span>
                    </button>
                  </li>
                );
              })}
            </ol>
          </section>
        );
      })}
    </nav>
  );
}

/** The selected step of a checklist. Mount it with the step's id as key. */
export function ChecklistStepCard({
  runner,
  step,
  position,
  onSelect,
  onAllDone,
}: {
  runner: Runner;
  step: ChecklistStep;
  position: string;
  onSelect: (id: string) => void;
  onAllDone: () => void;
}) {
  const { session } = runner;
  const sections = session.tree_snapshot.sections ?? [];
  const decision = decisionFor(session, step.id);
  const state = stateOf(session, step.id);
  const [note, setNote] = useDraft(noteDraft(session.id, step.id));
  const [form, setForm] = useState<'skip' | 'custom' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const noteField = useRef<HTMLTextAreaElement>(null);
  const focusStep = () => heading.current?.focus();

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, []);

  function settle(action: 'done' | 'skip', reason?: string) {
    const notes = note.trim();
    runner.step({
      action,
      node_id: step.id,
      ...(reason ? { reason } : {}),
      ...(notes === '' ? {} : { notes }),
    });
    drafts.set(noteDraft(session.id, step.id), '');
    setForm(null);
    const next = nextOpen(session, sections, step.id);
    if (next) onSelect(next);
    else onAllDone();
  }
  const reopen = () => runner.step({ action: 'back', node_id: step.id });
  const move = (by: number) => {
    const all = stepsOf(sections);
    const target = all[all.findIndex((other) => other.id === step.id) + by];
    if (target) onSelect(target.id);
  };
  const addNote = () => {
    const notes = note.trim();
    if (notes === '') return;
    runner.step({ action: 'note', node_id: step.id, notes });
    setNote('');
    notify('success', 'The note is added to the record.');
    focusStep();
  };

  useActions([
    {
      id: 'step.done',
      name: 'Mark this step done',
      section: 'This session',
      keys: ['Enter'],
      icon: Check,
      enabled: state === 'open',
      perform: () => settle('done'),
    },
    {
      id: 'step.next',
      name: 'Next step',
      section: 'This session',
      keys: ['j'],
      hidden: true,
      perform: () => move(1),
    },
    {
      id: 'step.previous',
      name: 'Previous step',
      section: 'This session',
      keys: ['k'],
      hidden: true,
      perform: () => move(-1),
    },
    {
      id: 'step.skip',
      name: 'Skip this step with a reason',
      section: 'This session',
      keys: ['s'],
      icon: SkipForward,
      enabled: state === 'open',
      perform: () => setForm('skip'),
    },
    {
      id: 'step.back',
      name: 'Open this step again',
      section: 'This session',
      keys: ['b'],
      icon: RotateCcw,
      enabled: state !== 'open',
      perform: reopen,
    },
    {
      id: 'step.note',
      name: 'Write a step note',
      section: 'This session',
      keys: ['n'],
      perform: () => noteField.current?.focus(),
    },
    {
      id: 'step.custom',
      name: 'Add a step of your own',
      section: 'This session',
      keys: ['c'],
      perform: () => setForm('custom'),
    },
  ]);

  const { icon: Icon, word, ink } = STATE[state];
  const own = session.custom_steps.filter((custom) => custom.after_node_id === step.id);
  return (
    <article aria-labelledby="step-title" className="animate-enter border-line bg-surface rounded-xl border">
      <header className="px-5 pt-5 sm:px-6 sm:pt-6">
        <p className="text-fg-subtle flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className={`inline-flex items-center gap-1.5 font-medium ${ink}`}>
            <Icon aria-hidden className="size-4" /> {word}
            {decision && (
              <span className="text-fg-subtle font-normal">at {formatTime(decision.timestamp)}</span>
            )}
          </span>
          <span className="tabular-nums">{position}</span>
          {step.expected_minutes != null && (
            <span className="inline-flex items-center gap-1 tabular-nums">
              <Clock aria-hidden className="size-3.5" /> about {step.expected_minutes} min
            </span>
          )}
          {step.required === false && <Badge>Optional</Badge>}
        </p>
        <h2
          id="step-title"
          ref={heading}
          tabIndex={-1}
          className="mt-1.5 text-xl font-semibold tracking-tight text-balance outline-none"
        >
          <StepText text={step.title} />
        </h2>
      </header>
      <div className="grid grid-cols-1 gap-5 px-5 py-5 sm:px-6">
        {decision?.kind === 'skipped' && (
          <Callout tone="warning" title={`Skipped: ${decision.reason ?? 'no reason given'}`} />
        )}
        <StepBody step={step} />
        <StepPrompts step={step} onDone={focusStep} />
        {form === 'skip' && (
          <SkipForm
            onClose={() => (setForm(null), focusStep())}
            onSkip={(reason) => settle('skip', reason)}
          />
        )}
        {form === 'custom' && (
          <CustomStepForm
            onClose={() => (setForm(null), focusStep())}
            onAdd={(title, notes) => {
              runner.step({ action: 'custom', node_id: step.id, title, ...(notes === '' ? {} : { notes }) });
              setForm(null);
              focusStep();
            }}
          />
        )}
        {own.length > 0 && (
          <ul aria-label="Your own steps" className="border-info/50 grid gap-1 border-l-2 pl-3 text-sm">
            {own.map((custom) => (
              <li key={custom.id}>
                <span className="font-medium">{custom.title}</span>
                {custom.notes && <span className="text-fg-muted"> · {custom.notes}</span>}
              </li>
            ))}
          </ul>
        )}
        {decision?.notes && (
          <p className="border-line text-fg-muted border-l-2 pl-3 whitespace-pre-wrap">{decision.notes}</p>
        )}
        {state !== 'open' && <LaterNotes runner={runner} stepId={step.id} />}
        <div className="grid justify-items-start gap-2 *:w-full">
          <StepNote ref={noteField} value={note} onChange={setNote} onLeave={focusStep} />
          {/* An open step takes its note along when it is settled; a settled one needs a word of its own. */}
          {state !== 'open' && note.trim() !== '' && (
            <Button className="w-auto!" onClick={addNote}>
              Add note
            </Button>
          )}
        </div>
      </div>
      <footer className="bg-surface border-line sticky bottom-0 flex flex-wrap items-center gap-2 rounded-b-xl border-t px-3 py-3 max-md:bottom-14 sm:px-6">
        {state === 'open' ? (
          <>
            <Button variant="primary" size="lg" kbd="Enter" onClick={() => settle('done')}>
              Done
            </Button>
            <Button variant="ghost" kbd="s" onClick={() => setForm('skip')}>
              Skip
            </Button>
          </>
        ) : (
          <Button kbd="b" onClick={reopen}>
            <RotateCcw aria-hidden className="size-3.5" /> Open again
          </Button>
        )}
        <Button variant="ghost" kbd="c" onClick={() => setForm('custom')}>
          Add a step
        </Button>
        <span className="ml-auto flex gap-1">
          <Button variant="ghost" kbd="k" onClick={() => move(-1)} className="max-sm:px-2">
            <ChevronLeft aria-hidden className="size-4 sm:hidden" />
            <span className="max-sm:sr-only">Previous</span>
          </Button>
          <Button variant="ghost" kbd="j" onClick={() => move(1)} className="max-sm:px-2">
            <span className="max-sm:sr-only">Next</span>
            <ChevronRight aria-hidden className="size-4 sm:hidden" />
          </Button>
        </span>
      </footer>
    </article>
  );
}
