import { Check, CornerUpLeft, SkipForward } from 'lucide-react';

import { answerText, pathOf } from '../model/path';
import type { Runner } from './use-runner';
import { usePlainText } from './variables';

/** The way so far. Every step is a way back to it. */
export function PathRail({ runner, currentTitle }: { runner: Runner; currentTitle: string }) {
  const plain = usePlainText();
  const path = pathOf(runner.session);
  return (
    <nav aria-label="Steps taken">
      <h2 className="mb-2 px-2 text-sm font-semibold">Steps taken</h2>
      <ol className="relative">
        {path.map((entry, i) => {
          const skipped = entry.decision?.kind === 'skipped';
          const answer = answerText(entry.decision);
          return (
            <li key={`${entry.nodeId}-${i}`} className="relative">
              <span aria-hidden className="bg-line absolute top-7 bottom-[-2px] left-[1.0625rem] w-px" />
              <button
                type="button"
                onClick={() => runner.step({ action: 'back', node_id: entry.nodeId })}
                className="group hover:bg-hover flex w-full gap-2.5 rounded-md px-2 py-1.5 text-left"
              >
                <span
                  aria-hidden
                  className="border-line bg-surface text-fg-subtle relative mt-0.5 grid size-[1.125rem] shrink-0 place-items-center rounded-full border"
                >
                  {skipped ? (
                    <SkipForward className="size-2.5" />
                  ) : (
                    <Check className="size-2.5 group-hover:hidden" />
                  )}
                  {!skipped && <CornerUpLeft className="hidden size-2.5 group-hover:block" />}
                </span>
                <span className="min-w-0">
                  <span className="sr-only">Back to: </span>
                  <span className="text-fg-muted line-clamp-2 text-sm leading-snug">
                    {plain(entry.title)}
                  </span>
                  {answer && <span className="block truncate text-sm font-medium">{plain(answer)}</span>}
                </span>
              </button>
              {entry.customSteps.map((step) => (
                <p key={step.id} className="text-info truncate py-0.5 pl-[2.375rem] text-xs">
                  + {step.title}
                </p>
              ))}
            </li>
          );
        })}
        <li aria-current="step" className="flex gap-2.5 px-2 py-1.5">
          <span
            aria-hidden
            className="border-accent-fg mt-0.5 grid size-[1.125rem] shrink-0 place-items-center rounded-full border-2"
          >
            <span className="bg-accent-fg size-1.5 rounded-full" />
          </span>
          <span className="line-clamp-3 text-sm leading-snug font-medium">{plain(currentTitle)}</span>
        </li>
      </ol>
    </nav>
  );
}
