import { useQuery } from '@tanstack/react-query';
import { ListTodo } from 'lucide-react';

import { messageOf } from '@/shared/api/problem';
import type { Job } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { useUrlState } from '@/shared/lib/use-url-state';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';
import { Pager } from '@/shared/ui/pager';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';

import { jobsQuery, PAGE_SIZE, useRetryJob } from './api/admin';
import { DataTable } from './components/data-table';
import { StateFilter } from './components/state-filter';
import { JOB_STATES, readable } from './model/words';

export function Component() {
  const url = useUrlState();
  const page = Math.max(1, Number(url.get('page')) || 1);
  const query = useQuery(jobsQuery({ state: url.get('state'), page }));
  return (
    <>
      <PageHeader
        title="Jobs"
        description="Work done behind requests, newest first. What failed too often is parked and waits for you."
      />
      <StateFilter states={JOB_STATES} legend="State of jobs" />
      <QueryView query={query} skeleton={<SkeletonRows rows={8} label="Loading jobs" />}>
        {(jobs) =>
          jobs.length === 0 ? (
            <EmptyState
              icon={ListTodo}
              title={url.get('state') === 'parked' ? 'Nothing is parked' : 'No jobs here'}
            >
              Jobs come from mails to send and other work that may take longer than a request.
            </EmptyState>
          ) : (
            <>
              <DataTable caption="Jobs" rows={jobs.slice(0, PAGE_SIZE)} columns={COLUMNS} />
              <Pager
                page={page}
                hasNext={jobs.length > PAGE_SIZE}
                summary={`Page ${page}`}
                onPage={(next) => url.set({ page: next > 1 ? String(next) : null })}
              />
            </>
          )
        }
      </QueryView>
    </>
  );
}

const COLUMNS = [
  {
    name: 'Job',
    cell: (job: Job) => (
      <>
        <span className="font-medium">{readable(job.kind)}</span>
        {job.last_error && (
          <span className="text-danger mt-0.5 block max-w-prose text-xs break-words">{job.last_error}</span>
        )}
      </>
    ),
  },
  {
    name: 'State',
    cell: ({ state }: Job) => (
      <Badge tone={JOB_STATES[state]?.tone ?? 'neutral'}>{JOB_STATES[state]?.words ?? state}</Badge>
    ),
  },
  { name: 'Tries', right: true, cell: (job: Job) => job.attempts.toLocaleString() },
  {
    name: 'When',
    cell: (job: Job) => {
      const at = job.finished_at ?? job.run_at;
      return (
        <time dateTime={at} title={formatDateTime(at)} className="whitespace-nowrap">
          {job.state === 'ready' ? 'due ' : ''}
          {formatAgo(at)}
        </time>
      );
    },
  },
  {
    name: 'Actions',
    hideName: true,
    right: true,
    cell: (job: Job) => job.state === 'parked' && <Retry job={job} />,
  },
];

function Retry({ job }: { job: Job }) {
  const retry = useRetryJob(() => notify('success', 'The job is due now.'));
  return (
    <Button
      size="sm"
      busy={retry.isPending}
      aria-label={`Try again: ${readable(job.kind)}`}
      onClick={() =>
        retry.mutate(job.id, {
          onError: (error) => notify('error', messageOf(error)),
        })
      }
    >
      Try again
    </Button>
  );
}
