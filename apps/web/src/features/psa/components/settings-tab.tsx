import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';

import { fieldErrors, messageOf } from '@/shared/api/problem';
import type {
  NoteVisibility,
  PsaConnection,
  PsaOptions,
  PushSettings,
  RoundingDirection,
} from '@/shared/api/types';
import { optionsQuery } from '@/shared/psa/api';
import { formatMinutes, VISIBILITY } from '@/shared/psa/model';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SelectField, Switch, TextField } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';
import { notify } from '@/shared/ui/toast';
import { UnsavedGuard } from '@/shared/ui/unsaved-guard';

import { useSaveSettings } from '../api';
import { isSame, MAX_STATUS_CHARS, roundedMinutes, ROUNDING_STEPS, settingsToSend } from '../model/settings';

const DIRECTION: Record<RoundingDirection, string> = { up: 'Up', nearest: 'To the nearest', down: 'Down' };

/** Minutes that most roundings treat differently. */
const EXAMPLE_MINUTES = 22;

/** The seven settings of what is pushed. */
export function SettingsTab({ connection }: { connection: PsaConnection }) {
  const kept = connection.settings;
  const [settings, setSettings] = useState(kept);
  const save = useSaveSettings();
  const errors = fieldErrors(save.error);
  const dirty = !isSame(settings, kept);
  const { time_entry: time, rounding, status, content } = settings;
  const options = useQuery({ ...optionsQuery(), enabled: time.create });
  const set = (change: Partial<PushSettings>) => {
    save.reset();
    setSettings((now) => ({ ...now, ...change }));
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(settingsToSend(settings), {
      onSuccess: () => notify('success', 'The settings are saved. They count from the next push on.'),
    });
  }

  return (
    <form onSubmit={submit} aria-label="What is pushed" className="grid max-w-3xl gap-4">
      <UnsavedGuard dirty={dirty} />
      <Panel title="When">
        <div className="grid gap-3">
          <Switch
            label="Post when a session is resolved"
            hint="The note goes to the ticket by itself."
            checked={settings.push_on_resolve}
            onChange={(push_on_resolve) => set({ push_on_resolve })}
          />
          <Switch
            label="Post when a session is escalated"
            hint="With what was tried, for whoever takes it over."
            checked={settings.push_on_escalate}
            onChange={(push_on_escalate) => set({ push_on_escalate })}
          />
        </div>
      </Panel>
      <Panel title="The note">
        <div className="grid gap-4">
          <Half>
            <SelectField
              label="Who reads it"
              value={settings.note_visibility}
              onChange={(event) => set({ note_visibility: event.target.value as NoteVisibility })}
              hint={VISIBILITY[settings.note_visibility].means}
              error={errors['note_visibility']}
            >
              {connection.note_visibilities.map((value) => (
                <option key={value} value={value}>
                  {VISIBILITY[value].label}
                </option>
              ))}
            </SelectField>
            <SelectField
              label="Sensitive data"
              value={content.redaction_mode}
              onChange={(event) =>
                set({
                  content: { ...content, redaction_mode: event.target.value === 'none' ? 'none' : 'mask' },
                })
              }
              hint={
                content.redaction_mode === 'mask'
                  ? 'Passwords, keys and personal data are masked.'
                  : 'Only secret variables are masked. Addresses and names can be read.'
              }
            >
              <option value="mask">Masked</option>
              <option value="none">As written</option>
            </SelectField>
          </Half>
          <Switch
            label="Tell the copilot’s reasons"
            hint="Why each step was proposed stands in the note."
            checked={content.include_ai_reasoning}
            onChange={(include_ai_reasoning) => set({ content: { ...content, include_ai_reasoning } })}
          />
        </div>
      </Panel>
      <Panel title="The time">
        <div className="grid gap-4">
          <Switch
            label="Charge the active time"
            hint="As a time entry of whoever worked."
            checked={time.create}
            onChange={(create) => set({ time_entry: { ...time, create } })}
          />
          {time.create && (
            <>
              <Half>
                <Choice
                  label="Work type"
                  value={time.work_type}
                  choices={options.data?.work_types}
                  onChange={(work_type) => set({ time_entry: { ...time, work_type } })}
                  error={errors['work_type']}
                />
                {(time.work_role !== null || options.data?.work_roles.length !== 0) && (
                  <Choice
                    label="Work role"
                    value={time.work_role}
                    choices={options.data?.work_roles}
                    onChange={(work_role) => set({ time_entry: { ...time, work_role } })}
                    error={errors['work_role']}
                  />
                )}
              </Half>
              {options.isError && (
                <p className="text-fg-muted text-sm">
                  What there is to choose from did not load: {messageOf(options.error)}
                </p>
              )}
              <div className="grid gap-4 sm:grid-cols-3">
                <SelectField
                  label="Round"
                  value={rounding.direction}
                  onChange={(event) =>
                    set({ rounding: { ...rounding, direction: event.target.value as RoundingDirection } })
                  }
                >
                  {Object.entries(DIRECTION).map(([value, label]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </SelectField>
                <SelectField
                  label="In steps of"
                  value={rounding.step_minutes}
                  onChange={(event) =>
                    set({ rounding: { ...rounding, step_minutes: Number(event.target.value) } })
                  }
                  error={errors['step_minutes']}
                >
                  {ROUNDING_STEPS.map((step) => (
                    <option key={step} value={step}>
                      {step} min
                    </option>
                  ))}
                </SelectField>
                <TextField
                  label="At least, minutes"
                  type="number"
                  min={0}
                  max={480}
                  value={rounding.least_minutes}
                  onChange={(event) =>
                    set({ rounding: { ...rounding, least_minutes: Number(event.target.value) } })
                  }
                  error={errors['least_minutes']}
                />
              </div>
              <p aria-live="polite" className="text-fg-muted text-sm">
                {EXAMPLE_MINUTES} minutes of work are charged as{' '}
                <span className="text-fg font-mono">
                  {formatMinutes(roundedMinutes(rounding, EXAMPLE_MINUTES))}
                </span>
                .
              </p>
            </>
          )}
        </div>
      </Panel>
      <Panel title="The ticket’s status">
        <div className="grid gap-3">
          <Half>
            <TextField
              label="When resolved"
              optional
              value={status.on_resolve ?? ''}
              maxLength={MAX_STATUS_CHARS}
              placeholder="Stays as it is"
              onChange={(event) => set({ status: { ...status, on_resolve: event.target.value } })}
              error={errors['on_resolve']}
              autoComplete="off"
            />
            <TextField
              label="When escalated"
              optional
              value={status.on_escalate ?? ''}
              maxLength={MAX_STATUS_CHARS}
              placeholder="Stays as it is"
              onChange={(event) => set({ status: { ...status, on_escalate: event.target.value } })}
              error={errors['on_escalate']}
              autoComplete="off"
            />
          </Half>
          <p className="text-fg-subtle text-xs">
            The name of a status, as the ticket’s board has it. A board without one leaves the ticket as it
            is.
          </p>
        </div>
      </Panel>
      {save.isError && (
        <Callout
          tone="danger"
          title={Object.keys(errors).length === 0 ? messageOf(save.error) : 'Nothing is saved yet'}
          role="alert"
        />
      )}
      <div className="flex items-center justify-end gap-2">
        {dirty && (
          <Button
            variant="ghost"
            size="lg"
            onClick={() => {
              save.reset();
              setSettings(kept);
            }}
          >
            Undo the changes
          </Button>
        )}
        <Button type="submit" variant="primary" size="lg" busy={save.isPending} disabled={!dirty}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** One of what the PSA has; what was chosen before is named by its id until its name is known. */
function Choice({
  label,
  value,
  choices = [],
  onChange,
  error,
}: {
  label: string;
  value: string | null;
  choices: PsaOptions['work_types'] | undefined;
  onChange: (id: string | null) => void;
  error: string | undefined;
}) {
  return (
    <SelectField
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
      error={error}
    >
      <option value="">As the PSA decides</option>
      {value !== null && !choices.some(({ id }) => id === value) && <option value={value}>{value}</option>}
      {choices.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

const Half = ({ children }: { children: ReactNode }) => (
  <div className="grid gap-4 sm:grid-cols-2">{children}</div>
);
