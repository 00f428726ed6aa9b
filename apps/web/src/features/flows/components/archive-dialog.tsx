import { messageOf } from '@/shared/api/problem';
import type { TreeSummary } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { notify } from '@/shared/ui/toast';

import { useUpdateFlow } from '../api/mutations';

/** Asks before a flow leaves the library; running sessions and notes keep what they have of it. */
export default function ArchiveDialog({ flow, onClose }: { flow: TreeSummary; onClose: () => void }) {
  const update = useUpdateFlow(flow.id);
  const archive = () =>
    update.mutate(
      { revision: flow.revision, change: { is_active: false } },
      {
        onSuccess: () => {
          notify('success', `“${flow.name}” is archived.`);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Archive this flow?"
      description="Nobody can start it any more. Running sessions go on, notes stay, and it can be brought back."
    >
      {update.isError && (
        <Callout tone="danger" title={messageOf(update.error)} role="alert" className="mb-4" />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button variant="danger" busy={update.isPending} onClick={archive}>
          Archive
        </Button>
      </div>
    </Dialog>
  );
}
