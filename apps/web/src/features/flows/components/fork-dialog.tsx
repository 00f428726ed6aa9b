import type { FormEvent } from 'react';
import { useNavigate } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import type { TreeSummary } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { TextArea, TextField } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { useForkFlow } from '../api/mutations';

/** A copy of one's own, with the reason for it: whoever looks at the copy later wants to know. */
export default function ForkDialog({ flow, onClose }: { flow: TreeSummary; onClose: () => void }) {
  const fork = useForkFlow(flow.id);
  const navigate = useNavigate();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const reason = formText(form, 'reason');
    fork.mutate(
      { name: formText(form, 'name'), ...(reason !== '' && { fork_reason: reason }) },
      {
        onSuccess: (copy) => {
          notify('success', `“${copy.name}” is your own copy.`);
          void navigate(`/flows/${copy.id}`);
          onClose();
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Fork this flow"
      description="A draft of your own to change. You are told when the original changes."
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={200}
          defaultValue={`${flow.name} (copy)`.slice(0, 200)}
          onFocus={(event) => event.currentTarget.select()}
        />
        <TextArea
          label="Reason"
          name="reason"
          optional
          rows={2}
          maxLength={1000}
          placeholder="What is different here, such as another VPN client"
        />
        {fork.isError && <Callout tone="danger" title={messageOf(fork.error)} role="alert" />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={fork.isPending}>
            Fork
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
