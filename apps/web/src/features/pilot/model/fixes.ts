import type { Fix } from '../api/types';

export type BannerMode = 'proposed' | 'verifying' | 'partial' | 'pending' | 'nudge';

/** After this long "did it help?" is asked again, more plainly. */
const NUDGE_AFTER_MS = 30 * 60_000;

/** How the banner of a fix asks; null once nothing is expected of anybody. */
export function bannerMode(fix: Fix, now: number): BannerMode | null {
  switch (fix.status) {
    case 'proposed':
      return 'proposed';
    case 'verifying':
      return now - Date.parse(fix.updated_at) > NUDGE_AFTER_MS ? 'nudge' : 'verifying';
    case 'applied_partial':
      return 'partial';
    case 'applied_pending':
      return fix.due_at !== null && Date.parse(fix.due_at) <= now ? 'nudge' : 'pending';
    case 'applied_success':
    case 'applied_failed':
    case 'dismissed':
      return null;
  }
}

/** Somebody began with it and has not said what came of it: asked for before the session is handed over. */
export const needsOutcome = ({ status }: Fix): boolean =>
  status === 'verifying' || status === 'applied_partial' || status === 'applied_pending';

/** Ready choices for "look again in", in hours. */
export const DUE_CHOICES = [
  { label: 'In an hour', hours: 1 },
  { label: 'In four hours', hours: 4 },
  { label: 'Tomorrow', hours: 24 },
  { label: 'In three days', hours: 72 },
] as const;

export const dueIn = (hours: number, now: number): string => new Date(now + hours * 3_600_000).toISOString();
