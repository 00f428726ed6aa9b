import type { IntakeField, SessionResponse, VariableValue, Variables } from '@/shared/api/types';

/** Variables are written {{name}}; blanks inside the braces are allowed. */
const PATTERN = /\{\{\s*([a-z][a-z0-9_]{0,62})\s*\}\}/g;

export type Segment = { kind: 'text'; text: string } | { kind: 'variable'; name: string; source: string };

export function splitVariables(text: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (match.index > at) segments.push({ kind: 'text', text: text.slice(at, match.index) });
    segments.push({ kind: 'variable', name: match[1] ?? '', source: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) segments.push({ kind: 'text', text: text.slice(at) });
  return segments;
}

export function isFilled(value: VariableValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

export function valueText(value: VariableValue | undefined): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return isFilled(value) ? String(value) : '';
}

/** Plain text with the filled variables in place; the open ones stay as they are written. */
export function interpolate(text: string, values: Variables): string {
  return splitVariables(text)
    .map((part) =>
      part.kind === 'text'
        ? part.text
        : isFilled(values[part.name])
          ? valueText(values[part.name])
          : part.source,
    )
    .join('');
}

export function variablesIn(texts: (string | null | undefined)[]): string[] {
  const names = texts.flatMap((text) =>
    splitVariables(text ?? '').flatMap((part) => (part.kind === 'variable' ? [part.name] : [])),
  );
  return [...new Set(names)];
}

/** "mailbox_address" reads as "Mailbox address" where the flow gives no label. */
export function labelOf(name: string, fields: IntakeField[]): string {
  const label = fields.find((field) => field.name === name)?.label;
  if (label) return label;
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a field's text input stands for on the wire. */
export function parseValue(text: string, field: IntakeField | undefined): VariableValue {
  if (text === '') return null;
  if (field?.type === 'number') {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  return text;
}

/** Text for one line of a list: filled variables as values (secrets hidden), open ones as their label in brackets. */
export function plainText(text: string, values: Variables, fields: IntakeField[]): string {
  return splitVariables(text)
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const value = values[part.name];
      if (!isFilled(value)) return `[${labelOf(part.name, fields)}]`;
      return fields.find((field) => field.name === part.name)?.secret === true ? '••••••' : valueText(value);
    })
    .join('');
}

/** All values a session's texts may use: its variables and what the session itself knows. */
export function valuesOf(session: SessionResponse): Variables {
  return {
    ...session.session_variables,
    ticket_number: session.ticket_number ?? null,
    client_name: session.client_name ?? null,
    target_label: session.target_label ?? null,
  };
}

/** The variables somebody filled in, in the order the flow asks for them, as a list shows them: secrets are dots. */
export function filledIn(session: SessionResponse): { name: string; label: string; text: string }[] {
  const fields = session.tree_snapshot.intake_form?.fields ?? [];
  const asked = fields.map(({ name }) => name);
  const names = [...asked, ...Object.keys(session.session_variables).filter((name) => !asked.includes(name))];
  return names
    .filter((name) => isFilled(session.session_variables[name]))
    .map((name) => ({
      name,
      label: labelOf(name, fields),
      text: plainText(`{{${name}}}`, session.session_variables, fields),
    }));
}
