import { useQuery } from '@tanstack/react-query';
import { Eye, RotateCw, Send } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { PsaPush, PushState } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { notify } from '@/shared/ui/toast';

import { sessionPushesQuery, useRetryPush, type PushedSession } from './api';
import { usePsa } from './connected';
import { ARTEFACT, latestOf, mayRetry, PUSH, worstOf } from './model';

const PushDialog = lazy(() => import('./push-dialog'));

export function PushBadge({ state }: { state: PushState }) {
  const { icon, tone, word } = PUSH[state];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}

/** How what was pushed of a session stands, in a word; nothing where nothing was pushed. */
export function PushChip({ session }: { session: PushedSession }) {
  const pushes = useQuery(sessionPushesQuery(session)).data ?? [];
  const state = worstOf(latestOf(pushes));
  if (state === null) return null;
  return (
    <span title={PUSH[state].means}>
      <span className="sr-only">In the ticket: </span>
      <PushBadge state={state} />
    </span>
  );
}

export function RetryButton({ push }: { push: PsaPush }) {
  const retry = useRetryPush();
  return (
    <Button
      size="sm"
      busy={retry.isPending}
      aria-label={`Try again: ${ARTEFACT[push.artefact]} for #${push.ticket_id}`}
      onClick={() =>
        retry.mutate(push.id, {
          onSuccess: () => notify('success', 'It is queued again.'),
          onError: (error) => notify('error', messageOf(error)),
        })
      }
    >
      {!retry.isPending && <RotateCw aria-hidden className="size-3.5" />} Try again
    </Button>
  );
}

/** What of a session went to its ticket, and the way to send it. */
export function PushPanel({
  session,
  ticketId,
  mayPush,
  hasEnded,
}: {
  session: PushedSession;
  ticketId: string | null;
  /** Whether this person may write to the ticket for it. */
  mayPush: boolean;
  /** While the work goes on there is nothing to post yet, but what would be can be looked at. */
  hasEnded: boolean;
}) {
  const [open, setOpen] = useState(false);
  const connected = usePsa()?.connected;
  const query = useQuery(sessionPushesQuery(session));
  const pushes = latestOf(query.data ?? []);
  // Without a PSA there is nothing to say; what was posted to one that is gone stays.
  if (connected !== true && pushes.length === 0) return null;
  const posted = pushes.filter(({ state }) => state !== 'needs_review').map(({ artefact }) => artefact);
  const posts = mayPush && hasEnded && !(posted.includes('note') && posted.includes('time'));
  return (
    <Panel
      title="In the ticket"
      aside={ticketId !== null && <span className="text-fg-muted font-mono">#{ticketId}</span>}
    >
      <div className="grid gap-3 text-sm">
        {ticketId === null ? (
          <p className="text-fg-muted">No ticket is linked, so nothing is posted.</p>
        ) : query.isError ? (
          <p className="text-fg-muted">How it stands did not load: {messageOf(query.error)}</p>
        ) : pushes.length === 0 && !query.isPending ? (
          <p className="text-fg-muted">
            {hasEnded ? 'Nothing was posted yet.' : 'Nothing yet. The note is posted when the work ends.'}
          </p>
        ) : (
          <ul aria-label="Posted to the ticket" className="grid gap-3">
            {pushes.map((push) => (
              <PushItem key={push.id} push={push} />
            ))}
          </ul>
        )}
        {mayPush && ticketId !== null && (
          <Button onClick={() => setOpen(true)}>
            {posts ? <Send aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
            {posts ? 'Preview and post…' : 'Preview…'}
          </Button>
        )}
      </div>
      <Suspense fallback={null}>
        {open && (
          <PushDialog
            session={session}
            posts={posts}
            edits={mayPush}
            posted={posted}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </Panel>
  );
}

function PushItem({ push }: { push: PsaPush }) {
  return (
    <li className="grid gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{ARTEFACT[push.artefact]}</span>
        <PushBadge state={push.state} />
        <span className="text-fg-subtle ml-auto text-xs">{formatAgo(push.updated_at)}</span>
      </div>
      <PushTrouble push={push} />
      <PushWarnings push={push} />
      {mayRetry(push) && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-fg-subtle flex-1 text-xs">{PUSH[push.state].means}</span>
          <RetryButton push={push} />
        </div>
      )}
    </li>
  );
}

/** Why it is not there, and what somebody can do about it. */
export function PushTrouble({ push }: { push: PsaPush }) {
  if (push.last_error === null || push.state === 'confirmed') return null;
  return (
    <>
      <p className="text-fg-muted mt-1 break-words">{push.last_error}</p>
      {push.what_to_do !== null && <p className="mt-1 break-words">{push.what_to_do}</p>}
    </>
  );
}

/** What should be looked at although it went well. */
export function PushWarnings({ push }: { push: PsaPush }) {
  return push.warnings.map((warning) => (
    <p key={warning} className="text-warning mt-1 break-words">
      {warning}
    </p>
  ));
}
