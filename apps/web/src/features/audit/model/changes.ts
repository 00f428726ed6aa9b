import { formatDateTime } from '@/shared/lib/dates';

import { sentence } from './words';

export interface Change {
  field: string;
  /** Null where the event says nothing of that side. */
  before: string | null;
  after: string | null;
}

export interface Fact {
  field: string;
  value: string;
}

type Values = Record<string, unknown>;

// What was, and what is: the session policy's payload is older than the rest and fixed by contract.
const SIDES = [
  ['before', 'after', ''],
  ['old', 'new', ''],
  ['effective_old', 'effective_new', 'In effect: '],
] as const;
const SIDE_NAMES = new Set<string>(SIDES.flatMap(([before, after]) => [before, after]));

const isValues = (value: unknown): value is Values =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Named values inside named values, as one level of names with dots. */
function flat(values: Values, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(values)) {
    if (isValues(value) && Object.keys(value).length > 0) {
      for (const [inner, one] of flat(value, `${prefix}${key}.`)) found.set(inner, one);
    } else {
      found.set(prefix + key, value);
    }
  }
  return found;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'not set';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return INSTANT.test(value) ? formatDateTime(value) : value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueWords).join(', ');
  return typeof value === 'number' ? value.toLocaleString() : JSON.stringify(value);
}

/** What an entry's payload says that changed, field by field; only what differs. */
export function changesOf(payload: unknown): Change[] {
  if (!isValues(payload)) return [];
  return SIDES.flatMap(([beforeName, afterName, label]) => {
    const [was, is] = [payload[beforeName], payload[afterName]];
    if (!isValues(was) && !isValues(is)) return [];
    const before = flat(isValues(was) ? was : {});
    const after = flat(isValues(is) ? is : {});
    return [...new Set([...before.keys(), ...after.keys()])]
      .map((key) => ({
        field: label + (label === '' ? sentence(key) : sentence(key).toLowerCase()),
        before: before.has(key) ? valueWords(before.get(key)) : null,
        after: after.has(key) ? valueWords(after.get(key)) : null,
      }))
      .filter((change) => change.before !== change.after);
  });
}

/** The rest of a payload: what was said about the event beside what changed. */
export function factsOf(payload: unknown): Fact[] {
  if (!isValues(payload)) return [];
  const rest = Object.fromEntries(Object.entries(payload).filter(([key]) => !SIDE_NAMES.has(key)));
  return [...flat(rest)]
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ({ field: sentence(key), value: valueWords(value) }));
}

/** What the thing is called, where the payload says so. */
export function nameIn(payload: unknown): string | null {
  if (!isValues(payload)) return null;
  const { name, ticket_number: ticket, email, kind } = payload;
  if (typeof name === 'string' && name !== '') return name;
  if (typeof ticket === 'string' && ticket !== '') return `#${ticket}`;
  if (typeof email === 'string' && email !== '') return email;
  return typeof kind === 'string' ? kind : null;
}
