import { ArrowDown, Flag, MessageSquare, PanelRight, Siren } from 'lucide-react';
import { lazy, Suspense, useRef, useState, type ComponentType } from 'react';

import { useActions } from '@/shared/actions/registry';
import { messageOf } from '@/shared/api/problem';
import { useOnline } from '@/shared/lib/use-online';
import { Button } from '@/shared/ui/button';
import { notify } from '@/shared/ui/toast';

import { useFixOutcome, usePause } from '../api/mutations';
import type { AiSession, Move } from '../api/types';
import { needsOutcome } from '../model/fixes';
import { entriesOf, openStep } from '../model/transcript';
import { useDrop } from '../use-drop';
import { useFiles } from '../use-files';
import { useFollow } from '../use-follow';
import { useTurns } from '../use-turns';
import { Answering } from './answering';
import { Composer } from './composer';
import { DropHint } from './drop-hint';
import { EvidencePanel } from './evidence-panel';
import { FixBanner } from './fix-banner';
import { PilotHeader } from './session-header';
import { NoStep, Standing } from './standing';
import { StepCard } from './step-card';
import { Transcript } from './transcript';
import { TurnNotice } from './turn-notice';
import { Ways } from './ways';

const PickFlowDialog = lazy(() => import('./pick-flow-dialog'));
const ConcludeDialog = lazy(() => import('./conclude-dialog'));
const OutcomeDialog = lazy(() => import('./outcome-dialog'));

const wide = () => typeof matchMedia === 'function' && matchMedia('(min-width: 80rem)').matches;

/** What the page joins to a conversation from elsewhere. */
export interface Joined {
  /** Stands beside the conversation, after its evidence. */
  Beside?: ComponentType<{ session: AiSession }>;
  /** The dialog that hands it over. */
  HandOver?: ComponentType<{ session: AiSession; onClose: () => void }>;
  /** Stands below the composer; what is chosen there is written into it. */
  Suggestions?: ComponentType<{ session: AiSession; onWrite: (text: string) => void }>;
  /** A message was sent. */
  onMessage?: (session: AiSession) => void;
}

