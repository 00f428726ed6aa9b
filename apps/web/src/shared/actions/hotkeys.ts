/**
 * Key names: a single key ("b", "1", "?", "Enter"), a sequence ("g f"), or a chord with the platform's command key
 * ("mod+k", "mod+Enter"). Single keys and sequences never fire while someone types; chords do.
 */
export interface KeyInput {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  target: EventTarget | null;
}

const TEXT_INPUTS = new Set(['text', 'search', 'email', 'password', 'url', 'tel', 'number', 'date', 'time']);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && TEXT_INPUTS.has(target.type);
}

/** Enter and Space belong to the control that has the focus. */
function ownsKey(target: EventTarget | null, key: string): boolean {
  if (key !== 'Enter' && key !== ' ') return false;
  return (
    target instanceof Element &&
    target.closest('button, a[href], summary, [role="tab"], [role="menuitem"], input') !== null
  );
}

const SEQUENCE_MS = 1200;

/** Turns key presses into key names; one matcher for the whole page, so a sequence has one memory. */
export function createMatcher(now: () => number = Date.now) {
  let first: { key: string; at: number } | null = null;

  return (event: KeyInput, known: ReadonlySet<string>, singleKeys: boolean): string | null => {
    if (event.ctrlKey || event.metaKey) {
      if (event.altKey || event.shiftKey) return null;
      const chord = `mod+${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
      return known.has(chord) ? chord : null;
    }
    if (event.altKey || !singleKeys || isTyping(event.target) || ownsKey(event.target, event.key)) {
      first = null;
      return null;
    }
    if (first && now() - first.at < SEQUENCE_MS) {
      const sequence = `${first.key} ${event.key}`;
      first = null;
      if (known.has(sequence)) return sequence;
    }
    first = null;
    const starts = [...known].some((name) => name.startsWith(`${event.key} `));
    if (starts) {
      first = { key: event.key, at: now() };
      return null;
    }
    return known.has(event.key) ? event.key : null;
  };
}
