import { messageOf } from '@/shared/api/problem';

import { Button } from './button';
import { Callout } from './callout';
import { Dialog } from './dialog';
import { notify } from './toast';

/** Asks before something is taken away that does not come back. */
export function RemovalDialog({
  title,
  description,
  action,
  removal,
  remove,
  done,
  onClose,
}: {
  title: string;
  /** What goes, and what stays. */
  description: string;
  /** The word on the button. */
  action: string;
  removal: { isPending: boolean; isError: boolean; error: unknown };
  /**
   * A promise, and no callbacks of `mutate`: these are dropped with the dialog, which goes with what it is about.
   */
  remove: () => Promise<unknown>;
  /** What is said once it is gone. */
  done: string;
  onClose: () => void;
}) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={description}>
      <div className="grid gap-4">
        {removal.isError && <Callout tone="danger" title={messageOf(removal.error)} role="alert" />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="danger"
            busy={removal.isPending}
            onClick={() =>
              void remove().then(
                () => notify('success', done),
                () => undefined,
              )
            }
          >
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
