import { Trash2 } from 'lucide-react';

import { IconButton } from '@/shared/ui/button';
import { Switch, TextField } from '@/shared/ui/field';

import type { EditedRule, RuleErrors } from '../model/rules';

interface RuleEditorProps {
  rule: EditedRule;
  /** What a person calls it while it has no name. */
  place: number;
  errors: RuleErrors;
  /** Why it cannot be tried in the browser. */
  untried: string | undefined;
  onChange: (change: Partial<EditedRule>) => void;
  onRemove: () => void;
}

/** One rule of the account. */
export function RuleEditor({ rule, place, errors, untried, onChange, onRemove }: RuleEditorProps) {
  const title = rule.name.trim() || `Rule ${place}`;
  return (
    <fieldset className="border-line grid gap-3 rounded-lg border p-4">
      <legend className="sr-only">{title}</legend>
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-2">
          <TextField
            label="Name"
            value={rule.name}
            onChange={(event) => onChange({ name: event.target.value })}
            maxLength={80}
            error={errors.name}
            autoComplete="off"
          />
          <TextField
            label="In the note"
            optional
            value={rule.label ?? ''}
            onChange={(event) => onChange({ label: event.target.value })}
            maxLength={40}
            placeholder="custom rule"
            hint={`[${rule.label?.trim() || 'custom rule'} redacted]`}
            error={errors.label}
            autoComplete="off"
          />
        </div>
        <IconButton label={`Remove ${title}`} className="mt-6" onClick={onRemove}>
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      </div>
      <TextField
        label="Pattern"
        value={rule.pattern}
        onChange={(event) => onChange({ pattern: event.target.value })}
        maxLength={500}
        spellCheck={false}
        autoComplete="off"
        className="font-mono"
        placeholder="EMP-[0-9]{5}"
        hint="A regular expression. A group called value masks only that: badge (?P<value>[0-9]{4})"
        error={errors.pattern ?? untried}
      />
      <div className="grid gap-x-6 sm:grid-cols-2">
        <Switch
          label="Ignore letter case"
          checked={rule.ignore_case}
          onChange={(ignore_case) => onChange({ ignore_case })}
        />
        <Switch
          label="Whole words only"
          checked={rule.whole_word}
          onChange={(whole_word) => onChange({ whole_word })}
        />
      </div>
    </fieldset>
  );
}
