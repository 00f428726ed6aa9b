import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { ExportRequest, SessionResponse } from '@/shared/api/types';
import { copyText } from '@/shared/lib/clipboard';

import { useExportNote } from './api/mutations';
import { sessionKeys } from './api/queries';

export interface Taken {
  copied: 'idle' | 'done' | 'failed';
  /** The note is another one by now. */
  changed: boolean;
  /** Why the log does not know of it. */
  problem: string | null;
}

const COPIED_MS = 2_500;
const NOTHING: Taken = { copied: 'idle', changed: false, problem: null };

/**
 * Copies or downloads exactly what is shown, at once: the browser allows it only right after the press. Then the server is
 * told, so that the log says what left, and it is compared with what it would give out now.
 */
export function useTakeNote({
  session,
  options,
  text,
  save,
}: {
  session: SessionResponse;
  options: ExportRequest;
  text: string | undefined;
  save: (text: string) => void;
}) {
  const [state, setState] = useState(NOTHING);
  const client = useQueryClient();
  const record = useExportNote(session.id);
  useEffect(() => {
    if (state.copied !== 'done') return undefined;
    const timer = setTimeout(() => setState((now) => ({ ...now, copied: 'idle' })), COPIED_MS);
    return () => clearTimeout(timer);
  }, [state.copied]);

  const tell = (taken: string) =>
    record.mutate(options, {
      onSuccess: (now) => {
        if (now === taken) return;
        setState((before) => ({ ...before, changed: true }));
        void client.invalidateQueries({ queryKey: sessionKeys.one(session.id) });
      },
      onError: (error) => setState((before) => ({ ...before, problem: messageOf(error) })),
    });
  const copy = () => {
    if (text === undefined) return;
    void copyText(text).then((done) => {
      setState({ ...NOTHING, copied: done ? 'done' : 'failed' });
      if (done) tell(text);
    });
  };
  const download = () => {
    if (text === undefined) return;
    setState(NOTHING);
    save(text);
    tell(text);
  };
  return { state, copy, download };
}
