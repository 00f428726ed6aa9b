import { clsx } from 'clsx';
import { CornerDownLeft } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { isTyping } from '@/shared/actions/hotkeys';
import { useActions } from '@/shared/actions/registry';
import { submitOnEnter } from '@/shared/lib/form-keys';
import { useDraft } from '@/shared/lib/use-draft';
import { VERDICT } from '@/shared/ui/ai-words';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextArea, TextField } from '@/shared/ui/field';
import { Kbd } from '@/shared/ui/kbd';
import { Markdown } from '@/shared/ui/markdown';

import type { Move, Step, StepKind, Verdict } from '../api/types';
import { KIND } from '../model/words';
import { CommandList } from './command-list';
import { SourceLine } from './source-line';

interface StepCardProps {
  step: Step;
  sending: Move | null;
  onMove: (move: Move, taken?: () => void) => void;
  /** Hands the session over, where that can be done from here. */
  onHandOver?: (() => void) | undefined;
}

/** What the two plain verdicts mean of each kind of step. */
const WORDS: Record<StepKind, { worked: string; did_not_work: string }> = {
  question: { worked: 'Worked', did_not_work: 'Didn’t work' },
  action: { worked: 'Worked', did_not_work: 'Didn’t work' },
  check: { worked: 'As it should be', did_not_work: 'Not as it should be' },
  outcome: { worked: 'It is fixed', did_not_work: 'Not fixed' },
  escalation: { worked: 'Handed over', did_not_work: 'Not handed over' },
};

/** The one step in front of the engineer. Mount it with the step's id as key: each starts with fresh fields. */
export function StepCard({ step, sending, onMove, onHandOver }: StepCardProps) {
  const [note, setNote] = useDraft(`pilot.note.${step.id}`);
  const [asking, setAsking] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const busy = sending !== null;
  const { icon: Icon, word, ink } = KIND[step.kind];
  const isQuestion = step.kind === 'question';
  const escalates = step.kind === 'escalation' && onHandOver !== undefined;
  const candidates = step.source.kind === 'candidates';

  useEffect(() => {
    // A new step takes the focus, so that its keys work and it is read out; never from somebody who is writing.
    if (!isTyping(document.activeElement) && document.querySelector('[role="dialog"]') === null)
      heading.current?.focus({ preventScroll: true });
  }, []);

  const say = (verdict: Verdict, extra: { option_id?: string; reason?: string } = {}) => {
    const notes = note.trim();
    onMove({ kind: 'verdict', verdict, ...extra, ...(notes === '' ? {} : { notes }) }, () => setNote(''));
  };
  const answer = (index: number) => {
    const option = step.options[index];
    if (option) say('answered', { option_id: option.id });
  };

  useActions([
    {
      id: 'pilot.answer',
      name: `Pick an answer (1–${Math.min(9, step.options.length)})`,
      section: 'This session',
      keys: step.options.slice(0, 9).map((_, i) => String(i + 1)),
      hidden: true,
      enabled: !busy && step.options.length > 0,
      perform: (key) => answer(Number(key) - 1),
    },
    {
      id: 'pilot.worked',
      name: `Say: ${WORDS[step.kind].worked}`,
      section: 'This session',
      keys: ['w'],
      icon: VERDICT.worked.icon,
      enabled: !busy && !isQuestion,
      perform: () => say('worked'),
    },
    {
      id: 'pilot.did-not-work',
      name: `Say: ${WORDS[step.kind].did_not_work}`,
      section: 'This session',
      keys: ['d'],
      icon: VERDICT.did_not_work.icon,
      enabled: !busy && !isQuestion,
      perform: () => say('did_not_work'),
    },
    {
      id: 'pilot.not-applicable',
      name: 'Say: not applicable, with a reason',
      section: 'This session',
      keys: ['n'],
      icon: VERDICT.not_applicable.icon,
      enabled: !busy && !candidates,
      perform: () => setAsking(true),
    },
    {
      id: 'pilot.cannot-now',
      name: 'Say: can’t do now',
      section: 'This session',
      keys: ['c'],
      icon: VERDICT.cannot_now.icon,
      enabled: !busy && !candidates,
      perform: () => say('cannot_now'),
    },
  ]);

  return (
    <article
      aria-labelledby="step-title"
      aria-busy={busy}
      className="animate-enter border-accent-fg/30 bg-surface rounded-xl border"
    >
      <header className="px-4 pt-4 sm:px-6 sm:pt-6">
        <p className="text-fg-subtle flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className={clsx('inline-flex items-center gap-1.5 font-medium', ink)}>
            <Icon aria-hidden className="size-4" />
            {candidates ? 'Which one fits?' : word}
          </span>
          <span className="tabular-nums">Step {step.step_order}</span>
          <SourceLine step={step} />
        </p>
        <h2
          id="step-title"
          ref={heading}
          tabIndex={-1}
          className="mt-1.5 text-lg font-semibold tracking-tight text-balance outline-none"
        >
          {step.title}
        </h2>
        {step.why && <p className="text-fg-muted mt-1 max-w-prose text-sm">{step.why}</p>}
      </header>
      <div className="grid grid-cols-1 gap-4 px-4 py-5 sm:px-6">
        {step.warning && (
          <Callout tone="warning" title="Before you do this">
            <Markdown text={step.warning} />
          </Callout>
        )}
        {step.body && <Markdown text={step.body} className="text-fg-muted max-w-prose" />}
        <CommandList commands={step.commands} />
        {step.options.length > 0 && (
          <ul aria-label="Answers" className="grid gap-2">
            {step.options.map((option, i) => (
              <li key={option.id}>
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => answer(i)}
                  className="border-line bg-raised hover:border-accent-fg hover:bg-accent-soft flex min-h-11 w-full items-center gap-3 rounded-lg border px-3.5 py-2 text-left font-medium transition-colors duration-120 disabled:opacity-50"
                >
                  {i < 9 && <Kbd keys={String(i + 1)} />}
                  {option.label}
                </button>
              </li>
            ))}
          </ul>
        )}
        {asking && (
          <ReasonForm
            onClose={() => {
              setAsking(false);
              heading.current?.focus();
            }}
            onReason={(reason) => say('not_applicable', { reason })}
          />
        )}
        {!candidates && (
          <NoteField
            question={isQuestion}
            options={step.options.length > 0}
            value={note}
            busy={busy}
            onChange={setNote}
            onAnswer={() => say('answered')}
            onLeave={() => heading.current?.focus()}
          />
        )}
      </div>
      {!candidates && (
        <footer className="border-line flex flex-wrap items-center gap-2 rounded-b-xl border-t px-4 py-3 sm:px-6">
          {!isQuestion && (
            <>
              {escalates && (
                <Button variant="primary" disabled={busy} onClick={onHandOver} kbd="h">
                  Escalate
                </Button>
              )}
              <Button
                variant={escalates ? 'secondary' : 'primary'}
                disabled={busy}
                onClick={() => say('worked')}
                kbd="w"
              >
                {WORDS[step.kind].worked}
              </Button>
              <Button disabled={busy} onClick={() => say('did_not_work')} kbd="d">
                {WORDS[step.kind].did_not_work}
              </Button>
            </>
          )}

          <Button variant="ghost" disabled={busy} onClick={() => setAsking(true)} kbd="n">
            Not applicable
          </Button>
          <Button variant="ghost" disabled={busy} onClick={() => say('cannot_now')} kbd="c">
            Can’t do now
          </Button>
        </footer>
      )}
    </article>
  );
}

