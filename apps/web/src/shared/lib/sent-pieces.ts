/** A piece of what was sent, and whether it stands in for something. */
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
