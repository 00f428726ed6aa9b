import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { TimeLine } from '@/shared/api/types';
import { formatDuration } from '@/shared/lib/dates';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SelectField, TextArea, TextField } from '@/shared/ui/field';

import { optionsQuery, timeQuery, useEditTime, type PushedSession } from './api';
import { formatMinutes, parseMinutes, PUSH } from './model';

/** What is charged for a session: as measured and rounded, as somebody put it right, and what stays as it was posted. */
export function TimeLedger({ session, edits }: { session: PushedSession; edits: boolean }) {
  const { data: ledger, error } = useQuery(timeQuery(session));
  const [open, setOpen] = useState(false);
  if (error) return <p className="text-fg-muted text-sm">The time did not load: {messageOf(error)}</p>;
  if (ledger === undefined) return null;
  const { step_minutes: step, direction } = ledger.rounding;
  const present = ledger.entries.find(({ fixed }) => !fixed);
  return (
    <div className="grid gap-2 text-sm">
      <ul aria-label="Time of this session" className="grid gap-1.5">
        {ledger.entries.map((entry, i) => (
          <Entry key={entry.push_id ?? i} entry={entry} />
        ))}
      </ul>
      <p className="text-fg-subtle flex flex-wrap justify-between gap-x-3 text-xs">
        <span>
          Rounded {direction === 'nearest' ? 'to the nearest' : direction} {step} minutes.
        </span>
        <span>
          Total <span className="text-fg font-mono">{formatMinutes(ledger.total_minutes)}</span>
        </span>
      </p>
      {edits && present && !open && (
        <div>
          <Button size="sm" onClick={() => setOpen(true)}>
            Change the time…
          </Button>
        </div>
      )}
      {open && present && <Editor session={session} entry={present} onDone={() => setOpen(false)} />}
    </div>
  );
}

function Entry({ entry }: { entry: TimeLine }) {
  const { fixed, minutes, measured_minutes: measured, worked_seconds: worked, billable, state } = entry;
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-mono font-medium">{formatMinutes(minutes)}</span>
      <span className="text-fg-muted">
        worked {formatDuration(worked)}
        {measured !== minutes && `, measured ${formatMinutes(measured)}`}
      </span>
      {billable !== null && <Badge tone="neutral">{billable ? 'Billable' : 'Not billable'}</Badge>}
      {fixed && state ? (
        <Badge tone={PUSH[state].tone} icon={PUSH[state].icon}>
          {PUSH[state].word}
        </Badge>
      ) : (
        <span className="text-fg-subtle text-xs">
          {entry.edited ? 'changed, not posted yet' : 'not posted yet'}
        </span>
      )}
    </li>
  );
}

const BILLABLE = [
  { value: '', label: 'As the PSA decides' },
  { value: 'yes', label: 'Billable' },
  { value: 'no', label: 'Not billable' },
];

/** Puts right what will be charged. The text of the preview follows what is kept here. */
function Editor({ session, entry, onDone }: { session: PushedSession; entry: TimeLine; onDone: () => void }) {
  const options = useQuery(optionsQuery());
  const edit = useEditTime(session);
  // Where nothing was measured there is nothing to put right, only to say.
  const [written, setWritten] = useState(entry.minutes === 0 ? '' : formatMinutes(entry.minutes));
  const [billable, setBillable] = useState(entry.billable === null ? '' : entry.billable ? 'yes' : 'no');
  const [workType, setWorkType] = useState(entry.work_type ?? '');
  const [note, setNote] = useState(entry.note ?? '');
  const minutes = parseMinutes(written);
  // As it was measured: nothing said.
  const asMeasured = written.trim() === '' || minutes === entry.measured_minutes;

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    if ((!asMeasured && minutes === null) || edit.isPending) return;
    edit.mutate(
      {
        minutes: asMeasured ? null : minutes,
        billable: billable === '' ? null : billable === 'yes',
        work_type: workType === '' ? null : workType,
        note: note.trim() === '' ? null : note.trim(),
      },
      { onSuccess: onDone },
    );
  }

  return (
    <form onSubmit={submit} aria-label="Change the time" className="grid gap-3">
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField
          label="Time to charge"
          placeholder={formatMinutes(entry.measured_minutes)}
          value={written}
          onChange={(event) => setWritten(event.target.value)}
          error={!asMeasured && minutes === null ? 'Such as 0:45 or 1.5 h, up to a day.' : undefined}
          autoComplete="off"
          className="font-mono"
        />
        <SelectField label="Billable" value={billable} onChange={(event) => setBillable(event.target.value)}>
          {BILLABLE.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <SelectField label="Work type" value={workType} onChange={(event) => setWorkType(event.target.value)}>
          <option value="">As the settings have it</option>
          {options.data?.work_types.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {workType !== '' && !options.data?.work_types.some(({ id }) => id === workType) && (
            <option value={workType}>{workType}</option>
          )}
        </SelectField>
      </div>
      <TextArea
        label="What was done"
        rows={3}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        hint="Empty: the words of the session."
      />
      {edit.isError && <Callout tone="danger" title={messageOf(edit.error)} role="alert" />}
      <div className="flex justify-end gap-2">
        <Button size="sm" variant="ghost" onClick={onDone}>
          Cancel
        </Button>
        <Button size="sm" type="submit" variant="primary" busy={edit.isPending}>
          Keep
        </Button>
      </div>
    </form>
  );
}
