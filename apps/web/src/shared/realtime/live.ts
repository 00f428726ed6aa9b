import { useEffect } from 'react';
import { create } from 'zustand';

import type { LiveEvent } from '@/shared/api/types';

import type { StreamStatus } from './sse';

/** How the stream of this browser is doing. Pages say so where it matters, and ask by themselves while it is not open. */
export const useLive = create<{ status: StreamStatus }>()(() => ({ status: 'connecting' }));

type Listener = (event: LiveEvent) => void;
const listeners = new Set<Listener>();

export function tellLive(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}

/** Hears of what happens in the account while the component is mounted. Give a stable function. */
export function useLiveEvent(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [listener]);
}
