import type { AiEngine } from '@/shared/api/types';

/** The deterministic copilot, which needs no network. */
export const OFFLINE = 'offline';

export const engineName = ({ name }: AiEngine): string => (name === OFFLINE ? 'Offline copilot' : name);

/** The offline copilot answered where a model was meant to. */
export const isFallback = ({ name, reason }: AiEngine): boolean => name === OFFLINE && reason !== null;

/** What is said under a reply; null where nothing about it is out of the ordinary. */
export function captionOf(engine: AiEngine | null): string | null {
  if (engine === null || (engine.name === OFFLINE && engine.reason === null)) return null;
  return engine.reason === null ? engineName(engine) : `${engineName(engine)}: ${engine.reason}`;
}
