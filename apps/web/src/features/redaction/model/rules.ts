import { ApiError } from '@/shared/api/problem';
import type { RedactionRule, RedactionRules, RedactionSettings } from '@/shared/api/types';

export const MAX_RULES = 50;

/** A rule on the screen. The id is the screen's own: names may be empty or the same while they are typed. */
export interface EditedRule extends Required<RedactionRule> {
  id: number;
}

export const blankRule = (id: number): EditedRule => ({
  id,
  name: '',
  pattern: '',
  label: null,
  ignore_case: false,
  whole_word: false,
});

/** Without what only the screen needs; an empty label is none. */
export const ruleToSend = ({ name, pattern, label, ignore_case, whole_word }: EditedRule): RedactionRule => ({
  name: name.trim(),
  pattern,
  label: label?.trim() || null,
  ignore_case,
  whole_word,
});

/** Whether saving would change anything. */
export function isChanged(before: RedactionSettings, after: RedactionRules): boolean {
  const { hostnames, unc_paths, guids, custom } = before;
  const kept = custom.map((rule, id) => ruleToSend({ ...blankRule(id), ...rule }));
  return (
    JSON.stringify([hostnames, unc_paths, guids, kept]) !==
    JSON.stringify([after.hostnames, after.unc_paths, after.guids, after.custom])
  );
}

export type RuleField = 'name' | 'pattern' | 'label';
export type RuleErrors = Partial<Record<RuleField, string>>;

const PLACE = /custom\[(\d+)\](?:\.(\w+))?$/;

/** The server's refusals by rule, beside the field they are about; what it says of a whole rule stands at its name. */
export function ruleErrors(error: unknown): Map<number, RuleErrors> {
  const errors = new Map<number, RuleErrors>();
  if (!(error instanceof ApiError)) return errors;
  for (const { loc, message } of error.errors) {
    const match = PLACE.exec(loc);
    if (!match) continue;
    const index = Number(match[1]);
    const field: RuleField = match[2] === 'pattern' || match[2] === 'label' ? match[2] : 'name';
    errors.set(index, { ...errors.get(index), [field]: message });
  }
  return errors;
}
