import type { RedactionRule } from '@/shared/api/types';

/** What a rule would do to a text. */
export interface Tried {
  /** Why it cannot be tried here, by the position of the rule. */
  problems: Record<number, string>;
  /** The text cut at what would be masked; `rule` is the position of the rule, null for text that stays. */
  pieces: { text: string; rule: number | null }[];
}

type Pattern = Pick<RedactionRule, 'pattern' | 'ignore_case' | 'whole_word'>;

const WORD = /[\p{L}\p{N}_]/u;

/** The server's way to write groups and flags, as the browser reads them. The two agree on what most rules use. */
function compile({ pattern, ignore_case }: Pattern): RegExp {
  let source = pattern.replaceAll('(?P<', '(?<');
  let flags = ignore_case === true ? 'dgui' : 'dgu';
  const inline = /^\(\?i\)/.exec(source);
  if (inline) {
    source = source.slice(inline[0].length);
    flags = 'dgui';
  }
  // The server knows neither, so a rule with them must not seem to work.
  if (/\(\?<?[=!]/.test(source)) throw new Error('Look-around is not possible in a rule.');
  if (/\\[1-9]|\\k</.test(source)) throw new Error('Back references are not possible in a rule.');
  return new RegExp(source, flags);
}

/** The places of a text one rule masks, line by line as the server looks. */
function placesOf(rule: Pattern, text: string): [number, number][] {
  const pattern = compile(rule);
  const places: [number, number][] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    for (const match of line.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['value'] ?? [match.index, match.index + match[0].length];
      if (start === end) continue;
      const within = (i: number) => i >= 0 && i < line.length && WORD.test(line[i] ?? '');
      if (rule.whole_word === true && (within(start - 1) || within(end))) continue;
      places.push([at + start, at + end]);
    }
    at += line.length + 1;
  }
  return places;
}

/** All rules on one text. Where two of them meet, the earlier one masks. */
export function tryRules(rules: Pattern[], text: string): Tried {
  const problems: Record<number, string> = {};
  const owner = Array.from<number | null>({ length: text.length }).fill(null);
  rules.forEach((rule, i) => {
    if (rule.pattern === '') return;
    try {
      for (const [start, end] of placesOf(rule, text)) {
        for (let at = start; at < end; at += 1) owner[at] ??= i;
      }
    } catch (error) {
      problems[i] = error instanceof Error ? error.message : String(error);
    }
  });
  const pieces: Tried['pieces'] = [];
  for (let at = 0; at < text.length; at += 1) {
    const rule = owner[at] ?? null;
    const last = pieces.at(-1);
    if (last && last.rule === rule) last.text += text[at];
    else pieces.push({ text: text[at] ?? '', rule });
  }
  return { problems, pieces };
}
