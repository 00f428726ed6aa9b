export const MAX_TARGETS = 100;
const MAX_LABEL = 255;

/** Lines to labels: trimmed, empty and repeated ones dropped, the server's limits said before it has to. */
export function parseTargets(text: string): { labels: string[]; problem: string | null } {
  const labels = [
    ...new Set(
      text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ),
  ];
  if (labels.length > MAX_TARGETS)
    return { labels, problem: `${labels.length} targets are too many; ${MAX_TARGETS} fit in one round.` };
  const long = labels.find((label) => label.length > MAX_LABEL);
  if (long) return { labels, problem: `“${long.slice(0, 24)}…” is longer than ${MAX_LABEL} characters.` };
  return { labels, problem: null };
}
