import { useNavigate } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { Handoff } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Button, ButtonLink } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Panel } from '@/shared/ui/panel';

import { useAssign, useRelease } from '../api/mutations';
import { TargetField } from './target-field';

/** Why it cannot be picked up, and what can be done instead. */
export function NotYours({ handoff }: { handoff: Handoff }) {
  const own = useAuth((s) => s.user?.id) === handoff.created_by;
  const conversation = (
    <ButtonLink to={`/pilot/${handoff.session_id}`}>
      {own ? 'Open the conversation' : 'Read the conversation'}
    </ButtonLink>
  );
  if (handoff.status === 'claimed' && handoff.claimed_by_name !== null && handoff.claimed_at !== null) {
    return (
      <Callout tone="info" title={`${handoff.claimed_by_name} has it`} role="status" action={conversation}>
        Claimed {formatAgo(handoff.claimed_at)}.
      </Callout>
    );
  }
  if (own && handoff.status === 'waiting') return <Own handoff={handoff} />;
  return (
    <Callout tone="info" title="This does not wait any more" role="status" action={conversation}>
      It was taken back or is done.
    </Callout>
  );
}

/** Whoever handed it over says whom it is for, or takes it back while nobody has it. */
function Own({ handoff }: { handoff: Handoff }) {
  const assign = useAssign();
  const release = useRelease();
  const navigate = useNavigate();
  const failed = assign.error ?? release.error;
  return (
    <Panel title="You handed this over">
      <div className="grid gap-4">
        <TargetField
          label="It waits for"
          value={handoff.target_user_id ?? ''}
          disabled={assign.isPending}
          onChange={(userId) => userId !== '' && assign.mutate({ handoff, userId })}
        />
        <div className="flex flex-wrap gap-2">
          <Button
            busy={release.isPending}
            onClick={() =>
              release.mutate(handoff, { onSuccess: () => void navigate(`/pilot/${handoff.session_id}`) })
            }
          >
            Take it back
          </Button>
        </div>
        {failed !== null && (
          <p role="alert" className="text-danger text-sm">
            {messageOf(failed)}
          </p>
        )}
      </div>
    </Panel>
  );
}
