import { FolderInput } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { IconButton } from '@/shared/ui/button';

const FlowFoldersDialog = lazy(() => import('./flow-folders-dialog'));

/** Opens the folders a flow is in. */
export function FolderButton({ flow }: { flow: { id: string; name: string } }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        label={`Folders of ${flow.name}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="relative z-10"
      >
        <FolderInput aria-hidden className="text-fg-subtle size-4" />
      </IconButton>
      {open && (
        <Suspense fallback={null}>
          <FlowFoldersDialog flow={flow} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
