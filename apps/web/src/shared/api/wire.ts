import type { AiSession, AiVerdict } from './types';

/**
 * Shapes of addresses that the server's document does not have yet, written down by hand. Each goes to `types.ts`, from the
 * document, as soon as it is there; nothing else is to be put here.
 */

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
