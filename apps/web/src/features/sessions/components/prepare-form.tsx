import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { IntakeField, Variables } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { isFilled } from '@/shared/lib/variables';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { SelectField, TextField } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { usePrepareSession } from '../api/mutations';
import { membersQuery } from '../api/queries';
import { VariableField } from './variable-field';

/** Makes a session ready for a colleague: the flow, the ticket and whatever is known already. */
export function PrepareForm({
  flowId,
  fields,
  onDone,
}: {
  flowId: string;
  fields: IntakeField[];
  onDone: () => void;
}) {
  const me = useAuth((s) => s.user?.id ?? '');
  const members = useQuery(membersQuery());
  const prepare = usePrepareSession();
  const [assignee, setAssignee] = useState(me);
  const [values, setValues] = useState<Variables>(() =>
    Object.fromEntries(fields.flatMap((field) => (field.default ? [[field.name, field.default]] : []))),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => formText(form, name);
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => isFilled(value)));
    prepare.mutate(
      {
        tree_id: flowId,
        assigned_to_id: assignee,
        session_variables: filled,
        ...(text('ticket') ? { ticket_number: text('ticket') } : {}),
        ...(text('client') ? { client_name: text('client') } : {}),
      },
      {
        onSuccess: () => {
          const name =
            assignee === me
              ? 'you'
              : (members.data?.find((member) => member.id === assignee)?.name ?? 'them');
          notify('success', `Prepared for ${name}.`);
          onDone();
        },
      },
    );
  }

  const runners = (members.data ?? []).filter((member) => member.role !== 'viewer');
  return (
    <form onSubmit={submit} className="grid gap-3" aria-label="Prepare a session">
      <SelectField label="For" value={assignee} onChange={(event) => setAssignee(event.target.value)}>
        {runners.length === 0 && <option value={me}>Yourself</option>}
        {runners.map((member) => (
          <option key={member.id} value={member.id}>
            {member.id === me ? `${member.name} (you)` : member.name}
          </option>
        ))}
      </SelectField>
      <div className="grid gap-3 sm:max-xl:grid-cols-2">
        <TextField label="Ticket number" name="ticket" optional autoComplete="off" className="font-mono" />
        <TextField label="Client" name="client" optional autoComplete="off" />
      </div>
      {fields.map((field) => (
        <VariableField
          key={field.name}
          // Nothing is required here: what is missing is asked when the step needs it.
          field={{ ...field, required: false }}
          value={values[field.name]}
          onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
        />
      ))}
      {prepare.isError && <Callout tone="danger" title={messageOf(prepare.error)} role="alert" />}
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={prepare.isPending}>
          Prepare
        </Button>
      </div>
    </form>
  );
}
