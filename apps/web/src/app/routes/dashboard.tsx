import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ArrowRight, BookOpen, Inbox } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link } from 'react-router';

import { flowsQuery } from '@/features/flows/api/queries';
import { FlowList } from '@/features/flows/components/flow-row';
import { recentQuery } from '@/features/pilot/api/recent';
import type { AiSessionSummary } from '@/features/pilot/api/types';
import { sessionsQuery } from '@/features/sessions/api/queries';
import { PreparedList } from '@/features/sessions/components/prepared-list';
import { ResumeCard } from '@/features/sessions/components/resume-card';
import { SessionRow } from '@/features/sessions/components/session-list';
import { useAuth } from '@/shared/api/auth-session';
import type { SessionResponse } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { ButtonLink } from '@/shared/ui/button';
import { FlowTypeTile } from '@/shared/ui/flow-type-badge';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

const FirstRun = lazy(() => import('./first-run'));
const PendingEscalations = lazy(() => import('@/features/handoff/components/pending-escalations'));
const DueFixes = lazy(() =>
  import('@/features/pilot/components/due-fixes').then((module) => ({ default: module.DueFixes })),
);
const ConversationCard = lazy(() =>
  import('@/features/pilot/components/conversation-links').then((module) => ({
    default: module.ConversationCard,
  })),
);
const ConversationRow = lazy(() =>
  import('@/features/pilot/components/conversation-links').then((module) => ({
    default: module.ConversationRow,
  })),
);
const SHOWN = 6;

/** A guided session or a conversation of the copilot: to whoever does it, both are work. */
type Work = { at: string; guided: SessionResponse } | { at: string; guided: null; talk: AiSessionSummary };

