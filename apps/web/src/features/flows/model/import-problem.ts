import { ApiError, isCode, messageOf } from '@/shared/api/problem';

/** Where the file stopped making sense, when the server can say so. */
export function placeOf(error: unknown): string | null {
  if (!isCode(error, 'flow_file_unreadable')) return null;
  const { line, column } = (error.detail ?? {}) as { line?: number | null; column?: number | null };
  if (line == null) return null;
  return column == null ? `line ${line}` : `line ${line}, column ${column}`;
}

export function refusalOf(error: unknown): string {
  const at = placeOf(error);
  return at === null ? messageOf(error) : `The file cannot be read at ${at}`;
}

const SHOWN = 8;

/** What is wrong in the file, one line each, after the refusal itself. */
export function reasonsOf(error: unknown): string[] {
  if (!(error instanceof ApiError)) return [];
  const reasons = error.errors.slice(0, SHOWN).map(({ loc, message }) => `${loc}: ${message}`);
  return placeOf(error) === null ? reasons : [messageOf(error), ...reasons];
}
