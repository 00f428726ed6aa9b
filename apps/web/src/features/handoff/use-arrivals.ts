import { useState } from 'react';

import type { Handoff } from '@/shared/api/types';

const newestOf = (handoffs: Handoff[]) =>
  handoffs.reduce((newest, { created_at: at }) => (at > newest ? at : newest), '');

/**
 * What was handed over after the page was opened, the newest first. The first answer has not arrived, it was there; nor
 * has what is loaded further down, which is older.
 */
export function useArrivals(handoffs: Handoff[] | undefined): Handoff[] {
  const [opened, setOpened] = useState<string | null>(null);
  if (opened === null && handoffs !== undefined) setOpened(newestOf(handoffs));
  if (opened === null || handoffs === undefined) return [];
  return handoffs
    .filter(({ created_at: at }) => at > opened)
    .toSorted((one, other) => other.created_at.localeCompare(one.created_at));
}
