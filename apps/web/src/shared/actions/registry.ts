import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';

import { usePreferences } from '@/shared/lib/preferences';

import { createMatcher } from './hotkeys';

/**
 * Every action of the app is defined once and registered while the screen that owns it is mounted. The palette, the
 * shortcut sheet and the keyboard all read from here, so they can never tell different stories.
 */
export interface Action {
  id: string;
  /** What it does, as a button would say it. */
  name: string;
  section: 'Go to' | 'This session' | 'This page' | 'General';
  keys?: string[] | undefined;
  icon?: LucideIcon | undefined;
  keywords?: string | undefined;
  /** Shown in the shortcut sheet but not offered in the palette (e.g. the digits that pick an answer). */
  hidden?: boolean | undefined;
  enabled?: boolean | undefined;
  perform: (key: string) => void;
}

const owners = new Map<symbol, Action[]>();
const listeners = new Set<() => void>();
let snapshot: Action[] = [];

function changed(): void {
  // The last registered wins a key: a screen may shadow a general shortcut while it is open.
  snapshot = [...owners.values()].flat();
  for (const notify of listeners) notify();
}

export function useActions(actions: Action[]): void {
  const owner = useRef<symbol>(Symbol('actions'));
  useEffect(() => {
    const key = owner.current;
    owners.set(key, actions);
    changed();
  });
  useEffect(() => {
    const key = owner.current;
    return () => {
      owners.delete(key);
      changed();
    };
  }, []);
}

const subscribe = (notify: () => void) => {
  listeners.add(notify);
  return () => listeners.delete(notify);
};

export const useRegisteredActions = (): Action[] => useSyncExternalStore(subscribe, () => snapshot);

export function actionForKey(key: string): Action | undefined {
  return snapshot.findLast((action) => action.keys?.includes(key) && action.enabled !== false);
}

/** The one key listener of the page. */
export function listenForKeys(): () => void {
  const match = createMatcher();
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const chordOnly = document.querySelector('[role="dialog"]') !== null;
    const known = new Set(
      snapshot
        .filter((action) => action.enabled !== false)
        .flatMap((action) => action.keys ?? [])
        .filter((key) => !chordOnly || key.startsWith('mod+')),
    );
    const key = match(event, known, usePreferences.getState().shortcuts);
    const action = key === null ? undefined : actionForKey(key);
    if (key === null || !action) return;
    event.preventDefault();
    action.perform(key);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
