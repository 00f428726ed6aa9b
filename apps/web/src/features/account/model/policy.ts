import type { Security, SecurityUpdate } from '@/shared/api/types';

export type Choice = 'strict' | 'standard' | 'custom';

/** Which of the named pairs the account's limits are. */
export function choiceOf(security: Security): Choice {
  const found = security.presets.find(
    (preset) =>
      preset.idle_minutes === security.effective_idle_minutes &&
      preset.absolute_minutes === security.effective_absolute_minutes,
  );
  return found?.name === 'strict' || found?.name === 'standard' ? found.name : 'custom';
}

/**
 * What a choice sends: its numbers, whatever the installation does by itself. An account without limits of its own that
 * has those numbers anyway stays without.
 */
export function updateOf(
  choice: Choice,
  security: Security,
  custom: { idle: number; absolute: number },
): SecurityUpdate {
  const preset = security.presets.find(({ name }) => name === choice);
  const idle = preset?.idle_minutes ?? custom.idle;
  const absolute = preset?.absolute_minutes ?? custom.absolute;
  const without = security.session_idle_minutes == null && security.session_absolute_minutes == null;
  if (without && idle === security.effective_idle_minutes && absolute === security.effective_absolute_minutes)
    return { session_idle_minutes: null, session_absolute_minutes: null };
  return { session_idle_minutes: idle, session_absolute_minutes: absolute };
}

export interface PolicyErrors {
  idle?: string;
  absolute?: string;
}

/** What is wrong with limits typed by hand; the server says the same. */
export function check(idle: number, absolute: number, bounds: Security['bounds']): PolicyErrors {
  const whole = (value: number, min: number, max: number) =>
    Number.isInteger(value) && value >= min && value <= max
      ? undefined
      : `A whole number from ${min} to ${max}.`;
  const errors: PolicyErrors = {};
  const idleError = whole(idle, bounds.idle_min, bounds.idle_max);
  const absoluteError = whole(absolute, bounds.absolute_min, bounds.absolute_max);
  if (idleError) errors.idle = idleError;
  if (absoluteError) errors.absolute = absoluteError;
  if (!idleError && !absoluteError && idle > absolute) errors.idle = 'Not longer than the absolute limit.';
  return errors;
}

/** "3 days", "90 minutes": how people say a number of minutes. */
export function inWords(minutes: number): string {
  const units = [
    [1_440, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ] as const;
  const [size, name] = units.find(([unit]) => minutes % unit === 0 && minutes >= unit) ?? [1, 'minute'];
  const count = minutes / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
