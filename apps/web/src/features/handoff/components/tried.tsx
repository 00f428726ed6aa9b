import type { TriedStep } from '@/shared/api/types';
import { VERDICT } from '@/shared/ui/ai-words';
import { Badge } from '@/shared/ui/badge';

/** Every step with what came of it, in the order it was done. */
export function Tried({ steps }: { steps: TriedStep[] }) {
  if (steps.length === 0) return <p className="text-fg-muted">Nothing was tried yet.</p>;
  return (
    <ol className="divide-line divide-y">
      {steps.map(({ order, title, verdict, note }) => {
        const { icon, word, tone } = VERDICT[verdict];
        return (
          <li key={order} className="flex items-start gap-3 px-4 py-2.5">
            <div className="min-w-0 flex-1">
              <p>{title}</p>
              {note && <p className="text-fg-muted text-sm break-words whitespace-pre-wrap">{note}</p>}
            </div>
            <Badge tone={tone} icon={icon}>
              {word}
            </Badge>
          </li>
        );
      })}
    </ol>
  );
}
