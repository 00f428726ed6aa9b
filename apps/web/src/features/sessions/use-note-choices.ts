import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import { sessionKeys } from './api/queries';
import { NO_CHOICES, toggleKept, type Choices } from './model/redaction';

/**
 * Decisions about one session's note. They outlive a look at another page, in memory alone: a text to mask is just what
 * must not be written down.
 */
export function useNoteChoices(sessionId: string) {
  const client = useQueryClient();
  const [choices, setChoices] = useState(() => client.getQueryData<Choices>(keyOf(sessionId)) ?? NO_CHOICES);
  const update = useCallback(
    (next: (now: Choices) => Choices) =>
      setChoices((now) => {
        const then = next(now);
        client.setQueryData(keyOf(sessionId), then);
        return then;
      }),
    [client, sessionId],
  );
  return {
    choices,
    change: (change: Partial<Choices>) => update((now) => ({ ...now, ...change })),
    toggle: (key: string) => update((now) => toggleKept(now, key)),
  };
}

const keyOf = (sessionId: string) => [...sessionKeys.one(sessionId), 'choices'] as const;
