/**
 * Shapes of addresses that the server's document does not have yet, written down by hand. Each goes to `types.ts`, from the
 * document, as soon as it is there; nothing else is to be put here.
 */

// --- the PSA -------------------------------------------------------------------------------------------------------

export interface PsaDiagnosis {
  headline: string;
  what_to_do: string;
  steps: { name: string; ok: boolean; detail: string }[];
}

export type NoteVisibility = 'internal' | 'discussion' | 'resolution';
export type RoundingDirection = 'up' | 'nearest' | 'down';

/** What a connection pushes, and how. */
export interface PushSettings {
  push_on_resolve: boolean;
  push_on_escalate: boolean;
  note_visibility: NoteVisibility;
  time_entry: { create: boolean; work_type: string | null; work_role: string | null };
  rounding: { step_minutes: number; direction: RoundingDirection; least_minutes: number };
  status: { on_resolve: string | null; on_escalate: string | null };
  content: { redaction_mode: 'mask' | 'none'; include_ai_reasoning: boolean };
}

export interface PsaConnection {
  id: string;
  provider: string;
  site_url: string;
  company_id: string;
  status: 'ok' | 'failing' | 'untested';
  diagnosis: PsaDiagnosis | null;
  created_at: string;
  last_tested_at: string | null;
  public_key_hint: string;
  settings: PushSettings;
}

export interface PsaConnectionAnswer {
  connected: boolean;
  connection: PsaConnection | null;
}

/** The keys are left out where they stay as they are. */
export interface PsaConnectionInput {
  provider: string;
  site_url: string;
  company_id: string;
  public_key?: string;
  private_key?: string;
  client_id?: string;
}

export interface PsaTestResult {
  ok: boolean;
  diagnosis: PsaDiagnosis;
}

export interface PsaTicket {
  id: string;
  summary: string;
  company: string | null;
  contact: string | null;
  board: string | null;
  status: string | null;
  priority: string | null;
  last_updated: string | null;
  closed: boolean;
}

export interface PsaTicketContext {
  ticket: PsaTicket;
  company: {
    id: string;
    name: string;
    phone: string | null;
    website: string | null;
    address: string | null;
  } | null;
  contact: {
    id: string;
    name: string;
    title: string | null;
    email: string | null;
    phone: string | null;
  } | null;
  configurations: {
    id: string;
    name: string;
    kind: string | null;
    model: string | null;
    serial_number: string | null;
    os: string | null;
    ip_address: string | null;
    active: boolean;
  }[];
  recent_notes: { text: string; kind: string | null; by: string | null; at: string | null }[];
  statuses: { id: string; name: string; closes: boolean; takes_time: boolean }[];
}

export interface PsaMemberMapping {
  user_id: string;
  user_name: string;
  email: string;
  member_id: string | null;
  member_name: string | null;
  how: 'manual' | 'email' | 'none';
}

export interface PsaMembers {
  items: PsaMemberMapping[];
  /** Who there is in the PSA to choose from. */
  psa_members: { id: string; name: string; email: string | null }[];
}

export type SessionKind = 'guided' | 'ai';
export type PushArtefact = 'note' | 'time';
export type PushState = 'queued' | 'sending' | 'sent' | 'confirmed' | 'failed' | 'needs_review';

export interface PushPreview {
  ticket_id: string;
  kind: NoteVisibility;
  text: string;
  time: { minutes: number; worked_seconds: number; work_type: string | null } | null;
  warnings: string[];
}

export interface PsaPush {
  id: string;
  session_id: string;
  session_kind: SessionKind;
  ticket_id: string;
  artefact: PushArtefact;
  state: PushState;
  attempts: number;
  last_error: string | null;
  /** What went well and should be looked at all the same. */
  warnings: string[];
  created_at: string;
  updated_at: string;
  external_id: string | null;
}

// --- a model in the conversation -------------------------------------------------------------------------------------

/** Which engine answered, and why this one where another was meant. */
export interface AiEngine {
  name: string;
  reason: string | null;
}

/** What left the machine for one turn, word for word. */
export interface SentRequest {
  turn: number;
  /** What the answer was needed for. */
  purpose: string;
  model: string;
  at: string;
  tier: string;
  prompt_version: string;
  sent: { role: string; text: string }[];
  pseudonyms: { token: string; kind: string }[];
  input_tokens: number;
  output_tokens: number;
  /** Why the answer was of no use, where it was not. */
  failure: string | null;
}
