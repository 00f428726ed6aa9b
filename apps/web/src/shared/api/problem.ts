import type { Problem } from './types';

/** The server answered, and the answer was no. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: unknown;
  readonly requestId: string | null;
  readonly errors: NonNullable<Problem['errors']>;
  /** Seconds the server asked us to wait, from Retry-After. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<Problem>, retryAfter: number | null = null) {
    super(readableDetail(problem.detail) ?? `The server answered with status ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.detail = problem.detail;
    this.requestId = problem.request_id ?? null;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** Nobody answered: the network, the server or the browser is offline. Safe to try again. */
export class NetworkError extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached right now.', { cause });
    this.name = 'NetworkError';
  }
}

function readableDetail(detail: unknown): string | null {
  if (typeof detail === 'string' && detail !== '') return detail;
  if (detail !== null && typeof detail === 'object' && 'message' in detail) return String(detail.message);
  return null;
}

export function isCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** What a sign-in goes on with where the server asks for a code; null for every other problem. */
export function challengeOf(error: unknown): string | null {
  if (!isCode(error, 'second_factor_required')) return null;
  return (error.detail as { challenge?: string }).challenge ?? null;
}

/** One sentence for a person, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError && error.errors.length > 0 && error.code === 'validation_failed') {
    return error.errors.map((e) => e.message).join(' ');
  }
  return error instanceof Error ? error.message : 'Something went wrong.';
}

/** Field messages of a 422, by the last part of their location ("body.email" -> "email"). */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(error.errors.map((e) => [e.loc.split('.').at(-1) ?? e.loc, e.message]));
}
