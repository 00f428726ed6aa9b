import { useEffect, useState } from 'react';

import { copyText } from '@/shared/lib/clipboard';

const COPIED_MS = 2_500;

/** Copies exactly what the server rendered, at once: the browser allows it only right after the press. */
export function useCopy(text: string | undefined) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state !== 'done') return undefined;
    const timer = setTimeout(() => setState('idle'), COPIED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    if (text !== undefined) void copyText(text).then((done) => setState(done ? 'done' : 'failed'));
  };
  return { state, copy };
}
