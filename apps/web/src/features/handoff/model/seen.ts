import { create } from 'zustand';

import { storage } from '@/shared/lib/storage';

/** The handoffs this browser has opened; the newest last. */
const KEY = 'rf-escalation-seen';
/** More than a queue ever holds; older ones are forgotten first. */
const KEPT = 200;

function load(): string[] {
  try {
    const stored: unknown = JSON.parse(storage.get(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export const useSeen = create<{ ids: string[] }>()(() => ({ ids: load() }));

/** It was opened or claimed. Passing over it with the pointer is not looking at it. */
export function markSeen(id: string): void {
  // Another tab may have opened others meanwhile.
  const ids = [...load().filter((known) => known !== id), id].slice(-KEPT);
  storage.set(KEY, JSON.stringify(ids));
  useSeen.setState({ ids });
}

if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key }) => {
    if (key === KEY) useSeen.setState({ ids: load() });
  });
}
