import { useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SelectField } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';
import { notify } from '@/shared/ui/toast';

import { useSaveRetention } from '../api/audit';
import { isShorter, RETENTIONS, retentionWords } from '../model/retention';

const FOR_EVER = 'for-ever';

export function RetentionCard({ kept }: { kept: number | null }) {
  return (
    <Panel title="How long entries are kept" className="mt-6">
      <RetentionForm kept={kept} />
    </Panel>
  );
}

function RetentionForm({ kept }: { kept: number | null }) {
  const [days, setDays] = useState(kept);
  const save = useSaveRetention((saved) => notify('success', `Entries are kept ${retentionWords(saved)}.`));

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(days);
  }

  const choices = kept === null || RETENTIONS.includes(kept) ? RETENTIONS : [kept, ...RETENTIONS];
  return (
    <form onSubmit={submit} aria-label="Retention of the audit log" className="grid gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-56">
          <SelectField
            label="Keep entries"
            value={days ?? FOR_EVER}
            onChange={(event) => {
              save.reset();
              setDays(event.target.value === FOR_EVER ? null : Number(event.target.value));
            }}
          >
            <option value={FOR_EVER}>For ever</option>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {retentionWords(choice)}
              </option>
            ))}
          </SelectField>
        </div>
        <Button type="submit" size="lg" disabled={days === kept} busy={save.isPending}>
          Save
        </Button>
      </div>
      {isShorter(days, kept) && (
        <Callout tone="warning" title="Older entries go for good" role="status">
          Within a day of saving, entries older than {retentionWords(days).replace('for ', '')} are deleted.
          Download them first if you may need them.
        </Callout>
      )}
      {save.isError && <Callout tone="danger" title={messageOf(save.error)} role="alert" />}
    </form>
  );
}
