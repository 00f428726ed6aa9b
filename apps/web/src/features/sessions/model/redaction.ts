import type { NoteHit, RedactionKind, NoteRedaction } from '@/shared/api/types';

/** What an engineer decided about one note after a look at it. */
export type Choices = Required<NoteRedaction>;

export const NO_CHOICES: Choices = {
  hostnames: false,
  unc_paths: false,
  guids: false,
  keep: [],
  mask: [],
};

export const KIND_LABEL: Record<RedactionKind, string> = {
  secret: 'Secret value',
  marked: 'Masked by you',
  private_key: 'Private key',
  connection_string: 'Connection string',
  password: 'Password',
  api_key: 'API key',
  token: 'Token',
  recovery_key: 'Recovery key',
  one_time_code: 'One-time code',
  custom: 'Rule of your account',
  unc_path: 'Network path',
  guid: 'GUID',
  card: 'Card number',
  email: 'E-mail address',
  ip_address: 'IP address',
  mac_address: 'MAC address',
  phone: 'Phone number',
  hostname: 'Host name',
};

export const kindLabel = (kind: string) => (KIND_LABEL as Record<string, string>)[kind] ?? kind;

/** Kinds that open a door: their values are not written out, even for whoever decides about them. */
const CREDENTIALS: readonly RedactionKind[] = [
  'secret',
  'private_key',
  'connection_string',
  'password',
  'api_key',
  'token',
  'recovery_key',
  'one_time_code',
];

export const isCredential = (kind: RedactionKind) => CREDENTIALS.includes(kind);

export interface Piece {
  /** Where it begins in the note. */
  at: number;
  text: string;
  hit: NoteHit | null;
}

/** The note cut at its hits. Joined again the pieces are the note, letter for letter. */
export function piecesOf(text: string, hits: NoteHit[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const upTo = (end: number) => {
    if (end > at) pieces.push({ at, text: text.slice(at, end), hit: null });
    at = Math.max(at, end);
  };
  for (const hit of hits) {
    if (hit.start < at || hit.end <= hit.start) continue;
    upTo(hit.start);
    pieces.push({ at, text: text.slice(hit.start, hit.end), hit });
    at = hit.end;
  }
  upTo(text.length);
  return pieces;
}

/** A number, a bullet or a time at the start of a line is the note's, not the engineer's. */
const LINE_START = /^\s*(?:(?:\d{1,3}[.)]|[-*•])\s+)?(?:\d{1,2}:\d{2}\s+)?/;

/**
 * What to mask for a selection in the note. A text to mask is looked for within one line and beside what is masked already,
 * so the selection is cut at both.
 */
export function textsToMask(text: string, hits: NoteHit[], start: number, end: number): string[] {
  const parts: string[] = [];
  for (const piece of piecesOf(text, hits)) {
    if (piece.hit && !piece.hit.kept) continue;
    const from = Math.max(start, piece.at);
    const to = Math.min(end, piece.at + piece.text.length);
    if (from >= to) continue;
    let at = from;
    for (const line of text.slice(from, to).split('\n')) {
      const startsLine = at === 0 || text[at - 1] === '\n';
      const own = (startsLine ? line.replace(LINE_START, '') : line).trim();
      if (/[\p{L}\p{N}]/u.test(own)) parts.push(own);
      at += line.length + 1;
    }
  }
  return [...new Set(parts)];
}

/** One entry of the list beside the note: all places of one value, or of one kind that has no key. */
export interface Finding {
  id: string;
  kind: RedactionKind;
  key: string | null;
  kept: boolean;
  value: string | null;
  places: number;
}

export function findingsOf(hits: NoteHit[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const { key, kind, kept, value } of hits) {
    const id = key ?? kind;
    const known = found.get(id);
    if (known) known.places += 1;
    else found.set(id, { id, kind, key: key ?? null, kept, value: value ?? null, places: 1 });
  }
  return [...found.values()];
}

export function toggleKept(choices: Choices, key: string): Choices {
  const keep = choices.keep.includes(key)
    ? choices.keep.filter((kept) => kept !== key)
    : [...choices.keep, key];
  return { ...choices, keep };
}

export const MAX_MASKED = 500;
const MAX_BYTES = 2_000;

/** Why a text cannot be masked, or null. */
export function maskProblem(text: string, note: string, choices: Choices): string | null {
  if (!note.includes(text)) return 'This is not in the note as it is shown.';
  if (new TextEncoder().encode(text).length > MAX_BYTES) return 'Too long: mask it in smaller pieces.';
  if (choices.mask.length >= MAX_MASKED) return `At most ${MAX_MASKED} texts can be masked in one note.`;
  return null;
}
