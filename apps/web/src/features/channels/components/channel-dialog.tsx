import { useRef, useState, type FormEvent } from 'react';
import { flushSync } from 'react-dom';

import { fieldErrors, messageOf } from '@/shared/api/problem';
import type { Channel } from '@/shared/api/types';
import { newId } from '@/shared/lib/ids';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { SecretField, SelectField, Switch, TextField } from '@/shared/ui/field';

import { useSaveChannel } from '../api';
import { EVENTS, fieldsOf, inputOf, kindOf, KINDS, missingOf, type ChannelFields } from '../model/channel';

/** To set a channel up, or to change one. */
export function ChannelDialog({
  channel,
  onSaved,
  onClose,
}: {
  channel: Channel | null;
  onSaved: () => void;
  onClose: () => void;
}) {
  const [fields, setFields] = useState(() => fieldsOf(channel));
  const [key] = useState(newId);
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveChannel();
  const refused = fieldErrors(save.error);
  const missing = checked ? missingOf(fields, channel) : {};
  const { hint, placeholder } = kindOf(fields.kind);
  const set = (part: Partial<ChannelFields>) => {
    // What was said was about what stood there.
    save.reset();
    setFields((now) => ({ ...now, ...part }));
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    flushSync(() => setChecked(true));
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
    if (Object.keys(missingOf(fields, channel)).length > 0 || save.isPending) return;
    save.mutate({ kept: channel, key, input: inputOf(fields) }, { onSuccess: onSaved });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={channel === null ? 'Add a channel' : `Change ${channel.name}`}
      description="It is told what you choose, with a link. Secrets in a ticket’s words are masked as in notes."
    >
      <form ref={form} onSubmit={submit} noValidate aria-label="Channel" className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label="Chat"
            value={fields.kind}
            onChange={({ target }) => set({ kind: target.value as Channel['kind'] })}
          >
            {KINDS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Name"
            value={fields.name}
            onChange={({ target }) => set({ name: target.value })}
            maxLength={80}
            autoComplete="off"
            placeholder="Dispatch"
            error={missing.name ?? refused.name}
          />
        </div>
        <SecretField
          label="Webhook address"
          value={fields.url}
          onChange={({ target }) => set({ url: target.value })}
          maxLength={2000}
          placeholder={placeholder}
          hint={channel?.kind === fields.kind ? 'Left empty, it stays as it is.' : hint}
          error={missing.url ?? refused.url}
        />
        <fieldset className="grid gap-2 text-sm">
          <legend className="mb-1 font-medium">What it is told</legend>
          {EVENTS.map(({ value, label }) => (
            <label key={value} className="flex min-h-6 cursor-pointer items-center gap-2.5">
              <input
                type="checkbox"
                className="size-4"
                checked={fields.events.includes(value)}
                onChange={({ target }) =>
                  set({
                    events: target.checked
                      ? [...fields.events, value]
                      : fields.events.filter((event) => event !== value),
                  })
                }
              />
              {label}
            </label>
          ))}
        </fieldset>
        <Switch label="Switched on" checked={fields.enabled} onChange={(enabled) => set({ enabled })} />
        {save.isError && Object.keys(refused).length === 0 && (
          <Callout tone="danger" title={messageOf(save.error)} role="alert" />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {channel === null ? 'Add' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
