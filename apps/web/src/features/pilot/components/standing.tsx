import { FileText, CirclePlay } from 'lucide-react';

import { formatAgo } from '@/shared/lib/dates';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Panel } from '@/shared/ui/panel';

import type { AiSession } from '../api/types';
import { isInTransit } from '../model/words';
import { RatingForm } from './rating-form';

interface StandingProps {
  session: AiSession;
  busy: boolean;
  /** The dialog asks already. */
  rated: boolean;
  onResume: () => void;
}

/** Why nothing can be said here now, and the way on. */
export function Standing({ session, busy, rated, onResume }: StandingProps) {
  const resume = session.can_work && (
    <Button variant="primary" busy={busy} onClick={onResume}>
      <CirclePlay aria-hidden className="size-4" /> Resume
    </Button>
  );
  if (session.status === 'paused') {
    return (
      <Callout tone="info" title="This session is paused" action={resume}>
        Put aside {formatAgo(session.updated_at)}. Nothing is lost.
      </Callout>
    );
  }
  if (session.status === 'abandoned') {
    return (
      <Callout tone="warning" title="Nobody worked on this for a long time" action={resume}>
        It was closed, and goes on where it stood when you resume it.
      </Callout>
    );
  }
  if (isInTransit(session.status)) {
    return (
      <Callout
        tone="warning"
        title="Handed over"
        action={<ButtonLink to={`/pilot/${session.id}?pickup=true`}>Open the briefing</ButtonLink>}
      >
        It waits for another engineer, or is with them; what was tried is above.
      </Callout>
    );
  }
  if (session.status === 'resolved') return <Resolved session={session} rated={rated} />;
  return (
    <Callout tone="info" title="You can read this session">
      Its engineer, and whoever takes it over, go on with it.
    </Callout>
  );
}

function Resolved({ session, rated }: { session: AiSession; rated: boolean }) {
  return (
    <>
      <Callout
        tone="success"
        title={`Resolved ${session.resolved_at ? formatAgo(session.resolved_at) : ''}`}
        action={
          <ButtonLink to={`/pilot/${session.id}/document`} variant="primary">
            <FileText aria-hidden className="size-4" /> Open the note
          </ButtonLink>
        }
      >
        {session.resolution_summary}
      </Callout>
      {session.can_work && !rated && session.session_rating === null && (
        <Panel title="Rate the copilot">
          <RatingForm session={session} />
        </Panel>
      )}
    </>
  );
}

/** Nothing is proposed at the moment: it is fixed, or something is waited for. */
export function NoStep({ session, onResolve }: { session: AiSession; onResolve: () => void }) {
  const last = session.steps.findLast((step) => !step.withdrawn);
  const fixed = last?.kind === 'outcome' && last.answer?.verdict === 'worked';
  return (
    <Callout
      tone={fixed ? 'success' : 'info'}
      title={fixed ? 'It is fixed' : 'Nothing is asked of you now'}
      action={
        fixed && (
          <Button variant="primary" onClick={onResolve} kbd="f">
            Resolve
          </Button>
        )
      }
    >
      {fixed ? 'Resolve the session, and its note is ready.' : 'Write what you know, or try another way.'}
    </Callout>
  );
}
