import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleDashed } from 'lucide-react';

import type { AiSession } from '@/shared/api/types';
import { useDebounced } from '@/shared/lib/use-debounced';

import { qualityQuery } from '../api/queries';

const TYPING_MS = 400;

/**
 * What the receiver of such a problem asks first, and which of it is answered already. It advises and never stands in
 * the way: without an answer of the server it is not there.
 */
export function QualityGate({
  session,
  guided = false,
  reason,
}: {
  session: Pick<AiSession, 'id' | 'problem_domain'>;
  /** One run of a flow, and no conversation. */
  guided?: boolean;
  reason: string;
}) {
  const typed = useDebounced(reason.trim(), TYPING_MS);
  const { data } = useQuery(qualityQuery(session.id, guided, session.problem_domain, typed));
  if (!data || data.asks.length === 0) return null;
  const { score, asks } = data;
  const answered = asks.filter((ask) => ask.answered).length;
  return (
    <section
      aria-label="What the receiver will ask"
      className="border-line rounded-md border px-3 py-2.5 text-sm"
    >
      <div className="mb-2 flex items-center gap-3">
        <p className="font-medium">The receiver will ask</p>
        <p role="status" className="text-fg-muted ml-auto tabular-nums">
          {answered} of {asks.length} answered
        </p>
        <div aria-hidden className="bg-hover h-1 w-16 overflow-hidden rounded-full">
          <div className="bg-accent h-full" style={{ width: `${Math.min(100, Math.max(0, score))}%` }} />
        </div>
      </div>
      <ul className="grid gap-1">
        {asks.map(({ key, question, answered: done }) => {
          const Icon = done ? CircleCheck : CircleDashed;
          return (
            <li key={key} className={done ? 'text-fg-muted flex gap-2' : 'flex gap-2'}>
              <Icon
                aria-hidden
                className={`mt-px size-4 shrink-0 ${done ? 'text-success' : 'text-fg-subtle'}`}
              />
              <span>
                {question}
                <span className="sr-only">{done ? ' (answered)' : ' (open)'}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
