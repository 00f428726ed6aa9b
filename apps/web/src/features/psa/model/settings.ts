import type { PushSettings } from '@/shared/api/types';

/** The steps that the server rounds in, minutes. */
export const ROUNDING_STEPS = [1, 3, 5, 6, 10, 15, 30, 60] as const;

/** The longest name of a status, characters. */
export const MAX_STATUS_CHARS = 50;

const textOrNull = (text: string | null) => {
  const trimmed = (text ?? '').trim();
  return trimmed === '' ? null : trimmed;
};

/** What is sent: empty texts are none, and who charges no time has no kind of work. */
export const settingsToSend = (settings: PushSettings): PushSettings => ({
  ...settings,
  time_entry: {
    create: settings.time_entry.create,
    work_type: textOrNull(settings.time_entry.work_type),
    work_role: textOrNull(settings.time_entry.work_role),
  },
  status: {
    on_resolve: textOrNull(settings.status.on_resolve),
    on_escalate: textOrNull(settings.status.on_escalate),
  },
});

export const isSame = (a: PushSettings, b: PushSettings): boolean =>
  JSON.stringify(sorted(settingsToSend(a))) === JSON.stringify(sorted(settingsToSend(b)));

/** With the keys in one order: the server may send them in another. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, inner]) => [key, sorted(inner)]);
}

/** What the chosen rounding makes of an example, minutes. The server does the same when it charges. */
export function roundedMinutes(rounding: PushSettings['rounding'], minutes: number): number {
  const steps = minutes / rounding.step_minutes;
  const whole =
    rounding.direction === 'up'
      ? Math.ceil(steps)
      : rounding.direction === 'down'
        ? Math.floor(steps)
        : Math.round(steps);
  return Math.min(Math.max(whole * rounding.step_minutes, rounding.least_minutes), 24 * 60);
}
