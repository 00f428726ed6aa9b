import { useQuery } from '@tanstack/react-query';

import { useLapsed } from '@/shared/api/plan';

import { queueCountQuery } from '../api/queries';

/** How many wait, beside the name of the place. */
export default function NavCount() {
  const lapsed = useLapsed();
  const { data = 0 } = useQuery({ ...queueCountQuery(), enabled: !lapsed });
  if (data === 0) return null;
  return (
    <span className="bg-accent-soft text-accent-fg ml-auto rounded-sm px-1 text-xs tabular-nums">
      {data > 99 ? '99+' : data}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
