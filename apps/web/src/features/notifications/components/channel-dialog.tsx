import type { FormEvent } from 'react';

import { fieldErrors, messageOf } from '@/shared/api/problem';
import type { ChannelKind } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { SecretField, SelectField, TextField } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { useAddChannel } from '../api/mutations';
import { CHANNEL_EVENTS, eventName } from '../model/words';

export default function ChannelDialog({ onClose }: { onClose: () => void }) {
  const add = useAddChannel();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    event.stopPropagation();
    const data = new FormData(event.currentTarget);
    if (add.isPending) return;
    add.mutate(
      {
        kind: formText(data, 'kind') as ChannelKind,
        name: formText(data, 'name').trim(),
        url: formText(data, 'url').trim(),
        events: CHANNEL_EVENTS.filter((name) => data.has(name)),
      },
      {
        onSuccess: ({ name }) => {
          notify('success', `${name} is added. Send it a test.`);
          onClose();
        },
      },
    );
  }

  const errors = fieldErrors(add.error);
  const general = add.isError && Object.keys(errors).length === 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add a channel"
      description="Whoever knows the address can write to the channel: it is kept sealed and never shown again."
    >
      <form onSubmit={submit} aria-label="Add a channel" className="grid gap-4">
        <div className="grid items-start gap-4 sm:grid-cols-[11rem_minmax(0,1fr)]">
          <SelectField label="Where" name="kind" defaultValue="slack">
            <option value="slack">Slack</option>
            <option value="teams">Teams</option>
          </SelectField>
          <TextField label="Name" name="name" required maxLength={100} error={errors['name']} />
        </div>
        <SecretField label="Address of the webhook" name="url" required error={errors['url']} />
        <fieldset className="grid gap-2 text-sm">
          <legend className="mb-1 font-medium">What it hears of</legend>
          {CHANNEL_EVENTS.map((name) => (
            <label key={name} className="flex items-center gap-2.5">
              <input type="checkbox" name={name} defaultChecked className="size-4" />
              {eventName(name)}
            </label>
          ))}
        </fieldset>
        {general && <Callout tone="danger" title={messageOf(add.error)} role="alert" />}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" size="lg" busy={add.isPending}>
            Add it
          </Button>
          <Button variant="ghost" size="lg" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
