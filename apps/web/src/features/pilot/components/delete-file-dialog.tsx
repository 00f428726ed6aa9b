import { RemovalDialog } from '@/shared/ui/removal-dialog';

import { useRemoveFile } from '../api/mutations';
import type { Upload } from '../api/types';

/** Asks before a file goes for everybody. */
export default function DeleteFileDialog({
  sessionId,
  upload,
  onClose,
}: {
  sessionId: string;
  upload: Upload;
  onClose: () => void;
}) {
  const removal = useRemoveFile(sessionId, onClose);
  return (
    <RemovalDialog
      title={`Delete “${upload.name}”?`}
      description="The file is gone for everybody. What was read of a log stays in the conversation."
      action="Delete the file"
      done="The file is deleted."
      removal={removal}
      remove={() => removal.mutateAsync(upload.id)}
      onClose={onClose}
    />
  );
}
