import { createContext, useContext, useMemo, type ReactNode } from 'react';

import { useAuth } from '@/shared/api/auth-session';
import type { IntakeField, SessionResponse, StepContent, Variables } from '@/shared/api/types';
import {
  isFilled,
  labelOf,
  plainText,
  splitVariables,
  valuesOf,
  valueText,
  variablesIn,
} from '@/shared/lib/variables';

import { SessionQueue } from '../model/queue';

interface VariableScope {
  values: Variables;
  fields: IntakeField[];
  readOnly: boolean;
  set: (name: string, value: Variables[string]) => void;
}

const Scope = createContext<VariableScope>({ values: {}, fields: [], readOnly: true, set: () => undefined });
export const useVariables = () => useContext(Scope);

/** Ticket and client are fields of the session itself, and the engineer is whoever is signed in. */
const SESSION_FIELDS = new Set(['ticket_number', 'client_name']);
export const FIXED_FIELDS = new Set(['engineer_name', 'target_label']);

export function VariableProvider({
  session,
  queue,
  children,
}: {
  session: SessionResponse;
  queue: SessionQueue | null;
  children: ReactNode;
}) {
  const engineer = useAuth((s) => s.user?.name ?? null);
  const scope = useMemo(
    (): VariableScope => ({
      fields: session.tree_snapshot.intake_form?.fields ?? [],
      values: { ...valuesOf(session), engineer_name: engineer },
      readOnly: queue === null,
      set: (name, value) => {
        if (SESSION_FIELDS.has(name)) {
          queue?.push({ kind: 'details', body: { [name]: value === null ? null : String(value) } });
        } else {
          queue?.push({ kind: 'variables', body: { [name]: value } });
        }
      },
    }),
    [session, queue, engineer],
  );
  return <Scope value={scope}>{children}</Scope>;
}

export const promptId = (name: string) => `ask-${name}`;

/** One variable inside text: its value, or a marked gap that leads to its prompt. */
export function VariableChip({ name }: { name: string }) {
  const { values, fields } = useVariables();
  const label = labelOf(name, fields);
  const value = values[name];
  if (isFilled(value)) {
    const secret = fields.find((field) => field.name === name)?.secret === true;
    return (
      <span title={label} className="bg-accent-soft text-accent-fg rounded-sm px-1 py-px">
        {secret ? <span aria-label={`${label}, hidden`}>••••••</span> : valueText(value)}
      </span>
    );
  }
  // Nothing here can fill it: a target belongs to a round, and the engineer is always known.
  if (FIXED_FIELDS.has(name)) return <span className="text-fg-subtle">[{label}]</span>;
  return (
    <button
      type="button"
      onClick={() => document.getElementById(promptId(name))?.focus()}
      className="border-warning text-warning hover:bg-warning/10 rounded-sm border border-dashed px-1 text-[0.95em] font-medium"
      title={`${label} is not filled in yet`}
    >
      {label}
    </button>
  );
}

/** Text with its variables drawn in place. */
export function StepText({ text }: { text: string }) {
  return splitVariables(text).map((part, i) =>
    part.kind === 'text' ? <span key={i}>{part.text}</span> : <VariableChip key={i} name={part.name} />,
  );
}

/** The same text for places that take only a string, such as labels and titles. */
export function usePlainText(): (text: string) => string {
  const { values, fields } = useVariables();
  return (text) => plainText(text, values, fields);
}

export function variablesOfStep(step: StepContent & { options?: { label: string }[] | null }): string[] {
  return variablesIn([
    step.title,
    step.body,
    step.warning,
    ...(step.scripts ?? []).map((script) => script.text),
    ...(step.options ?? []).map((option) => option.label),
  ]);
}
