import { lazy, Suspense, useCallback, useState } from 'react';

import type { FlowStructure, IntakeField } from '@/shared/api/types';
import { isGraph } from '@/shared/lib/flow-structure';
import { plainText } from '@/shared/lib/variables';
import { Skeleton } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';

import { FlowOutline } from './flow-outline';

const FlowCanvas = lazy(() => import('./flow-canvas'));

/** Both views of a flow. A checklist has no branches to draw, so it is shown as its outline only. */
export function FlowView({ structure, fields }: { structure: FlowStructure; fields: IntakeField[] }) {
  const titleOf = useCallback((title: string) => plainText(title, {}, fields), [fields]);
  const [view, setView] = useState<'diagram' | 'outline'>('diagram');
  if (!isGraph(structure)) return <FlowOutline structure={structure} titleOf={titleOf} />;
  return (
    <Tabs
      label="View of the flow"
      value={view}
      onChange={setView}
      tabs={[
        { value: 'diagram', label: 'Diagram' },
        { value: 'outline', label: 'Outline' },
      ]}
    >
      {view === 'diagram' ? (
        <Suspense fallback={<Skeleton className="h-[60vh] min-h-96" />}>
          <FlowCanvas structure={structure} titleOf={titleOf} />
        </Suspense>
      ) : (
        <FlowOutline structure={structure} titleOf={titleOf} />
      )}
    </Tabs>
  );
}
