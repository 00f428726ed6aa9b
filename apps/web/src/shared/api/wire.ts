import type { AiSession, AiVerdict } from './types';

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

// --- handoffs ----------------------------------------------------------------------------------------------------

export type HandoffIntent = 'escalate' | 'park';
export type HandoffStatus = 'waiting' | 'claimed' | 'released' | 'closed';
export type AssessmentStatus = 'pending' | 'ready' | 'unavailable';

export interface TriedStep {
  order: number;
  title: string;
  verdict: AiVerdict;
  note: string | null;
}

export interface HandoffSnapshot {
  problem_summary: string | null;
  problem_domain: string | null;
  steps_on_record: number;
  confidence_tier: AiSession['confidence_tier'];
  psa_ticket_id: string | null;
  client_name: string | null;
  /** Left out of the rows of the queue. */
  tried?: TriedStep[];
  seen: string[];
  pending_fix: { id: string; title: string; awaiting: string | null; due_at: string | null } | null;
}

export interface LikelyCause {
  cause: string;
  evidence_for: string[];
  evidence_against: string[];
}

export interface Assessment {
  likely: LikelyCause[];
  suggested_steps: string[];
  /** "offline", or the model's name. */
  engine: string;
}

export interface Handoff {
  id: string;
  session_id: string;
  intent: HandoffIntent;
  reason: string;
  status: HandoffStatus;
  created_by: string;
  created_by_name: string;
  target_user_id: string | null;
  target_name: string | null;
  created_at: string;
  snapshot: HandoffSnapshot;
  ai_assessment: string | null;
  ai_assessment_data: Assessment | null;
  assessment_status: AssessmentStatus;
  claimed_by: string | null;
  claimed_by_name: string | null;
  claimed_at: string | null;
}

export interface NewHandoff {
  intent: HandoffIntent;
  reason: string;
  target_user_id?: string;
}

export interface HandoffMade {
  handoff: Handoff;
  session_status: string;
  documentation: { text: string } | null;
  psa_result: { status: 'no_psa' | 'queued' | 'off' | 'no_ticket'; detail?: string | null };
}

/** The detail of 409 `handoff_already_claimed`. */
export interface AlreadyClaimed {
  winner_id: string;
  winner_name: string;
  claimed_at: string;
}

export type PickupMode = 'continue' | 'fresh';

export interface ReasonQuality {
  /** 0 to 100. */
  score: number;
  asks: { key: string; question: string; answered: boolean }[];
}

/** Times in seconds, and null where nothing was measured. */
export interface EscalationFigures {
  volume: number;
  claimed: number;
  resolved_after_pickup: number;
  median_time_to_claim_seconds: number | null;
  median_time_to_first_action_seconds: number | null;
  median_time_to_resolve_seconds: number | null;
  repeated_steps: number;
}

export type EscalationGroup = EscalationFigures & { key: string; name: string };

export interface EscalationNumbers extends EscalationFigures {
  from: string;
  to: string;
  by_domain: EscalationGroup[];
  by_client: EscalationGroup[];
  /** By who handed over. */
  by_engineer: EscalationGroup[];
  by_claimer: EscalationGroup[];
}

// --- live events -------------------------------------------------------------------------------------------------

export interface HandoffEventAbout {
  handoff_id: string;
  session_id: string;
  intent: HandoffIntent;
  by_name: string;
  reason_snippet: string;
  psa_ticket_id: string | null;
  has_assessment: boolean;
}

export type LiveEvent =
  | { kind: 'handoff_created' | 'handoff_assessment_ready' | 'handoff_released'; about: HandoffEventAbout }
  | {
      kind: 'handoff_claimed';
      about: HandoffEventAbout & { claimed_by: string; claimed_by_name: string; claimed_at: string };
    }
  | { kind: 'notification_created'; about: unknown }
  | { kind: 'psa_push_changed'; about: unknown };

// --- notifications -----------------------------------------------------------------------------------------------

export interface Notification {
  id: string;
  kind: string;
  title: string;
  body: string | null;
  /** A path of this app. */
  link: string | null;
  created_at: string;
  read_at: string | null;
}

export interface NotificationPreferences {
  events: Record<string, { in_app: boolean; email: boolean }>;
  quiet_hours: QuietHours | null;
}

export interface QuietHours {
  enabled: boolean;
  /** "22:00" */
  start: string;
  end: string;
  /** An IANA name, such as "Europe/Berlin". */
  time_zone: string;
}
