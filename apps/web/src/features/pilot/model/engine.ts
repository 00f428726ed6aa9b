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

export type SentPiece = { text: string; token: boolean };

/** What was sent, cut so that the stand-ins for names and addresses show. */
export function piecesOf(text: string, tokens: readonly string[]): SentPiece[] {
  if (tokens.length === 0) return [{ text, token: false }];
  // The longest first: one may begin with another.
  const escaped = tokens
    .toSorted((a, b) => b.length - a.length)
    .map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text
    .split(new RegExp(`(${escaped.join('|')})`))
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, token: tokens.includes(piece) }));
}
