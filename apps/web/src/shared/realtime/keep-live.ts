import { refreshAccess, reloadUser, useAuth } from '@/shared/api/auth-session';
import type { LiveEvent, UserResponse } from '@/shared/api/types';

import { tellLive, useLive } from './live';
import { subscribeShared } from './shared-stream';
import type { SseMessage } from './sse-parser';

const STREAM = '/api/v1/ai-sessions/escalations/stream';

const KINDS: readonly LiveEvent['kind'][] = [
  'handoff_created',
  'handoff_assessment_ready',
  'handoff_claimed',
  'handoff_released',
  'notification_created',
  'psa_push_changed',
  'psa_ticket_changed',
];

/**
 * Reads the stream of the account for as long as somebody is signed in. `refresh` is called whenever something may have
 * been missed: the stream was opened (again), this tab
 * joined it, or the server says that it left something out.
 */
export function keepLive(userId: string, refresh: () => void): () => void {
  const stop = subscribeShared(`rf-live-${userId}`, STREAM, {
    token: () => useAuth.getState().token,
    renew: refreshAccess,
    onMessage: (message) => {
      if (message.event === 'resync') return refresh();
      const event = read(message);
      if (event) tellLive(event);
    },
    onStatus: (status) => {
      const before = useLive.getState().status;
      useLive.setState({ status });
      // Also for a tab that joins a stream another one reads: what it loaded may be from before it listened.
      if (status === 'open' && before !== 'open') refresh();
      // The server lets nobody listen who may not, or not any more: who this is tells the shell what is closed.
      const isShut = status === 'closed' || status === 'refused';
      if (isShut && before !== status) void reloadUser();
    },
    // A role, a plan that is settled, a second factor that is set up: what a refusal was about.
    onChange: (again) =>
      useAuth.subscribe((now, before) => {
        if (rightsOf(now.user) !== rightsOf(before.user)) again();
      }),
  });
  return () => {
    stop();
    useLive.setState({ status: 'closed' });
  };
}

/** What the server looks at before it lets somebody listen, as one text. */
function rightsOf(user: UserResponse | null): string {
  return JSON.stringify([user?.role, user?.subscription, user?.second_factor_due]);
}

/** A kind this version does not know is of no use to it, and no fault. */
function read({ event, data }: SseMessage): LiveEvent | null {
  const kind = KINDS.find((known) => known === event);
  if (kind === undefined) return null;
  try {
    return { kind, about: JSON.parse(data) } as LiveEvent;
  } catch {
    return null;
  }
}
