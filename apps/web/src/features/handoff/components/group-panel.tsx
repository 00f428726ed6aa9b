import type { EscalationGroup } from '@/shared/api/types';
import { Panel } from '@/shared/ui/panel';
import { scrollable } from '@/shared/ui/scrollable';

import { durationText, shareText } from '../model/numbers';
import { BarChart } from './bar-chart';

interface GroupPanelProps {
  title: string;
  /** What the groups are. */
  column: string;
  groups: EscalationGroup[];
}

/** One bar and one row each: all, and in front of it what was resolved. */
export function GroupPanel({ title, column, groups }: GroupPanelProps) {
  const height = { height: BarChart.rowHeight };
  return (
    <Panel title={title} aside="All, and resolved">
      {groups.length === 0 ? (
        <p className="text-fg-muted">Nothing to compare yet.</p>
      ) : (
        <div className="grid grid-cols-1 items-end gap-x-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <BarChart
            bars={groups.map((group) => ({
              name: group.key,
              value: group.volume,
              part: group.resolved_after_pickup,
            }))}
          />
          <div {...scrollable} role="region" aria-label={`${title}, in numbers`} className="overflow-x-auto">
            <table className="w-full text-left text-sm">
              <caption className="sr-only">{title}</caption>
              <thead>
                <tr className="text-fg-subtle text-xs" style={height}>
                  <th scope="col" className="font-medium">
                    {column}
                  </th>
                  {['All', 'Claimed', 'Resolved', 'Time to claim'].map((name) => (
                    <th key={name} scope="col" className="pl-3 text-right font-medium whitespace-nowrap">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody className="tabular-nums">
                {groups.map((group) => (
                  <tr key={group.key} style={height}>
                    <th scope="row" className="w-1/2 max-w-0 truncate font-normal" title={group.name}>
                      {group.name}
                    </th>
                    <td className="pl-3 text-right">{group.volume.toLocaleString()}</td>
                    <td className="pl-3 text-right">{group.claimed.toLocaleString()}</td>
                    <td className="pl-3 text-right">
                      {shareText(group.resolved_after_pickup, group.claimed)}
                    </td>
                    <td className="pl-3 text-right whitespace-nowrap">
                      {durationText(group.median_time_to_claim_seconds)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Panel>
  );
}
