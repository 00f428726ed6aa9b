import { CircleCheck } from 'lucide-react';
import { useId, useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { Security } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextField } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';

import { useSavePolicy } from '../api/security';
import { check, choiceOf, inWords, updateOf, type Choice } from '../model/policy';

const LABELS: Record<Choice, string> = { strict: 'Strict', standard: 'Standard', custom: 'Custom' };

/** How long sign-ins last. The limits are always in view, and can be typed only where they are one's own. */
export function PolicyCard({ security }: { security: Security }) {
  const group = useId();
  const save = useSavePolicy();
  const [choice, setChoice] = useState<Choice>(() => choiceOf(security));
  const [idle, setIdle] = useState(String(security.effective_idle_minutes));
  const [absolute, setAbsolute] = useState(String(security.effective_absolute_minutes));
  const custom = choice === 'custom';
  const errors = custom ? check(Number(idle), Number(absolute), security.bounds) : {};
  const valid = Object.keys(errors).length === 0;

  function choose(next: Choice) {
    setChoice(next);
    save.reset();
    const preset = security.presets.find(({ name }) => name === next);
    if (!preset) return;
    setIdle(String(preset.idle_minutes));
    setAbsolute(String(preset.absolute_minutes));
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!valid) return;
    save.mutate(updateOf(choice, security, { idle: Number(idle), absolute: Number(absolute) }));
  }

  const hintOf = (option: Choice) => {
    const preset = security.presets.find(({ name }) => name === option);
    return preset
      ? `${inWords(preset.idle_minutes)} without use, ${inWords(preset.absolute_minutes)} in all`
      : 'Limits of your own';
  };

  return (
    <Panel title="Sign-in policy">
      <form onSubmit={submit} className="grid gap-5" noValidate>
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">How long a sign-in lasts</legend>
          <div className="grid gap-2 sm:grid-cols-3">
            {(['strict', 'standard', 'custom'] as const).map((option) => (
              <label
                key={option}
                className="border-line hover:border-control has-checked:border-accent-fg has-checked:bg-accent-soft has-focus-visible:outline-focus relative cursor-pointer rounded-lg border px-3 py-2 transition-colors duration-120 has-focus-visible:outline-2 has-focus-visible:outline-offset-2"
              >
                <input
                  type="radio"
                  name={group}
                  value={option}
                  checked={choice === option}
                  onChange={() => choose(option)}
                  className="absolute opacity-0"
                />
                <span className="block text-sm font-medium">{LABELS[option]}</span>
                <span className="text-fg-muted block text-xs">{hintOf(option)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Idle limit (minutes)"
            type="number"
            inputMode="numeric"
            disabled={!custom}
            value={idle}
            onChange={(event) => setIdle(event.target.value)}
            hint="Ends a sign-in that is not used."
            error={errors.idle}
          />
          <TextField
            label="Absolute limit (minutes)"
            type="number"
            inputMode="numeric"
            disabled={!custom}
            value={absolute}
            onChange={(event) => setAbsolute(event.target.value)}
            hint="Ends it in any case."
            error={errors.absolute}
          />
        </div>
        {save.isError && <Callout tone="danger" title={messageOf(save.error)} role="alert" />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!valid}>
            Save
          </Button>
          <span role="status" className="text-success inline-flex items-center gap-1.5 text-sm font-medium">
            {save.isSuccess && (
              <>
                <CircleCheck aria-hidden className="animate-enter size-4" /> Saved
              </>
            )}
          </span>
          <span className="text-fg-subtle ml-auto text-sm">Applies at next login.</span>
        </div>
      </form>
    </Panel>
  );
}
