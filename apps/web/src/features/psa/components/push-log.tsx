import { useInfiniteQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import { Link } from 'react-router';

import type { PsaPush } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { useUrlState } from '@/shared/lib/use-url-state';
import { pushLogQuery } from '@/shared/psa/api';
import { ARTEFACT, mayRetry, PUSH, PUSH_STATES } from '@/shared/psa/model';
import { PushBadge, PushTrouble, PushWarnings, RetryButton } from '@/shared/psa/push-status';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PagedRow, PagedRows } from '@/shared/ui/paged-rows';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

/** Everything that was posted or is on its way, the newest first. */
export function PushLog() {
  const url = useUrlState();
  const state = url.get('state');
  const query = useInfiniteQuery(pushLogQuery(state));
  return (
    <div className="grid grid-cols-1 gap-4">
      <div role="group" aria-label="Show" className="flex flex-wrap gap-1.5">
        {['', ...PUSH_STATES].map((value) => (
          <Button
            key={value}
            size="sm"
            variant={state === value ? 'selected' : 'secondary'}
            aria-pressed={state === value}
            onClick={() => url.set({ state: value === '' ? null : value })}
          >
            {PUSH_STATES.find((known) => known === value) ? PUSH[value as PsaPush['state']].word : 'All'}
          </Button>
        ))}
      </div>
      <QueryView query={query} skeleton={<SkeletonRows rows={6} label="Loading the push log" />}>
        {({ pages }) => {
          const pushes = pages.flatMap(({ items }) => items);
          if (pushes.length === 0) {
            return (
              <EmptyState
                icon={Inbox}
                title={state === '' ? 'Nothing was posted yet' : 'Nothing stands like that'}
                action={
                  state !== '' && <Button onClick={() => url.set({ state: null })}>Show everything</Button>
                }
              >
                {state === '' && 'What sessions post to their tickets stands here, and how it stands.'}
              </EmptyState>
            );
          }
          return (
            <PagedRows label="Push log" query={query}>
              {pushes.map((push) => (
                <PushRow key={push.id} push={push} />
              ))}
            </PagedRows>
          );
        }}
      </QueryView>
    </div>
  );
}

function PushRow({ push }: { push: PsaPush }) {
  const session = push.session_kind === 'ai' ? `/pilot/${push.session_id}` : `/sessions/${push.session_id}`;
  return (
    <PagedRow action={mayRetry(push) && <RetryButton push={push} />}>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{ARTEFACT[push.artefact]}</span>
        <span className="text-fg-muted font-mono">#{push.ticket_id}</span>
        <PushBadge state={push.state} />
      </p>
      <PushTrouble push={push} />
      <PushWarnings push={push} />
      <p className="text-fg-subtle mt-1 flex flex-wrap items-center gap-x-2 text-xs">
        <time dateTime={push.updated_at} title={formatDateTime(push.updated_at)}>
          {formatAgo(push.updated_at)}
        </time>
        {push.attempts > 1 && <span>{plural(push.attempts, 'attempt')}</span>}
        {push.external_id !== null && (
          <span>
            there as <span className="font-mono">{push.external_id}</span>
          </span>
        )}
        <Link
          to={session}
          className="hover:text-fg inline-flex min-h-6 items-center underline underline-offset-2"
        >
          Its session
        </Link>
      </p>
    </PagedRow>
  );
}
