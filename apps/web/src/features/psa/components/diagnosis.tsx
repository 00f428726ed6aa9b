import { CircleCheck, CircleX } from 'lucide-react';

import type { PsaDiagnosis } from '@/shared/api/types';
import { Callout } from '@/shared/ui/callout';

/** What a test of the connection found, step by step, and what to do about it. */
export function Diagnosis({ ok, diagnosis }: { ok: boolean; diagnosis: PsaDiagnosis }) {
  return (
    <Callout tone={ok ? 'success' : 'danger'} title={diagnosis.headline} role={ok ? 'status' : 'alert'}>
      {diagnosis.what_to_do !== '' && <p className="text-fg">{diagnosis.what_to_do}</p>}
      {diagnosis.steps.length > 0 && (
        <ol aria-label="Steps of the test" className="mt-2.5 grid gap-1.5">
          {diagnosis.steps.map((step) => (
            <li key={step.name} className="flex gap-2">
              {step.ok ? (
                <CircleCheck aria-hidden className="text-success mt-0.5 size-4 shrink-0" />
              ) : (
                <CircleX aria-hidden className="text-danger mt-0.5 size-4 shrink-0" />
              )}
              <span className="min-w-0">
                <span className="sr-only">{step.ok ? 'Good: ' : 'Failed: '}</span>
                <span className="text-fg font-medium">{step.name}</span>
                {step.detail !== '' && <span className="block break-words">{step.detail}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Callout>
  );
}