export function Component() {
  const user = useAuth((s) => s.user);
  const running = useQuery(sessionsQuery({ status: 'active', limit: 6 }));
  const prepared = useQuery(sessionsQuery({ status: 'prepared', limit: 30 }));
  const popular = useQuery(flowsQuery({ sort: 'used', limit: 6 }));
  const recent = useQuery(sessionsQuery({ status: 'completed', limit: SHOWN }));
  const works = user !== null && user.role !== 'viewer';
  const talks = useInfiniteQuery({ ...recentQuery(), enabled: works });
  const known = talks.data?.pages.flatMap((page) => page.items) ?? [];
  const isOpen = ({ status, picked_up_by, user_id }: AiSessionSummary) =>
    (status === 'active' || status === 'paused') && (picked_up_by ?? user_id) === user?.id;
  const open = latest(running.data ?? [], known.filter(isOpen));
  const ended = known.filter(({ status }) => status === 'resolved');

  const sessions = [running, prepared, recent];
  const settled = sessions.every((query) => query.data !== undefined) && (!works || talks.data !== undefined);
  const firstRun = settled && known.length === 0 && sessions.every((query) => query.data?.length === 0);

  return (
    <>
      <PageHeader
        title={`Hello, ${user?.name.split(' ')[0] ?? 'there'}`}
        documentTitle="Dashboard"
        description={firstRun ? undefined : summary(running.data && open.length, prepared.data?.length)}
        actions={
          <>
            <ButtonLink to="/flows" variant={works ? 'secondary' : 'primary'} size="lg">
              Find a flow
            </ButtonLink>
            {works && (
              <ButtonLink to="/pilot" variant="primary" size="lg">
                Describe a problem
              </ButtonLink>
            )}
          </>
        }
      />
      <div className="grid grid-cols-1 gap-6">
        {works && (
          <Suspense fallback={null}>
            <PendingEscalations />
            <DueFixes />
          </Suspense>
        )}
        {open.length > 0 && (
          <section aria-labelledby="resume">
            <h2 id="resume" className="mb-2 text-sm font-semibold">
              Pick up where you left off
            </h2>
            <ul className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
              {open.slice(0, SHOWN).map((work) => (
                <li key={(work.guided ?? work.talk).id} className="md:max-xl:odd:last:col-span-2">
                  {work.guided ? (
                    <ResumeCard session={work.guided} />
                  ) : (
                    <Suspense fallback={<Skeleton className="h-36" />}>
                      <ConversationCard session={work.talk} />
                    </Suspense>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )}
        {/* The two columns keep their places, so that nothing moves when a first session appears. */}
        <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
          {firstRun ? (
            <Suspense fallback={<PanelSkeleton />}>
              <FirstRun />
            </Suspense>
          ) : (
            <Panel
              title="Prepared for you"
              flush
              aside={<More to="/sessions?status=prepared" label="All prepared sessions" />}
            >
              <QueryView query={prepared} skeleton={<PanelSkeleton />}>
                {(found) =>
                  found.length === 0 ? (
                    <PanelEmpty icon={<Inbox aria-hidden className="size-5" />}>
                      Nobody has prepared a session for you.
                    </PanelEmpty>
                  ) : (
                    <PreparedList sessions={found} />
                  )
                }
              </QueryView>
            </Panel>
          )}
          <div className="grid grid-cols-1 gap-6">
            {!firstRun && <RecentFlows sessions={[...(running.data ?? []), ...(recent.data ?? [])]} />}
            <Panel title="Most used flows" flush aside={<More to="/flows" label="All flows" />}>
              <QueryView query={popular} skeleton={<PanelSkeleton />}>
                {({ items }) =>
                  items.length === 0 ? (
                    <PanelEmpty icon={<BookOpen aria-hidden className="size-5" />}>
                      The library is empty. Import a flow file to begin.
                    </PanelEmpty>
                  ) : (
                    <FlowList flows={items} compact label="Most used flows" />
                  )
                }
              </QueryView>
            </Panel>
          </div>
        </div>
        {!firstRun && (
          <Panel
            title="Recently finished"
            flush
            aside={<More to="/sessions?status=completed" label="All finished sessions" />}
          >
            <QueryView query={recent} skeleton={<PanelSkeleton />}>
              {(found) =>
                found.length + ended.length === 0 ? (
                  <PanelEmpty icon={<BookOpen aria-hidden className="size-5" />}>
                    Sessions you conclude are listed here with their notes.
                  </PanelEmpty>
                ) : (
                  <Suspense fallback={<PanelSkeleton />}>
                    <ul aria-label="Recently finished" className="divide-line divide-y overflow-hidden">
                      {latest(found, ended)
                        .slice(0, SHOWN)
                        .map((work) =>
                          work.guided ? (
                            <SessionRow key={work.guided.id} session={work.guided} />
                          ) : (
                            <ConversationRow key={work.talk.id} session={work.talk} />
                          ),
                        )}
                    </ul>
                  </Suspense>
                )
              }
            </QueryView>
          </Panel>
        )}
      </div>
    </>
  );
}

/** Both kinds of work in one list, what something happened to last first. */
function latest(sessions: SessionResponse[], conversations: AiSessionSummary[]): Work[] {
  const works: Work[] = [
    ...sessions.map((guided) => ({ at: guided.completed_at ?? guided.updated_at, guided })),
    ...conversations.map((talk) => ({ at: talk.resolved_at ?? talk.updated_at, guided: null, talk })),
  ];
  return works.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** What was worked with last, each flow once. */
function RecentFlows({ sessions }: { sessions: SessionResponse[] }) {
  const flows = [...new Map(sessions.map((session) => [session.tree_id, session])).values()].slice(0, 6);
  if (flows.length === 0) return null;
  return (
    <Panel title="Recent flows" flush>
      <ul aria-label="Recent flows" className="divide-line divide-y overflow-hidden">
        {flows.map(({ tree_id, tree_snapshot }) => (
          <li
            key={tree_id}
            className="hover:bg-hover has-[a:focus-visible]:bg-hover relative flex items-center gap-3 px-4 py-2.5 transition-colors duration-120"
          >
            <FlowTypeTile type={tree_snapshot.tree_type} />
            <Link
              to={`/flows/${tree_id}`}
              className="focus-visible:after:outline-focus truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
            >
              {tree_snapshot.name}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function summary(running: number | undefined, prepared: number | undefined): string {
  if (running === undefined || prepared === undefined) return 'Here is what is going on.';
  if (running === 0 && prepared === 0) return 'No session of yours is open.';
  const parts = [
    ...(running > 0 ? [`${plural(running, 'session')} running`] : []),
    ...(prepared > 0 ? [`${prepared} prepared for you`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function More({ to, label }: { to: string; label: string }) {
  return (
    <Link
      to={to}
      aria-label={label}
      className="text-fg-muted hover:text-fg inline-flex min-h-6 items-center gap-1 rounded-sm px-1"
    >
      View all <ArrowRight aria-hidden className="size-3.5" />
    </Link>
  );
}

function PanelSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-3 p-4">
      <Skeleton className="h-8" />
      <Skeleton className="h-8" />
      <Skeleton className="h-8 w-2/3" />
    </div>
  );
}

function PanelEmpty({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="text-fg-muted flex items-center gap-2.5 px-4 py-5">
      <span className="text-fg-subtle">{icon}</span>
      {children}
    </p>
  );
}
