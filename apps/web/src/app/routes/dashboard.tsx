import { useQuery } from '@tanstack/react-query';
import { ArrowRight, BookOpen, Inbox } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link } from 'react-router';

import { flowsQuery } from '@/features/flows/api/queries';
import { FlowList } from '@/features/flows/components/flow-row';
import { sessionsQuery } from '@/features/sessions/api/queries';
import { PreparedList } from '@/features/sessions/components/prepared-list';
import { ResumeCard } from '@/features/sessions/components/resume-card';
import { SessionList } from '@/features/sessions/components/session-list';
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
const RESUME_SHOWN = 3;

export function Component() {
  const user = useAuth((s) => s.user);
  const running = useQuery(sessionsQuery({ status: 'active', limit: 6 }));
  const prepared = useQuery(sessionsQuery({ status: 'prepared', limit: 30 }));
  const popular = useQuery(flowsQuery({ sort: 'used', limit: 6 }));
  const recent = useQuery(sessionsQuery({ status: 'completed', limit: 6 }));

  const sessions = [running, prepared, recent];
  const settled = sessions.every((query) => query.data !== undefined);
  const firstRun = settled && sessions.every((query) => query.data?.length === 0);

  return (
    <>
      <PageHeader
        title={`Hello, ${user?.name.split(' ')[0] ?? 'there'}`}
        documentTitle="Dashboard"
        description={firstRun ? undefined : summary(running.data?.length, prepared.data?.length)}
        actions={
          <ButtonLink to="/flows" variant="primary" size="lg">
            Find a flow
          </ButtonLink>
        }
      />
      <div className="grid grid-cols-1 gap-6">
        {user && user.role !== 'viewer' && (
          <Suspense fallback={null}>
            <PendingEscalations />
          </Suspense>
        )}
        {(running.data?.length ?? 0) > 0 && (
          <section aria-labelledby="resume">
            <h2 id="resume" className="mb-2 text-sm font-semibold">
              Pick up where you left off
            </h2>
            <ul className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
              {running.data?.slice(0, RESUME_SHOWN).map((session) => (
                <li key={session.id} className="md:max-xl:odd:last:col-span-2">
                  <ResumeCard session={session} />
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
                found.length === 0 ? (
                  <PanelEmpty icon={<BookOpen aria-hidden className="size-5" />}>
                    Sessions you conclude are listed here with their notes.
                  </PanelEmpty>
                ) : (
                  <SessionList sessions={found} label="Recently finished" />
                )
              }
            </QueryView>
          </Panel>
        )}
      </div>
    </>
  );
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
