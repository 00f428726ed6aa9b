import { ChevronDown } from 'lucide-react';
import { useId, useRef, useState } from 'react';

import { TIER } from '@/shared/ui/ai-words';

import type { AiSession } from '../api/types';
import { percent } from '../model/words';

/** How sure the copilot is, in a word and a number, and on asking why. */
export function ConfidenceChip({ session }: { session: AiSession }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const { icon: Icon, ink, word, means } = TIER[session.confidence_tier];
  return (
    <div
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
      role="presentation"
    >
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="border-line bg-raised hover:border-control flex h-8 items-center gap-1.5 rounded-md border px-2.5 text-sm font-medium transition-colors duration-120"
      >
        <Icon aria-hidden className={`size-4 ${ink}`} />
        <span className="sr-only">Confidence:</span>
        {word}
        <span className="text-fg-muted tabular-nums">{percent(session.confidence_score)}</span>
        <ChevronDown aria-hidden className="text-fg-subtle size-3.5" />
      </button>
      <div
        id={id}
        hidden={!open}
        className="animate-enter border-line bg-raised rf-pilot-reasons absolute z-30 mt-1.5 rounded-lg border p-4 text-sm shadow-xl"
      >
        <p className="font-medium">{means}</p>
        {session.confidence_reasons.length > 0 ? (
          <ul className="text-fg-muted mt-2 grid list-disc gap-1 pl-4">
            {session.confidence_reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        ) : (
          <p className="text-fg-muted mt-2">There is little to go by yet; every answer helps.</p>
        )}
      </div>
    </div>
  );
}
