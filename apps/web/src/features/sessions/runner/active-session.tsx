import { Flag } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { useActions } from '@/shared/actions/registry';
import type { Outcome, SessionResponse } from '@/shared/api/types';
import { isTerminal, stepsOf } from '@/shared/lib/flow-structure';
import { TicketPanel } from '@/shared/psa/lazy';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Panel } from '@/shared/ui/panel';

import { nextOpen, progressOf, stateOf } from '../model/checklist';
import { currentNodeId, nodeOf, pathOf } from '../model/path';
import { ChecklistRail, ChecklistStepCard } from './checklist-runner';
import { ConcludeForm } from './conclude-form';
import { GraphStep } from './graph-runner';
import { PathRail } from './path-rail';
import { QueueNotice } from './queue-notice';
import { SessionHeader } from './session-header';
import { ScratchpadPanel, VariablesPanel } from './side-panels';
import { useRunner, type Runner } from './use-runner';
import { VariableProvider } from './variables';

export function ActiveSession({ server }: { server: SessionResponse }) {
  const runner = useRunner(server);
  return (
    <VariableProvider session={runner.session} queue={runner.queue}>
      {runner.session.tree_snapshot.nodes ? (
        <GraphSession runner={runner} />
      ) : (
        <ChecklistSession runner={runner} />
      )}
    </VariableProvider>
  );
}

function GraphSession({ runner }: { runner: Runner }) {
  const { session } = runner;
  const [concluding, setConcluding] = useState(false);
  const id = currentNodeId(session);
  const node = nodeOf(session.tree_snapshot, id);
  const path = pathOf(session);
  const atEnd = node !== null && isTerminal(node);

  useActions([
    {
      id: 'session.conclude',
      name: 'Conclude the session',
      section: 'This session',
      keys: ['f'],
      icon: Flag,
      enabled: !atEnd,
      perform: () => setConcluding(true),
    },
  ]);

  return (
    <Frame
      runner={runner}
      progress={`Step ${path.length + 1}`}
      onConclude={atEnd ? null : () => setConcluding(true)}
      rail={<PathRail runner={runner} currentTitle={node?.title ?? 'End of the flow'} />}
    >
      {concluding && !atEnd && (
        <ConcludePanel runner={runner} suggested="resolved" onClose={() => setConcluding(false)} />
      )}
      {node ? (
        <GraphStep
          // The number of steps taken is part of the key: a loop comes back to the same node as a new visit.
          key={`${node.id}-${path.length}`}
          runner={runner}
          node={node}
          stepNumber={path.length + 1}
          previousId={path.at(-1)?.nodeId ?? null}
        />
      ) : (
        <EmptyState icon={Flag} title="This step is missing from the flow">
          Go back to an earlier step, or conclude the session.
        </EmptyState>
      )}
    </Frame>
  );
}

function ChecklistSession({ runner }: { runner: Runner }) {
  const { session } = runner;
  const sections = session.tree_snapshot.sections ?? [];
  const steps = stepsOf(sections);
  const [chosen, setChosen] = useState<string | null>(null);
  const progress = progressOf(session, sections);
  const complete = progress.settled === progress.total;
  const [concluding, setConcluding] = useState(complete);

  // Without a choice of its own the page follows the first open step, which is where a reload resumes.
  const openNow =
    session.current_step_id && stateOf(session, session.current_step_id) === 'open'
      ? session.current_step_id
      : null;
  const selected = chosen ?? openNow ?? nextOpen(session, sections, null) ?? steps[0]?.id ?? null;
  const step = steps.find((candidate) => candidate.id === selected);

  useActions([
    {
      id: 'session.conclude',
      name: 'Conclude the session',
      section: 'This session',
      keys: ['f'],
      icon: Flag,
      perform: () => setConcluding(true),
    },
  ]);

  return (
    <Frame
      runner={runner}
      progress={`${progress.settled} of ${progress.total} steps`}
      share={progress.total === 0 ? 0 : progress.settled / progress.total}
      onConclude={() => setConcluding(true)}
      rail={<ChecklistRail runner={runner} selected={selected} onSelect={setChosen} />}
    >
      {concluding && (
        <ConcludePanel
          runner={runner}
          suggested={progress.requiredOpen.length > 0 ? 'unresolved' : 'resolved'}
          onClose={() => setConcluding(false)}
        />
      )}
      {step && (
        <ChecklistStepCard
          key={step.id}
          runner={runner}
          step={step}
          position={`Step ${steps.indexOf(step) + 1} of ${steps.length}`}
          onSelect={setChosen}
          onAllDone={() => setConcluding(true)}
        />
      )}
    </Frame>
  );
}

function ConcludePanel({
  runner,
  suggested,
  onClose,
}: {
  runner: Runner;
  suggested: Outcome;
  onClose: () => void;
}) {
  return (
    <div className="animate-enter mb-4">
      <Panel
        title="Conclude the session"
        aside={
          <Button size="sm" variant="ghost" onClick={onClose}>
            Keep working
          </Button>
        }
      >
        <ConcludeForm runner={runner} suggested={suggested} onClose={onClose} />
      </Panel>
    </div>
  );
}

interface FrameProps {
  runner: Runner;
  progress: string;
  share?: number;
  onConclude: (() => void) | null;
  rail: ReactNode;
  children: ReactNode;
}

/** The way so far on the left, the step in the middle, what belongs to the whole session on the right. */
function Frame({ runner, progress, share, onConclude, rail, children }: FrameProps) {
  const ticket = runner.session.ticket_number ?? null;
  return (
    <>
      <SessionHeader runner={runner} progress={progress} onConclude={onConclude} />
      {share !== undefined && (
        <div
          role="progressbar"
          aria-label="Steps settled"
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
          className="bg-hover mb-5 h-1 overflow-hidden rounded-full"
        >
          <div
            className="bg-accent h-full origin-left transition-transform duration-240"
            style={{ transform: `scaleX(${share})` }}
          />
        </div>
      )}
      <QueueNotice runner={runner} />
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[13.5rem_minmax(0,1fr)] min-[88rem]:grid-cols-[13.5rem_minmax(0,1fr)_18rem]">
        <div className="order-2 lg:sticky lg:top-36 lg:order-none lg:max-h-[calc(100dvh-10rem)] lg:overflow-y-auto">
          {rail}
        </div>
        <div className="order-1 min-w-0 lg:order-none">{children}</div>
        <aside
          aria-label="Session details"
          className="order-3 grid grid-cols-1 gap-4 lg:col-start-2 xl:grid-cols-2 min-[88rem]:sticky min-[88rem]:top-36 min-[88rem]:col-start-3 min-[88rem]:max-h-[calc(100dvh-10rem)] min-[88rem]:grid-cols-1 min-[88rem]:overflow-y-auto"
        >
          {ticket !== null && <TicketPanel ticketId={ticket} sessionId={runner.session.id} />}
          <VariablesPanel runner={runner} />
          <ScratchpadPanel runner={runner} />
        </aside>
      </div>
    </>
  );
}
