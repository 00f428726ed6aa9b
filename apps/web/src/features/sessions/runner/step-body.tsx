import { ClipboardList } from 'lucide-react';

import type { StepContent } from '@/shared/api/types';
import { Callout } from '@/shared/ui/callout';
import { Markdown } from '@/shared/ui/markdown';

import { ScriptBlock } from './script-block';
import { StepText, VariableChip } from './variables';

const chip = (name: string) => <VariableChip name={name} />;

/** Everything a step has to say, in the order it matters: the risk first, then what to do, then what to keep. */
export function StepBody({ step }: { step: StepContent }) {
  const evidence = step.evidence ?? [];
  return (
    <>
      {step.warning && (
        <Callout tone="warning" title="Before you do this">
          <Markdown text={step.warning} renderVariable={chip} />
        </Callout>
      )}
      {step.body && <Markdown text={step.body} renderVariable={chip} className="text-fg-muted max-w-prose" />}
      {(step.scripts ?? []).map((script, i) => (
        <ScriptBlock key={i} script={script} />
      ))}
      {evidence.length > 0 && (
        <section aria-label="Evidence to collect" className="text-sm">
          <h3 className="flex items-center gap-1.5 font-semibold">
            <ClipboardList aria-hidden className="text-fg-subtle size-4" /> Evidence to collect
          </h3>
          <ul className="text-fg-muted mt-1.5 list-disc pl-9">
            {evidence.map((item) => (
              <li key={item}>
                <StepText text={item} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
