import type { ChecklistSection, ChecklistStep, Decision, SessionResponse } from '@/shared/api/types';
import { stepsOf } from '@/shared/lib/flow-structure';

export type StepState = 'open' | 'done' | 'skipped';

export function decisionFor(session: SessionResponse, stepId: string): Decision | null {
  return session.decisions.findLast((decision) => decision.node_id === stepId) ?? null;
}

export function stateOf(session: SessionResponse, stepId: string): StepState {
  const decision = decisionFor(session, stepId);
  if (!decision) return 'open';
  return decision.kind === 'skipped' ? 'skipped' : 'done';
}

export interface Progress {
  total: number;
  settled: number;
  requiredOpen: ChecklistStep[];
}

export function progressOf(session: SessionResponse, sections: ChecklistSection[]): Progress {
  const steps = stepsOf(sections);
  return {
    total: steps.length,
    settled: steps.filter((step) => stateOf(session, step.id) !== 'open').length,
    requiredOpen: steps.filter((step) => step.required !== false && stateOf(session, step.id) === 'open'),
  };
}

/** The next open step after this one, wrapping round; null when all is settled. */
export function nextOpen(
  session: SessionResponse,
  sections: ChecklistSection[],
  after: string | null,
): string | null {
  const steps = stepsOf(sections);
  const at = steps.findIndex((step) => step.id === after);
  const order = [...steps.slice(at + 1), ...steps.slice(0, at + 1)];
  return order.find((step) => step.id !== after && stateOf(session, step.id) === 'open')?.id ?? null;
}
