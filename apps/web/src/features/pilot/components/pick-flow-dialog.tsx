import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { FLOW_TYPE_LABEL } from '@/shared/lib/flow-structure';
import { takeFocus } from '@/shared/lib/form-keys';
import { useDebounced } from '@/shared/lib/use-debounced';
import { useRowKeys } from '@/shared/lib/use-row-keys';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import { FlowTypeTile } from '@/shared/ui/flow-type-badge';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { flowSearchQuery } from '../api/queries';

/** Any flow of the library, when the engineer knows better. */
export default function PickFlowDialog({
  current,
  onPick,
  onClose,
}: {
  current: string | null;
  onPick: (treeId: string) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const query = useQuery(flowSearchQuery(useDebounced(text.trim(), 150)));
  const { container, onKeyDown, focusFirst } = useRowKeys<HTMLDivElement>();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Follow another flow"
      description="What was done so far stays in the record."
    >
      <TextField
        ref={takeFocus}
        label="Search the library"
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          focusFirst();
        }}
        autoComplete="off"
      />
      <div ref={container} onKeyDown={onKeyDown} role="presentation" className="mt-3">
        <QueryView query={query} skeleton={<SkeletonRows rows={4} label="Loading flows" />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-fg-muted py-4 text-center text-sm">No flow matches “{text}”.</p>
            ) : (
              <ul aria-label="Flows" className="grid gap-0.5">
                {items.map((flow) => (
                  <li key={flow.id}>
                    <button
                      type="button"
                      data-row
                      disabled={flow.id === current}
                      onClick={() => onPick(flow.id)}
                      className="hover:bg-hover flex w-full items-center gap-3 rounded-md px-2 py-1.5 text-left -outline-offset-2! disabled:opacity-60"
                    >
                      <FlowTypeTile type={flow.tree_type} />
                      <span className="min-w-0">
                        <span className="block truncate font-medium">{flow.name}</span>
                        <span className="text-fg-muted block truncate text-sm">
                          {flow.id === current
                            ? 'Followed now'
                            : (flow.category ?? FLOW_TYPE_LABEL[flow.tree_type])}
                        </span>
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </Dialog>
  );
}
