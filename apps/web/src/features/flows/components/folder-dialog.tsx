import type { FormEvent } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import { fieldErrors, messageOf } from '@/shared/api/problem';
import type { Folder } from '@/shared/api/types';
import { formText } from '@/shared/lib/forms';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField, TextField } from '@/shared/ui/field';
import { notify } from '@/shared/ui/toast';

import { useCreateFolder, useDeleteFolder, useUpdateFolder } from '../api/folders';
import { pathOf, placesFor, withInner } from '../model/folders';
import type { FolderTask } from './folder-tree';

interface FolderDialogProps {
  task: FolderTask;
  folders: Folder[];
  onClose: () => void;
  onMade: (folder: Folder) => void;
  onDeleted: (id: string) => void;
}

/** Makes, renames, moves or deletes one folder. */
export default function FolderDialog({ task, folders, onClose, onMade, onDeleted }: FolderDialogProps) {
  switch (task.kind) {
    case 'create':
      return <CreateDialog parent={task.parent} onClose={onClose} onMade={onMade} />;
    case 'rename':
      return <RenameDialog folder={task.folder} onClose={onClose} />;
    case 'move':
      return <MoveDialog folder={task.folder} folders={folders} onClose={onClose} />;
    case 'delete':
      return <DeleteDialog folder={task.folder} folders={folders} onClose={onClose} onDeleted={onDeleted} />;
  }
}

function Failed({ error, fields = [] }: { error: unknown; fields?: string[] }) {
  if (error === null || fields.some((field) => fieldErrors(error)[field])) return null;
  return <Callout tone="danger" title={messageOf(error)} role="alert" />;
}

function CreateDialog({
  parent,
  onClose,
  onMade,
}: {
  parent: Folder | null;
  onClose: () => void;
  onMade: (folder: Folder) => void;
}) {
  const create = useCreateFolder();
  const user = useAuth((s) => s.user);
  const canShare = user?.role !== 'viewer';
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const scope = formText(form, 'scope') as Folder['scope'];
    create.mutate(
      {
        name: formText(form, 'name'),
        ...(parent ? { parent_id: parent.id } : { scope: scope || 'personal' }),
        ...(!parent && scope === 'team' && { team_id: user?.team_id ?? null }),
      },
      {
        onSuccess: (folder) => {
          onMade(folder);
          onClose();
        },
      },
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={parent ? `New folder in ${parent.name}` : 'New folder'}
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={80}
          error={fieldErrors(create.error)['name']}
        />
        {!parent && canShare && (
          <SelectField label="Who sees it" name="scope" defaultValue="personal">
            <option value="personal">Only me</option>
            {user?.team_id && <option value="team">My team</option>}
            <option value="account">Everybody in the account</option>
          </SelectField>
        )}
        <Failed error={create.error} fields={['name']} />
        <Buttons busy={create.isPending} onClose={onClose} label="Create" />
      </form>
    </Dialog>
  );
}

function RenameDialog({ folder, onClose }: { folder: Folder; onClose: () => void }) {
  const update = useUpdateFolder(folder.id);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = formText(new FormData(event.currentTarget), 'name');
    update.mutate({ name }, { onSuccess: onClose });
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Rename the folder">
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={80}
          defaultValue={folder.name}
          error={fieldErrors(update.error)['name']}
        />
        <Failed error={update.error} fields={['name']} />
        <Buttons busy={update.isPending} onClose={onClose} label="Rename" />
      </form>
    </Dialog>
  );
}

function MoveDialog({
  folder,
  folders,
  onClose,
}: {
  folder: Folder;
  folders: Folder[];
  onClose: () => void;
}) {
  const update = useUpdateFolder(folder.id);
  const places = placesFor(folders, folder);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const parent = formText(new FormData(event.currentTarget), 'parent');
    update.mutate(
      { parent_id: parent || null },
      {
        onSuccess: () => {
          notify('success', `“${folder.name}” is moved.`);
          onClose();
        },
      },
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Move ${folder.name}`}
      {...(folder.scope === 'personal' && {
        description: 'In a shared folder, it and its inner folders are shared too.',
      })}
    >
      <form onSubmit={submit} className="grid gap-4">
        <SelectField label="Into" name="parent" defaultValue={folder.parent_id ?? ''}>
          <option value="">The library itself</option>
          {places.map(({ folder: place }) => (
            <option key={place.id} value={place.id}>
              {pathOf(folders, place.id)}
            </option>
          ))}
        </SelectField>
        <Failed error={update.error} />
        <Buttons busy={update.isPending} onClose={onClose} label="Move" />
      </form>
    </Dialog>
  );
}

function DeleteDialog({
  folder,
  folders,
  onClose,
  onDeleted,
}: {
  folder: Folder;
  folders: Folder[];
  onClose: () => void;
  onDeleted: (id: string) => void;
}) {
  const gone = withInner(folders, folder.id);
  const remove = useDeleteFolder(folder.id, gone);
  const inner = gone.size - 1;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete the folder ${folder.name}?`}
      description={
        inner > 0
          ? `${inner === 1 ? 'The folder' : `The ${inner} folders`} in it ${inner === 1 ? 'goes' : 'go'} too. The flows stay in the library.`
          : 'The flows in it stay in the library.'
      }
    >
      <div className="grid gap-4">
        <Failed error={remove.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            busy={remove.isPending}
            onClick={() =>
              remove.mutate(undefined, {
                onSuccess: () => {
                  onDeleted(folder.id);
                  onClose();
                },
              })
            }
          >
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Buttons({ busy, label, onClose }: { busy: boolean; label: string; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" variant="primary" busy={busy}>
        {label}
      </Button>
    </div>
  );
}
