import { useNavigate } from 'react-router';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

import { useDeleteChat } from '../api/mutations';
import type { Chat } from '../api/types';

export default function DeleteDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const remove = useDeleteChat();
  const navigate = useNavigate();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Delete this chat?"
      description={`“${chat.title}” goes with all that was asked and answered in it. This cannot be undone.`}
    >
      {remove.isError && (
        <p role="alert" className="text-danger mb-3 text-sm">
          {messageOf(remove.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          variant="danger"
          busy={remove.isPending}
          onClick={() =>
            remove.mutate(chat.id, { onSuccess: () => void navigate('/assistant', { replace: true }) })
          }
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
