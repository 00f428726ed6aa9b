import { useRef, useState } from 'react';

import { useUrlState } from './use-url-state';

/** A text filter that types freely, reaches the URL after a pause, and follows the URL when it changes elsewhere. */
export function useUrlText(key: string, pauseMs = 220): [string, (text: string) => void] {
  const { get, set } = useUrlState();
  const inUrl = get(key);
  const [state, setState] = useState({ text: inUrl, seen: inUrl, sent: inUrl });
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  if (state.seen !== inUrl) {
    // A change we sent ourselves must not overwrite what has been typed since.
    setState({ ...state, seen: inUrl, text: state.sent === inUrl ? state.text : inUrl });
  }

  function change(text: string): void {
    setState((now) => ({ ...now, text }));
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setState((now) => ({ ...now, sent: text }));
      set({ [key]: text });
    }, pauseMs);
  }

  return [state.text, change];
}