/** One conversation. Mount it with the session's id as key: every conversation has a draft of its own. */
export function Conversation({ session, joined = {} }: { session: AiSession; joined?: Joined | undefined }) {
  const turns = useTurns(session);
  const files = useFiles(`pilot.${session.id}`);
  const drop = useDrop(files.add);
  const pause = usePause(session.id);
  const online = useOnline();
  const field = useRef<HTMLTextAreaElement>(null);
  const [evidence, setEvidence] = useState(wide);
  const [picking, setPicking] = useState(false);
  const resolving = useResolving(session);
  const [handing, setHanding] = useState<'outcome' | 'dialog' | null>(null);

  const active = session.status === 'active' && session.can_work;
  const running = ['active', 'paused', 'abandoned'].includes(session.status);
  const open = openStep(session);
  const entries = entriesOf(session);
  const pending = turns.sending?.kind === 'message' ? turns.sending.text || 'Files' : null;
  const { last, end, tailRef, inSight, jump, follow, attach } = useFollow(
    `${entries.length} ${open?.id} ${pending !== null} ${session.status}`,
  );
  const focusStep = () => document.getElementById('step-title')?.focus({ preventScroll: true });

  // The dialogs give the focus back to what opened them, which a key was not.
  const leave = (close: () => void) => {
    close();
    setTimeout(focusStep, 0);
  };
  const move = (next: Move, taken?: () => void) => {
    attach();
    turns.send(next, taken);
  };
  const sendMessage = () => {
    const ids = files.ready.map(({ id }) => id);
    const message: Move = {
      kind: 'message',
      text: turns.text.trim(),
      ...(ids.length > 0 && { uploads: ids }),
    };
    move(message, () => {
      files.sent(ids);
      joined.onMessage?.(session);
    });
  };
  const { Beside, HandOver, Suggestions } = joined;
  const handOver = HandOver && (() => setHanding(session.fixes.some(needsOutcome) ? 'outcome' : 'dialog'));
  const write = (text: string) => {
    turns.setText(text);
    field.current?.focus();
  };
  const toggleEvidence = () => setEvidence(!evidence);
  const switchTo = (to: 'pause' | 'resume') =>
    pause.mutate(to, { onError: (error) => notify('error', messageOf(error)) });

  useActions([
    {
      id: 'pilot.message',
      name: 'Write a message',
      section: 'This session',
      keys: ['m'],
      icon: MessageSquare,
      enabled: active,
      perform: () => field.current?.focus(),
    },
    {
      id: 'pilot.evidence',
      name: evidence ? 'Hide the evidence' : 'Show the evidence',
      section: 'This session',
      keys: ['e'],
      icon: PanelRight,
      perform: toggleEvidence,
    },
    {
      id: 'pilot.resolve',
      name: 'Resolve the session',
      section: 'This session',
      keys: ['f'],
      icon: Flag,
      enabled: running && session.can_work && session.status !== 'abandoned',
      perform: resolving.begin,
    },
    {
      id: 'pilot.hand-over',
      name: 'Escalate or park the session',
      section: 'This session',
      keys: ['h'],
      icon: Siren,
      enabled: handOver !== undefined && running && session.can_work && session.status !== 'abandoned',
      perform: () => handOver?.(),
    },
  ]);

  return (
    <div className="rf-pilot-talk">
      <PilotHeader
        session={session}
        running={running}
        evidence={{ shown: evidence, count: session.signatures.length, toggle: toggleEvidence }}
        pausing={pause.isPending}
        onPause={() => switchTo('pause')}
        onResume={() => switchTo('resume')}
        onResolve={resolving.begin}
        resolving={resolving.busy}
        onHandOver={handOver}
      />
      <div className="rf-pilot-panes">
        {evidence && (
          <aside id="pilot-evidence" aria-label="Evidence" className="rf-pilot-evidence">
            <EvidencePanel session={session} />
            {Beside && <Beside session={session} />}
          </aside>
        )}
        <div className="rf-pilot-centre relative" {...(active && drop.props)}>
          {active && drop.over && <DropHint />}
          <div className="rf-pilot-scroll" data-testid="transcript">
            <div className="mx-auto grid max-w-3xl grid-cols-1 gap-4">
              <Transcript
                entries={entries}
                uploads={session.uploads}
                pending={pending}
                answering={
                  turns.sending !== null && (
                    <Answering answer={turns.answer} tailRef={tailRef} onPaint={follow} />
                  )
                }
              />
              <div ref={last} className="rf-pilot-step grid grid-cols-1 gap-4">
                {active ? (
                  <>
                    {open ? (
                      <StepCard
                        key={open.id}
                        step={open}
                        sending={turns.sending}
                        onMove={move}
                        onHandOver={handOver}
                      />
                    ) : (
                      <NoStep session={session} onResolve={resolving.begin} />
                    )}
                    <Ways
                      busy={turns.sending !== null}
                      canBack={session.steps.some((step) => step.answer !== null && !step.withdrawn)}
                      onMove={move}
                      onPickFlow={() => setPicking(true)}
                    />
                  </>
                ) : (
                  <Standing
                    session={session}
                    busy={pause.isPending}
                    rated={resolving.settled !== null}
                    onResume={() => switchTo('resume')}
                  />
                )}
              </div>
              <p role="status" className="sr-only">
                {turns.sending !== null
                  ? 'The copilot is thinking'
                  : open && active
                    ? `Next: ${open.title}`
                    : ''}
              </p>
            </div>
            <div ref={end} aria-hidden className="rf-pilot-end" />
          </div>
          <div className="rf-pilot-dock relative mx-auto grid w-full max-w-3xl grid-cols-1 gap-3 pt-3">
            {!inSight && (
              <Button size="sm" onClick={jump} className="rf-pilot-jump shadow-xl">
                <ArrowDown aria-hidden className="size-3.5" /> Jump to latest
              </Button>
            )}
            {session.can_work && running && session.fixes.map((fix) => <FixBanner key={fix.id} fix={fix} />)}
            {turns.notice && <TurnNotice notice={turns.notice} onAgain={move} onDismiss={turns.dismiss} />}
            {active && (
              <>
                <Composer
                  fieldRef={field}
                  text={turns.text}
                  onText={turns.setText}
                  files={files}
                  busy={turns.sending !== null}
                  onSend={sendMessage}
                  onStop={turns.stop}
                  onLeave={focusStep}
                />
                {Suggestions && <Suggestions session={session} onWrite={write} />}
                {!online && (
                  <p className="text-fg-subtle -mt-1 text-xs">
                    What you type is kept until you are back online.
                  </p>
                )}
              </>
            )}
          </div>
        </div>
      </div>
      <Suspense fallback={null}>
        {picking && (
          <PickFlowDialog
            current={session.matched_flow_id}
            onClose={() => leave(() => setPicking(false))}
            onPick={(tree_id) => {
              setPicking(false);
              move({ kind: 'pick', tree_id });
            }}
          />
        )}
        {handing === 'outcome' && (
          <OutcomeDialog
            session={session}
            onClose={() => leave(() => setHanding(null))}
            onSettled={() => setHanding('dialog')}
          />
        )}
        {handing === 'dialog' && HandOver && (
          <HandOver session={session} onClose={() => leave(() => setHanding(null))} />
        )}
        {resolving.settled !== null && (
          <ConcludeDialog
            session={session}
            settled={resolving.settled}
            onClose={() => leave(resolving.end)}
          />
        )}
      </Suspense>
    </div>
  );
}

/** A fix that waits for verification is recorded as worked before the session is resolved, so that none stays behind. */
function useResolving(session: AiSession) {
  const outcome = useFixOutcome(session.id);
  const [settled, setSettled] = useState<string[] | null>(null);
  const begin = () => {
    if (outcome.isPending || settled !== null) return;
    const waiting = session.fixes.filter(({ status }) => status === 'applied_pending');
    waiting
      .reduce<Promise<unknown>>(
        (before, fix) => before.then(() => outcome.mutateAsync({ fixId: fix.id, status: 'applied_success' })),
        Promise.resolve(),
      )
      .then(() => setSettled(waiting.map(({ title }) => title)))
      .catch((error: unknown) => notify('error', messageOf(error)));
  };
  return { settled, begin, busy: outcome.isPending, end: () => setSettled(null) };
}
