import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { Layers, Play } from 'lucide-react';
import { Link, useNavigate, useParams } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import type { SessionResponse } from '@/shared/api/types';
import { formatDuration } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { Button, ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { useStartPrepared } from './api/mutations';
import { membersQuery, roundQuery } from './api/queries';
import { SessionStatusBadge } from './components/outcome-badge';
import { progressOf } from './model/checklist';

/** One maintenance round over many targets. A batch has at most a hundred, so one page holds it. */
export function Component() {
  const { batchId = '' } = useParams();
  const query = useQuery(roundQuery(batchId));
  const sessions = query.data ?? [];
  const done = sessions.filter((session) => session.status === 'completed').length;
  const running = sessions.filter((session) => session.status === 'active').length;
  return (
    <>
      <PageHeader
        title={sessions[0]?.tree_snapshot.name ?? 'Maintenance round'}
        documentTitle="Maintenance round"
        eyebrow="Maintenance round"
        description={
          query.data && (
            // Said when a number changes, not at every refresh: the text stays the same until then.
            <span role="status" className="tabular-nums">
              {`${done} of ${plural(sessions.length, 'target')} done`}
              {running > 0 && `, ${running} running`}
            </span>
          )
        }
      />
      {sessions.length > 0 && (
        <Meter
          label="Targets done"
          value={done}
          max={sessions.length}
          className="mb-5 h-1.5"
          ink="bg-success"
        />
      )}
      <QueryView query={query} skeleton={<SkeletonRows label="Loading the round" />}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState icon={Layers} title="Nothing of this round is yours">
              It may be somebody else&apos;s, or the address is not right.
            </EmptyState>
          ) : (
            <Targets sessions={data} />
          )
        }
      </QueryView>
    </>
  );
}

function Targets({ sessions }: { sessions: SessionResponse[] }) {
  const { container, onKeyDown } = useRowKeys<HTMLDivElement>();
  const members = useQuery(membersQuery()).data ?? [];
  const nameOf = (session: SessionResponse) => {
    const id = session.assigned_to_id ?? session.user_id;
    return members.find((member) => member.id === id)?.name ?? '';
  };
  const sorted = sessions.toSorted((a, b) =>
    (a.target_label ?? '').localeCompare(b.target_label ?? '', undefined, { numeric: true }),
  );
  return (
    <div ref={container} onKeyDown={onKeyDown} role="presentation">
      <table className="border-line bg-surface w-full border-separate border-spacing-0 rounded-lg border text-left">
        <caption className="sr-only">Targets of this round; the arrow keys move between them</caption>
        <thead>
          <tr className="text-fg-subtle text-xs *:px-3 *:py-2.5 *:font-medium max-md:sr-only lg:*:px-4">
            <th scope="col">Target</th>
            <th scope="col" className={WIDE}>
              Status
            </th>
            <th scope="col" className={clsx(WIDE, 'w-44 xl:w-1/4')}>
              Progress
            </th>
            <th scope="col" className={clsx(WIDE, 'whitespace-nowrap')}>
              Assigned to
            </th>
            <th scope="col" className="text-right max-xl:hidden">
              Time
            </th>
            <th scope="col">
              <span className="sr-only">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((session) => (
            <TargetRow key={session.id} session={session} assignee={nameOf(session)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Columns that need room; on narrow screens their content stands under the target instead. */
const WIDE = 'max-md:hidden';

function TargetRow({ session, assignee }: { session: SessionResponse; assignee: string }) {
  const label = session.target_label ?? 'Without a target';
  return (
    <tr className="hover:bg-hover has-[a:focus-visible]:bg-hover *:border-line transition-colors duration-120 *:border-t *:px-3 *:py-2 max-md:first:*:border-t-0 lg:*:px-4">
      <th scope="row" className="font-medium">
        <Link to={`/sessions/${session.id}`} data-row className="font-mono break-all hover:underline">
          {label}
        </Link>
        <div className="mt-1.5 grid gap-1.5 font-normal md:hidden">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <SessionStatusBadge session={session} />
            <span className="text-fg-muted text-sm">{assignee}</span>
          </span>
          <StepMeter session={session} label={label} />
        </div>
      </th>
      <td className={WIDE}>
        <SessionStatusBadge session={session} />
      </td>
      <td className={WIDE}>
        <StepMeter session={session} label={label} />
      </td>
      <td className={clsx(WIDE, 'text-fg-muted text-sm whitespace-nowrap')}>{assignee}</td>
      <td className="text-fg-subtle text-right text-sm whitespace-nowrap tabular-nums max-xl:hidden">
        {session.status === 'prepared' ? '' : formatDuration(session.active_seconds)}
      </td>
      <td className="w-px text-right">
        <Next session={session} label={label} />
      </td>
    </tr>
  );
}

function StepMeter({ session, label }: { session: SessionResponse; label: string }) {
  const { settled, total } = progressOf(session, session.tree_snapshot.sections ?? []);
  return (
    <span className="flex items-center gap-2.5">
      <Meter
        label={`Steps of ${label}`}
        value={settled}
        max={total}
        className="h-1 min-w-16 flex-1"
        ink={session.status === 'completed' ? 'bg-success' : 'bg-accent'}
      />
      <span className="text-fg-muted w-12 shrink-0 text-right text-sm tabular-nums">
        {settled}/{total}
      </span>
    </span>
  );
}

/** The one thing to do with a target now. */
function Next({ session, label }: { session: SessionResponse; label: string }) {
  const navigate = useNavigate();
  const start = useStartPrepared(session.id);
  if (session.status === 'completed') {
    return (
      <ButtonLink
        to={`/sessions/${session.id}/document`}
        variant="ghost"
        aria-label={`Open the note of ${label}`}
        className="w-24"
      >
        Note
      </ButtonLink>
    );
  }
  if (session.status === 'active') {
    return (
      <ButtonLink to={`/sessions/${session.id}`} aria-label={`Continue ${label}`} className="w-24">
        Continue
      </ButtonLink>
    );
  }
  return (
    <Button
      aria-label={`Start ${label}`}
      busy={start.isPending}
      className="w-24"
      onClick={() =>
        start.mutate(undefined, {
          onSuccess: () => void navigate(`/sessions/${session.id}`),
          onError: (error) => notify('error', messageOf(error)),
        })
      }
    >
      <Play aria-hidden className="size-3.5" /> Start
    </Button>
  );
}

function Meter({
  label,
  value,
  max,
  className,
  ink,
}: {
  label: string;
  value: number;
  max: number;
  className: string;
  ink: string;
}) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
      className={clsx('block overflow-hidden rounded-full bg-hover', className)}
    >
      <span
        className={clsx('block h-full origin-left transition-transform duration-240', ink)}
        style={{ transform: `scaleX(${max === 0 ? 0 : value / max})` }}
      />
    </span>
  );
}
