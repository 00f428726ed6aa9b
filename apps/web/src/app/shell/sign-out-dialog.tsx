import { plural } from '@/shared/lib/plural';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

export default function SignOutDialog({
  pending,
  onCancel,
  onConfirm,
}: {
  pending: number;
  onCancel: () => void;
  onConfirm: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onCancel()}
      title="Sign out and lose changes?"
      description={`${plural(pending, 'change')} of your sessions ${pending === 1 ? 'has' : 'have'} not reached the server yet. Signing out deletes them from this computer.`}
    >
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Stay signed in</Button>
        <Button variant="danger" onClick={onConfirm}>
          Sign out and delete
        </Button>
      </div>
    </Dialog>
  );
}
