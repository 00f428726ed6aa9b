const DAY = 86_400_000;

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const formatTime = (iso: string, withSeconds = false) =>
  (withSeconds ? seconds : time).format(new Date(iso));
export const formatDate = (iso: string) => date.format(new Date(iso));
export const formatDateTime = (iso: string) => full.format(new Date(iso));

/** "5 minutes ago", and after a week the date itself. */
export function formatAgo(iso: string, now = Date.now()): string {
  const diff = new Date(iso).getTime() - now;
  const size = Math.abs(diff);
  if (size < 45_000) return 'just now';
  if (size < 3_600_000) return relative.format(Math.round(diff / 60_000), 'minute');
  if (size < DAY) return relative.format(Math.round(diff / 3_600_000), 'hour');
  if (size < 7 * DAY) return relative.format(Math.round(diff / DAY), 'day');
  return formatDate(iso);
}

/** 0:07, 12:30, 1:02:09 */
export function formatClock(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const h = Math.floor(total / 3600);
  const m = Math.floor((total % 3600) / 60);
  const s = String(total % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** The clock as words, for screen readers and summaries. */
export function formatDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