function ReasonForm({ onReason, onClose }: { onReason: (reason: string) => void; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.form?.scrollIntoView({ block: 'nearest' });
  }, []);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (reason.trim() === '') setMissing(true);
    else onReason(reason.trim());
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
      aria-label="Not applicable"
      className="animate-enter border-line bg-raised grid gap-3 rounded-lg border p-4"
    >
      <TextField
        ref={field}
        label="Why does this step not apply?"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={1000}
        hint="The reason stands in the note."
        error={missing ? 'A step that does not apply needs its reason.' : undefined}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary">
          Go on
        </Button>
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface NoteFieldProps {
  question: boolean;
  options: boolean;
  value: string;
  busy: boolean;
  onChange: (text: string) => void;
  onAnswer: () => void;
  onLeave: () => void;
}

/** What was seen; of a question, the answer in the engineer's own words. */
function NoteField({ question, options, value, busy, onChange, onAnswer, onLeave }: NoteFieldProps) {
  const label = question ? (options ? 'Another answer' : 'Your answer') : 'What you saw';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim() !== '') onAnswer();
      }}
      className="grid gap-2"
    >
      <TextArea
        label={label}
        optional={!question || options}
        rows={question && !options ? 2 : 1}
        maxLength={20_000}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onLeave();
          } else if (question) submitOnEnter(event);
        }}
        placeholder={question ? undefined : 'Goes with your verdict, and into the note'}
      />
      {question && (value.trim() !== '' || !options) && (
        <div>
          <Button type="submit" disabled={busy || value.trim() === ''}>
            <CornerDownLeft aria-hidden className="size-4" /> Answer
          </Button>
        </div>
      )}
    </form>
  );
}
