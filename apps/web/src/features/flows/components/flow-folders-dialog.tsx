import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { foldersOfFlowQuery, foldersQuery, useSetInFolder } from '../api/folders';
import { outline } from '../model/folders';

/** In which folders a flow is; each tick is kept at once. */
export default function FlowFoldersDialog({
  flow,
  onClose,
}: {
  flow: { id: string; name: string };
  onClose: () => void;
}) {
  const folders = useQuery(foldersQuery());
  const holding = useQuery(foldersOfFlowQuery(flow.id));
  const set = useSetInFolder(flow.id);
  const error = folders.error ?? holding.error ?? set.error;
  const lines = outline(folders.data ?? []);
  const isIn = new Set(holding.data);
  // What was just ticked shows in the click itself, which the mutation's own state would be a moment late for.
  const [asked, setAsked] = useState<{ folder: string; isIn: boolean } | null>(null);
  if (asked?.isIn) isIn.add(asked.folder);
  else if (asked) isIn.delete(asked.folder);
  const tick = (change: { folder: string; isIn: boolean }) => {
    setAsked(change);
    set.mutate(change, { onSettled: () => setAsked(null) });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Folders"
      description={`Where “${flow.name}” is found. It may be in several.`}
    >
      <div className="grid gap-4">
        {error && <Callout tone="danger" title={messageOf(error)} role="alert" />}
        {folders.isPending || holding.isPending ? (
          <SkeletonRows rows={4} label="Loading folders" />
        ) : lines.length === 0 ? (
          <p className="text-fg-muted text-sm">
            There are no folders yet. Make the first one at the side of the library.
          </p>
        ) : (
          <ul aria-label="Folders" className="max-h-80 overflow-y-auto">
            {lines.map(({ folder, depth }) => (
              <li key={folder.id} style={{ paddingInlineStart: `${depth * 1.25}rem` }}>
                <label className="hover:bg-hover flex h-9 items-center gap-2.5 rounded-md px-2 text-sm pointer-coarse:min-h-11">
                  <input
                    type="checkbox"
                    className="accent-accent size-4"
                    checked={isIn.has(folder.id)}
                    disabled={!folder.can_edit || asked !== null}
                    onChange={(event) => tick({ folder: folder.id, isIn: event.target.checked })}
                  />
                  <span className="truncate">{folder.name}</span>
                  {folder.scope === 'personal' && (
                    <span className="text-fg-subtle ml-auto text-xs">only you</span>
                  )}
                </label>
              </li>
            ))}
          </ul>
        )}
        <div className="flex justify-end">
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
