/** Which end of the sign-in is near, and how near. */
export type ExpiryWarning = { level: 'none' } | { level: 'soon' | 'now'; reason: 'idle' | 'absolute' };

/** How long before the end the notice appears, ms. */
export const NOTICE_LEAD_MS = 5 * 60_000;

/**
 * The closer of the two ends decides. Where both fall together it is the absolute one: staying signed in would not
 * help. An end that is this instant has come, as on the server.
 */
export function expiryWarning(now: number, idle: number | null, absolute: number | null): ExpiryWarning {
  const end = Math.min(idle ?? Infinity, absolute ?? Infinity);
  const left = end - now;
  if (left > NOTICE_LEAD_MS || end === Infinity) return { level: 'none' };
  const reason = (absolute ?? Infinity) <= (idle ?? Infinity) ? 'absolute' : 'idle';
  return { level: left <= 0 ? 'now' : 'soon', reason };
}
