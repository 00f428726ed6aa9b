import { PencilLine } from 'lucide-react';
import { useState } from 'react';

import type { StepContent } from '@/shared/api/types';
import { isFilled, labelOf } from '@/shared/lib/variables';

import { fieldNamed, VariableField } from '../components/variable-field';
import { FIXED_FIELDS, promptId, useVariables, variablesOfStep } from './variables';

/**
 * What this step needs to know, asked right here. A gap stays listed for as long as the step is shown: a field that
 * vanished with its first letter could not be typed into. Mount it with the step's id as key.
 */
export function StepPrompts({ step, onDone }: { step: StepContent; onDone: () => void }) {
  const { values, fields, set } = useVariables();
  const [names] = useState(() => {
    const gaps = variablesOfStep(step).filter((name) => !isFilled(values[name]) && !FIXED_FIELDS.has(name));
    return [...new Set([...(step.ask ?? []), ...gaps])];
  });
  if (names.length === 0) return null;

  function goOn(from: number) {
    const next = names[from + 1];
    if (next) document.getElementById(promptId(next))?.focus();
    else onDone();
  }

  return (
    <section aria-label="Needed for this step" className="border-line bg-raised rounded-lg border p-4">
      <h3 className="mb-3 flex items-center gap-1.5 text-sm font-semibold">
        <PencilLine aria-hidden className="text-accent-fg size-4" /> Needed for this step
      </h3>
      <div className="grid gap-3 sm:grid-cols-2">
        {names.map((name, i) => (
          <VariableField
            key={name}
            id={promptId(name)}
            field={fieldNamed(name, labelOf(name, fields), fields)}
            value={values[name]}
            onChange={(value) => set(name, value)}
            onEnter={() => goOn(i)}
          />
        ))}
      </div>
    </section>
  );
}
