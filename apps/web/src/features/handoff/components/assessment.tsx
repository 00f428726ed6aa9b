import { CircleDashed, Minus, Plus } from 'lucide-react';

import type { Handoff } from '@/shared/api/types';
import { Markdown } from '@/shared/ui/markdown';
import { Panel } from '@/shared/ui/panel';
import { Skeleton } from '@/shared/ui/skeleton';

import { PLACEHOLDER } from '../model/words';

/** What is likely, and what speaks for and against it. It comes when it is ready, and is announced once. */
export function AssessmentPanel({ handoff }: { handoff: Handoff }) {
  const { assessment_status: status, ai_assessment: text, ai_assessment_data: data } = handoff;
  return (
    <Panel
      title="What is likely"
      aside={data && (data.engine === 'offline' ? 'From the record' : data.engine)}
    >
      <div aria-live="polite" aria-busy={status === 'pending'}>
        {status === 'ready' ? (
          <div className="animate-fade grid gap-4">
            {/* The text says the same as its parts. */}
            {text && !data && <Markdown text={text} />}
            {data?.summary != null && <p className="whitespace-pre-line">{data.summary}</p>}
            {data && data.likely.length > 0 && (
              <ol className="grid gap-4">
                {data.likely.map((likely) => (
                  <li key={likely.cause}>
                    <p className="font-medium">{likely.cause}</p>
                    <Evidence items={likely.evidence_for} sign="for" />
                    <Evidence items={likely.evidence_against} sign="against" />
                  </li>
                ))}
              </ol>
            )}
            {data && data.suggested_steps.length > 0 && (
              <div>
                <h3 className="mb-1 text-sm font-semibold">What to do next</h3>
                <ol className="list-decimal pl-5">
                  {data.suggested_steps.map((step) => (
                    <li key={step}>{step}</li>
                  ))}
                </ol>
              </div>
            )}
            {data?.engine_reason != null && <p className="text-fg-subtle text-xs">{data.engine_reason}</p>}
          </div>
        ) : (
          <div className="grid gap-3">
            <p className="text-fg-muted flex gap-2">
              <CircleDashed aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
              {PLACEHOLDER[status]}
            </p>
            {status === 'pending' && (
              <>
                <Skeleton className="h-3.5 w-2/3" />
                <Skeleton className="h-3.5 w-1/3" />
              </>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Evidence({ items, sign }: { items: string[]; sign: 'for' | 'against' }) {
  if (items.length === 0) return null;
  const Icon = sign === 'for' ? Plus : Minus;
  return (
    <ul className="mt-1 grid gap-0.5 text-sm">
      {items.map((item) => (
        <li key={item} className="text-fg-muted flex gap-2">
          <Icon
            aria-hidden
            className={`mt-0.5 size-3.5 shrink-0 ${sign === 'for' ? 'text-success' : 'text-danger'}`}
          />
          <span>
            <span className="sr-only">{sign === 'for' ? 'For it: ' : 'Against it: '}</span>
            {item}
          </span>
        </li>
      ))}
    </ul>
  );
}
