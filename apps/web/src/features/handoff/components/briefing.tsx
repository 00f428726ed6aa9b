import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { AiSession, AlreadyClaimed, Handoff, PickupMode } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { useLive } from '@/shared/realtime/live';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Choice } from '@/shared/ui/choice';
import { usePageFocus } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { useTakeOver, winnerOf } from '../api/mutations';
import { handoffsQuery } from '../api/queries';
import { markSeen } from '../model/seen';
import { problemOf } from '../model/words';
import { AssessmentPanel } from './assessment';
import { Facts } from './facts';
import { Tried } from './tried';

import '../handoff.css';

interface BriefingProps {
  sessionId: string;
  /** It is this person's now. */
  onStarted: (session: AiSession) => void;
  /** Somebody else was faster. */
  onLost: (winner: AlreadyClaimed) => void;
  /** There is no handoff to be briefed about. */
  onNone: () => void;
}

const ASK_AGAIN_MS = 10_000;

/** What whoever takes over needs to know before they touch anything: nobody has to ask again. */
export default function Briefing({ sessionId, onNone, ...rest }: BriefingProps) {
  const live = useLive((s) => s.status === 'open');
  const query = useQuery({
    ...handoffsQuery(sessionId),
    // The stream says when the assessment is there; without it the page looks by itself.
    refetchInterval: ({ state }) =>
      !live && state.data?.[0]?.assessment_status === 'pending' ? ASK_AGAIN_MS : false,
  });
  const handoff = query.data?.[0];
  const none = query.data !== undefined && handoff === undefined;
  const id = handoff?.id;
  useEffect(() => {
    if (id !== undefined) markSeen(id);
  }, [id]);
  useEffect(() => {
    if (none) onNone();
  }, [none, onNone]);
  return (
    <QueryView page query={query} skeleton={<BriefingSkeleton />}>
      {() => handoff && <Brief key={handoff.id} handoff={handoff} {...rest} />}
    </QueryView>
  );
}

function Brief({ handoff, ...rest }: { handoff: Handoff } & Pick<BriefingProps, 'onStarted' | 'onLost'>) {
  const heading = usePageFocus(problemOf(handoff));
  const { snapshot } = handoff;
  return (
    <div className="rf-handoff">
      <Link
        to="/escalations"
        className="text-fg-muted hover:text-fg mb-1 inline-flex min-h-6 items-center gap-1 text-sm hover:underline"
      >
        <ArrowLeft aria-hidden className="size-3.5" /> All escalations
      </Link>
      <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight text-balance">
        {problemOf(handoff)}
      </h1>
      <div className="mt-1 mb-6">
        <Facts handoff={handoff} />
      </div>
      <div className="rf-handoff-columns">
        <div className="grid grid-cols-1 gap-4">
          <Panel
            title={`Why ${handoff.created_by_name} hands it over`}
            aside={
              <time
                dateTime={handoff.created_at}
                title={formatDateTime(handoff.created_at)}
                className="whitespace-nowrap"
              >
                {formatAgo(handoff.created_at)}
              </time>
            }
          >
            <p className="text-lg whitespace-pre-wrap">{handoff.reason}</p>
          </Panel>
          <Panel title="What was tried" flush={(snapshot.tried?.length ?? 0) > 0}>
            <Tried steps={snapshot.tried ?? []} />
          </Panel>
          {snapshot.seen.length > 0 && (
            <Panel title="What was seen">
              <ul className="list-disc pl-5">
                {snapshot.seen.map((text) => (
                  <li key={text} className="break-words">
                    {text}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
        <div className="grid grid-cols-1 gap-4">
          <Start handoff={handoff} {...rest} />
          {snapshot.pending_fix && (
            <Callout tone="info" title="Still open">
              {snapshot.pending_fix}
            </Callout>
          )}
          <AssessmentPanel handoff={handoff} />
        </div>
      </div>
    </div>
  );
}

const MODES: { value: PickupMode; label: string; hint: string }[] = [
  { value: 'continue', label: 'Continue where it stands', hint: 'The open step stays open.' },
  { value: 'fresh', label: 'Start fresh', hint: 'The copilot begins again, with the briefing at hand.' },
];

/** Picks it up. One of several gets it, and the others learn who. */
function Start({
  handoff,
  onStarted,
  onLost,
}: { handoff: Handoff } & Pick<BriefingProps, 'onStarted' | 'onLost'>) {
  const me = useAuth((s) => s.user?.id);
  const [mode, setMode] = useState<PickupMode>('continue');
  const takeOver = useTakeOver();
  const mine = handoff.claimed_by === me && me !== undefined;
  const own = handoff.created_by === me;
  const open = handoff.status === 'waiting' && !own;
  const start = () => {
    if (takeOver.isPending) return;
    takeOver.mutate(
      { handoff, mode },
      {
        onSuccess: onStarted,
        onError: (error) => {
          const winner = winnerOf(error);
          if (winner) onLost(winner);
        },
      },
    );
  };
  useActions([
    {
      id: 'handoff.start',
      name: 'Start here',
      section: 'This page',
      keys: ['s'],
      icon: ArrowRight,
      enabled: open || mine,
      perform: start,
    },
  ]);

  // Its own answer is still to come; what others did meanwhile must not take the place of it.
  if (!open && !mine && !takeOver.isPending) return <NotYours handoff={handoff} own={own} />;
  return (
    <Panel title="Pick it up">
      <div className="mb-4">
        <Choice legend="How to go on" value={mode} onChange={setMode} options={MODES} />
      </div>
      <Button variant="primary" size="lg" busy={takeOver.isPending} onClick={start} kbd="s">
        Start here
      </Button>
      {takeOver.isError && winnerOf(takeOver.error) === null && (
        <p role="alert" className="text-danger mt-2 text-sm">
          {messageOf(takeOver.error)}
        </p>
      )}
    </Panel>
  );
}

function NotYours({ handoff, own }: { handoff: Handoff; own: boolean }) {
  const toConversation = (
    <ButtonLink to={`/pilot/${handoff.session_id}`}>
      {own ? 'Open the conversation' : 'Read the conversation'}
    </ButtonLink>
  );
  if (handoff.claimed_by_name !== null && handoff.claimed_at !== null) {
    return (
      <Callout tone="info" title={`${handoff.claimed_by_name} has it`} role="status" action={toConversation}>
        Claimed {formatAgo(handoff.claimed_at)}.
      </Callout>
    );
  }
  if (own) {
    return (
      <Callout tone="info" title="You handed this over" action={toConversation}>
        It waits for {handoff.target_name ?? 'a colleague'}.
      </Callout>
    );
  }
  return (
    <Callout tone="info" title="This does not wait any more" action={toConversation}>
      It was taken back or is done.
    </Callout>
  );
}

function BriefingSkeleton() {
  return (
    <div role="status" aria-label="Loading the briefing" className="grid gap-4 pt-4">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-24" />
      <Skeleton className="h-48" />
    </div>
  );
}
