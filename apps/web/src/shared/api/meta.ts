import type { Meta } from './types';

const PATIENCE_MS = 3_000;
let known: Meta | null = null;

/** What this installation is and allows. Null when it will not say; the pages then offer what they can. */
export async function loadMeta(): Promise<Meta | null> {
  if (known !== null) return known;
  try {
    const response = await fetch('/api/v1/meta', { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) known = (await response.json()) as Meta;
  } catch {
    // Nobody waits for this: the form will say what is wrong when it is sent.
  }
  return known;
}
