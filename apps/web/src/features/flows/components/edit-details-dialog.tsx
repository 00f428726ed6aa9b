import type { FormEvent } from 'react';

import { isCode, messageOf } from '@/shared/api/problem';
import type { TreeSummary } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { TextArea, TextField } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { useUpdateFlow } from '../api/mutations';

const words = (text: string) => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim().toLowerCase())
      .filter(Boolean),
  ),
];

/** What a flow is called and where it is found; its steps are not touched. */
export default function EditDetailsDialog({ flow, onClose }: { flow: TreeSummary; onClose: () => void }) {
  const update = useUpdateFlow(flow.id);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => formText(form, name) || null;
    update.mutate(
      {
        revision: flow.revision,
        change: {
          name: formText(form, 'name'),
          description: text('description'),
          category: text('category'),
          tags: words(formText(form, 'tags')),
        },
      },
      {
        onSuccess: () => {
          notify('success', 'The details are saved.');
          onClose();
        },
      },
    );
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Edit the details">
      <form onSubmit={submit} className="grid gap-4">
        <TextField label="Name" name="name" required maxLength={200} defaultValue={flow.name} />
        <TextArea
          label="Description"
          name="description"
          optional
          rows={3}
          maxLength={4000}
          defaultValue={flow.description ?? ''}
        />
        <TextField
          label="Category"
          name="category"
          optional
          maxLength={100}
          defaultValue={flow.category ?? ''}
        />
        <TextField
          label="Tags"
          name="tags"
          optional
          defaultValue={flow.tags.join(', ')}
          hint="Separated by commas, at most 20."
        />
        {update.isError && (
          <Callout
            tone={isCode(update.error, 'stale_revision') ? 'warning' : 'danger'}
            title={
              isCode(update.error, 'stale_revision')
                ? 'Somebody changed this flow meanwhile'
                : messageOf(update.error)
            }
            role="alert"
          >
            {isCode(update.error, 'stale_revision') &&
              'Close this, look at their change, and edit again. Nothing of theirs was overwritten.'}
          </Callout>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={update.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
