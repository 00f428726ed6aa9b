import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';

import { handoffKeys, queueCountQuery } from '@/features/handoff/api/queries';
import { flashTitle } from '@/features/handoff/model/title-flash';
import { notificationKeys } from '@/features/notifications/api/queries';
import { pilotKeys } from '@/features/pilot/api/recent';
import type { LiveEvent } from '@/shared/api/types';
import { psaKeys } from '@/shared/psa/keys';
import { keepLive } from '@/shared/realtime/keep-live';
import { useLiveEvent } from '@/shared/realtime/live';

/** Every event says what a page may know too little of; the page asks anew. What an event carries is never shown. */
function outdated(event: LiveEvent): (readonly string[])[] {
  switch (event.kind) {
    case 'handoff_created':
    case 'handoff_claimed':
    case 'handoff_released':
      return [handoffKeys.all, pilotKeys.lists, pilotKeys.one(event.about.session_id)];
    case 'handoff_assessment_ready':
      return [handoffKeys.ofSession(event.about.session_id), handoffKeys.queue];
    case 'notification_created':
      return [notificationKeys.all];
    case 'psa_push_changed':
      // What is charged is fixed once it is sent.
      return [psaKeys.pushes, psaKeys.time];
    case 'psa_ticket_changed':
      return [
        psaKeys.ticket(event.about.ticket_id),
        ...event.about.session_ids.flatMap((id) => [pilotKeys.one(id), psaKeys.kept(id)]),
      ];
  }
}

/** A first answer under way may be from before the news: it is asked for again, and not waited for. */
function refresh(client: QueryClient, keys: (readonly string[])[]): void {
  for (const queryKey of keys) {
    void client.cancelQueries({ queryKey }).then(() => client.invalidateQueries({ queryKey }));
  }
}

/** Keeps what is shown in step with what happens in the account, for as long as somebody is signed in. */
export default function LiveUpdates({ userId }: { userId: string }) {
  const client = useQueryClient();
  useEffect(
    () => keepLive(userId, () => refresh(client, [handoffKeys.all, notificationKeys.all])),
    [client, userId],
  );
  useLiveEvent(useCallback((event: LiveEvent) => refresh(client, outdated(event)), [client]));
  useTitleFlash();
  return null;
}

/** Whoever is on another tab sees that one more waits. */
function useTitleFlash(): void {
  const { data: count } = useQuery(queueCountQuery());
  const before = useRef(count);
  useEffect(() => {
    if (before.current !== undefined && count !== undefined && count > before.current) {
      flashTitle(`(${count}) New escalation`);
    }
    before.current = count;
  }, [count]);
}
