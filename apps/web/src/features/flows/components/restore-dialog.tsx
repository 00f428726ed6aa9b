import { useQuery } from '@tanstack/react-query';

import { isCode, messageOf } from '@/shared/api/problem';
import type { TreeResponse } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { notify } from '@/shared/ui/toast';

import { useUpdateFlow } from '../api/mutations';
import { versionQuery } from '../api/queries';
import { diffFlows } from '../model/diff';
import { Differences } from './compare-dialog';

/** Brings an old version back, after showing what it changes. Of a published flow it becomes the next version. */
export default function RestoreDialog({
  flow,
  version,
  onClose,
}: {
  flow: TreeResponse;
  version: number;
  onClose: () => void;
}) {
  const update = useUpdateFlow(flow.id);
  const old = useQuery(versionQuery(flow.id, version)).data;
  // A draft is only in the flow itself until it is published.
  const newest = useQuery({ ...versionQuery(flow.id, flow.version), enabled: flow.version > 0 }).data;
  const unpublished = newest === undefined ? [] : diffFlows(newest, flow);
  const same = old !== undefined && diffFlows(flow, old).length === 0;
  const published = flow.status === 'published';

  const restore = () => {
    if (!old) return;
    update.mutate(
      {
        revision: flow.revision,
        change: {
          name: old.name,
          description: old.description ?? null,
          tree_structure: old.tree_structure,
          intake_form: old.intake_form,
          ...(published && { status: 'published' }),
        },
      },
      {
        onSuccess: (next) => {
          notify(
            'success',
            published
              ? `Version ${version} is back, as version ${next.version}.`
              : `The draft is as version ${version} was.`,
          );
          onClose();
        },
      },
    );
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Restore version ${version}?`}
      description={
        published
          ? 'It is published as the next version; the versions between stay in the list.'
          : 'The draft then says what that version said. Publish it when you are ready.'
      }
      className="w-[min(48rem,calc(100vw-2rem))]!"
    >
      {unpublished.length > 0 && !same && (
        <Callout tone="warning" title="There are changes that no version holds" className="mb-4">
          They would be lost. Publish them first, or export the flow, if you want to keep them.
        </Callout>
      )}
      <h3 className="mb-1 text-sm font-semibold">What it changes</h3>
      <Differences flow={flow} from="now" to={`v${version}`} />
      {update.isError && (
        <Callout
          tone={isCode(update.error, 'stale_revision') ? 'warning' : 'danger'}
          title={
            isCode(update.error, 'stale_revision')
              ? 'Somebody changed this flow meanwhile'
              : messageOf(update.error)
          }
          role="alert"
          className="mt-4"
        >
          {isCode(update.error, 'stale_revision') && 'Close this, look at their change, and decide again.'}
        </Callout>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" busy={update.isPending} disabled={!old || same} onClick={restore}>
          Restore
        </Button>
      </div>
    </Dialog>
  );
}
