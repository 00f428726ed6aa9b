import { useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';

import { useRenameChat } from '../api/mutations';
import type { Chat } from '../api/types';

export default function RenameDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const rename = useRenameChat();
  const [title, setTitle] = useState(chat.title);
  function submit(event: FormEvent) {
    event.preventDefault();
    rename.mutate({ id: chat.id, title: title.trim() }, { onSuccess: onClose });
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Rename the chat">
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label="Name"
          value={title}
          maxLength={120}
          required
          onChange={(event) => setTitle(event.target.value)}
          error={rename.isError ? messageOf(rename.error) : undefined}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={rename.isPending} disabled={title.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
