import { Compass } from 'lucide-react';
import { useEffect, useSyncExternalStore, type Ref } from 'react';

import type { AnswerStream } from '@/shared/lib/answer-stream';
import { Markdown } from '@/shared/ui/markdown';

interface AnsweringProps {
  answer: AnswerStream;
  /** Stands at the end of what is written, for whoever follows it. */
  tailRef: Ref<HTMLDivElement>;
  onPaint: () => void;
}

/**
 * The answer while it is being written. It draws itself and nothing around it, and is not read out piece by piece: the
 * status line says when it is there.
 */
export function Answering({ answer, tailRef, onPaint }: AnsweringProps) {
  const text = useSyncExternalStore(answer.subscribe, answer.read);
  useEffect(onPaint, [text, onPaint]);
  return (
    <>
      {text !== '' && (
        <div className="flex gap-3" data-testid="answering" aria-busy>
          <CopilotMark />
          <div className="max-w-prose min-w-0">
            <span className="sr-only">Pilot: </span>
            <Markdown text={text} streaming />
          </div>
        </div>
      )}
      <div ref={tailRef} aria-hidden className="rf-pilot-end" />
    </>
  );
}

export function CopilotMark() {
  return (
    <span
      aria-hidden
      className="bg-accent-soft text-accent-fg mt-0.5 grid size-6 shrink-0 place-items-center rounded-full"
    >
      <Compass className="size-3.5" />
    </span>
  );
}
