import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import type { Handoff } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { useLive } from '@/shared/realtime/live';
import { Badge } from '@/shared/ui/badge';
import { Callout } from '@/shared/ui/callout';
import { usePageFocus } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { handoffsQuery } from '../api/queries';
import { markSeen } from '../model/seen';
import { problemOf } from '../model/words';
import { AssessmentPanel } from './assessment';
import { Facts } from './facts';
import { Start, type StartProps } from './start';
import { Tried } from './tried';

import '../handoff.css';

interface BriefingProps extends Omit<StartProps, 'handoff'> {
  sessionId: string;
  /** There is no handoff to be briefed about. */
  onNone: () => void;
}

const ASK_AGAIN_MS = 10_000;

/** The newest one: what was parked is for whoever parked it. */
const escalationOf = (handoffs: Handoff[] | undefined) =>
  handoffs?.find(({ intent }) => intent === 'escalate');

/** What whoever takes over needs to know before they touch anything: nobody has to ask again. */
export default function Briefing({ sessionId, onNone, ...rest }: BriefingProps) {
  const live = useLive((s) => s.status === 'open');
  const query = useQuery({
    ...handoffsQuery(sessionId),
    // The stream says when the assessment is there; without it the page looks by itself.
    refetchInterval: ({ state }) =>
      !live && escalationOf(state.data)?.assessment_status === 'pending' ? ASK_AGAIN_MS : false,
  });
  const handoff = escalationOf(query.data);
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

function Brief({ handoff, ...rest }: StartProps) {
  const me = useAuth((s) => s.user?.id);
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
      <div className="mt-1 mb-6 flex flex-wrap items-center gap-x-3 gap-y-1">
        <Facts handoff={handoff} />
        {handoff.target_user_id === me && <Badge tone="accent">For you</Badge>}
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
              “{snapshot.pending_fix.title}” was applied.
              {snapshot.pending_fix.awaiting && ` Awaiting: ${snapshot.pending_fix.awaiting}`}
            </Callout>
          )}
          <AssessmentPanel handoff={handoff} />
        </div>
      </div>
    </div>
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
