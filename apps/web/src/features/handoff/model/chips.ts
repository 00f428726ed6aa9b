import { create } from 'zustand';

import { drafts } from '@/shared/lib/storage';

const nameOf = (sessionId: string) => `handoff.chips.${sessionId}`;

/** Counts the changes; what is hidden stands in the storage of the tab. */
const useChanges = create<{ at: number }>()(() => ({ at: 0 }));

/** The suggestions have done their work once something was sent, or somebody does not want them. */
export function hideChips(sessionId: string): void {
  drafts.set(nameOf(sessionId), 'hidden');
  useChanges.setState(({ at }) => ({ at: at + 1 }));
}

export const useChipsHidden = (sessionId: string): boolean =>
  useChanges(() => drafts.get(nameOf(sessionId)) === 'hidden');
