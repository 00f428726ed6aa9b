import { formatDuration } from '@/shared/lib/dates';

export const PERIODS = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
] as const;

export type PeriodDays = (typeof PERIODS)[number]['days'];

const DAY_MS = 86_400_000;

export const periodOf = (text: string): PeriodDays =>
  PERIODS.find(({ days }) => String(days) === text)?.days ?? 30;

/** Whole days up to the end of today in UTC, so that the same period has the same address all day. */
export function rangeOf(days: PeriodDays, now: number): { from: string; to: string } {
  const end = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  return { from: new Date(end - days * DAY_MS).toISOString(), to: new Date(end).toISOString() };
}

/** "12 min", or a dash where nothing was measured. */
export const durationText = (seconds: number | null): string =>
  seconds === null ? '–' : formatDuration(seconds);

/** "80 %" of whole; a dash of nothing. */
export const shareText = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
