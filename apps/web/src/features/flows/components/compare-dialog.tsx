import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { TreeResponse, TreeVersion } from '@/shared/api/types';
import { formatDate } from '@/shared/lib/dates';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField } from '@/shared/ui/field';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { flowQuery, versionQuery, versionsQuery } from '../api/queries';
import { diffFlows, type Comparable } from '../model/diff';
import { ChangeList, summaryOf } from './change-list';

/** One side: the flow as it stands, a version of it, or the flow it was forked from. */
export type Side = 'now' | 'original' | `v${number}`;

export interface CompareProps {
  flow: TreeResponse;
  from: Side;
  to: Side;
  onClose: () => void;
}

/** What differs between two versions of a flow, or between a fork and its original. */
export default function CompareDialog({ flow, from: firstFrom, to: firstTo, onClose }: CompareProps) {
  const [from, setFrom] = useState(firstFrom);
  const [to, setTo] = useState(firstTo);
  const versions = useQuery(versionsQuery(flow.id)).data ?? [];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Compare"
      description={flow.name}
      className="w-[min(48rem,calc(100vw-2rem))]!"
    >
      <div className="mb-4 grid grid-cols-2 gap-3">
        <SideSelect label="From" value={from} onChange={setFrom} flow={flow} versions={versions} />
        <SideSelect label="To" value={to} onChange={setTo} flow={flow} versions={versions} />
      </div>
      <Differences flow={flow} from={from} to={to} />
    </Dialog>
  );
}

interface SideSelectProps {
  label: string;
  value: Side;
  onChange: (side: Side) => void;
  flow: TreeResponse;
  versions: TreeVersion[];
}

function SideSelect({ label, value, onChange, flow, versions }: SideSelectProps) {
  return (
    <SelectField label={label} value={value} onChange={(event) => onChange(event.target.value as Side)}>
      <option value="now">As it stands now</option>
      {versions.map(({ version, published_at }) => (
        <option key={version} value={`v${version}`}>
          Version {version}, {formatDate(published_at)}
        </option>
      ))}
      {flow.parent_tree_id && <option value="original">The original</option>}
    </SelectField>
  );
}

/** The query of a side. The flow itself is in the cache already, so "now" costs nothing. */
function useSide(flow: TreeResponse, side: Side) {
  const version = Number(side.slice(1));
  const ofVersion = useQuery({ ...versionQuery(flow.id, version), enabled: side.startsWith('v') });
  const other = side === 'original' ? (flow.parent_tree_id ?? flow.id) : flow.id;
  const ofFlow = useQuery({ ...flowQuery(other), enabled: !side.startsWith('v') });
  return side.startsWith('v') ? ofVersion : ofFlow;
}

export function Differences({ flow, from, to }: { flow: TreeResponse; from: Side; to: Side }) {
  const before = useSide(flow, from);
  const after = useSide(flow, to);
  const skeleton = <Skeleton className="h-40" />;
  return (
    <QueryView<Comparable> query={before} skeleton={skeleton}>
      {(old) => (
        <QueryView<Comparable> query={after} skeleton={skeleton}>
          {(now) => {
            const changes = diffFlows(old, now);
            return (
              <>
                <p role="status" className="text-fg-muted mb-2 text-sm tabular-nums">
                  {summaryOf(changes)}
                </p>
                <ChangeList changes={changes} />
              </>
            );
          }}
        </QueryView>
      )}
    </QueryView>
  );
}
