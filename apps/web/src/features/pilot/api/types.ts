import type { NotePreview } from '@/shared/api/types';

/** The conversations with the copilot as they cross the API, until the server's own document has them. */
export type AiSessionStatus =
  | 'active'
  | 'paused'
  | 'resolved'
  | 'escalated'
  | 'requesting_escalation'
  | 'abandoned';

export type ConfidenceTier = 'guided' | 'exploring' | 'discovery';

export interface AiSessionSummary {
  id: string;
  title: string | null;
  problem_summary: string | null;
  problem_domain: string | null;
  psa_ticket_id: string | null;
  client_name: string | null;
  status: AiSessionStatus;
  confidence_tier: ConfidenceTier;
  step_count: number;
  user_id: string;
  escalated_to_id: string | null;
  created_at: string;
  updated_at: string;
  resolved_at: string | null;
}

export interface IntakeContent {
  text?: string | null;
  log_content?: string | null;
  image_urls?: string[];
  ticket_data?: unknown;
}

export interface NewAiSession {
  intake_content: IntakeContent;
  psa_ticket_id?: string;
  client_name?: string;
}

export interface Message {
  id: string;
  role: 'engineer' | 'copilot';
  text: string;
  step_order: number | null;
  by: string | null;
  at: string;
}

export type StepKind = 'question' | 'action' | 'check' | 'outcome' | 'escalation';

export type StepSource =
  | { kind: 'flow'; tree_id: string; tree_name: string; node_id: string }
  | { kind: 'playbook'; domain: string; question_id: string }
  | { kind: 'candidates' }
  | { kind: 'model'; model: string };

export type Verdict = 'answered' | 'worked' | 'did_not_work' | 'not_applicable' | 'cannot_now';

export interface Answer {
  verdict: Verdict;
  option_id: string | null;
  label: string | null;
  reason: string | null;
  notes: string | null;
  at: string;
  by: string;
}

export interface Step {
  id: string;
  step_order: number;
  kind: StepKind;
  title: string;
  body: string | null;
  warning: string | null;
  commands: string[];
  options: { id: string; label: string }[];
  source: StepSource;
  why: string;
  confidence_score: number;
  answer: Answer | null;
  withdrawn: boolean;
  created_at: string;
}

export type FixStatus =
  | 'proposed'
  | 'verifying'
  | 'applied_success'
  | 'applied_partial'
  | 'applied_pending'
  | 'applied_failed'
  | 'dismissed';

export interface Fix {
  id: string;
  session_id: string;
  step_order: number;
  title: string;
  body: string | null;
  status: FixStatus;
  pending_reason: string | null;
  due_at: string | null;
  partial_notes: string | null;
  applied_at: string | null;
  verified_at: string | null;
  created_at: string;
  updated_at: string;
}

export type DueFix = Fix & { problem_summary: string | null };

export interface FixOutcome {
  status: FixStatus;
  pending_reason?: string;
  due_at?: string;
  notes?: string;
}

export interface Signature {
  kind: string;
  code: string;
  meaning: string | null;
}

export interface AiSession extends AiSessionSummary {
  intake_type: string;
  intake_content: IntakeContent;
  confidence_score: number;
  confidence_reasons: string[];
  matched_flow_id: string | null;
  matched_flow_name: string | null;
  match_score: number | null;
  resolution_summary: string | null;
  resolution_action: string | null;
  /** What to offer as the resolution, once there is an end to confirm. */
  suggested_resolution?: string | null;
  session_rating: number | null;
  session_feedback: string | null;
  total_input_tokens: number;
  total_output_tokens: number;
  /** `offline`, or the name of the model that answers. */
  engine: string;
  /** Counts the turns; whoever takes the next one shows it. */
  turn: number;
  revision: number;
  can_work: boolean;
  messages: Message[];
  steps: Step[];
  fixes: Fix[];
  signatures: Signature[];
}

/** What the engineer does next, without what proves that it is the next one. */
export type Move =
  | { kind: 'message'; text: string }
  | { kind: 'verdict'; verdict: Verdict; option_id?: string; reason?: string; notes?: string }
  | { kind: 'pick'; tree_id: string }
  | { kind: 'widen' }
  | { kind: 'back' };

export type Turn = Move & { entry_id: string; turn: number };

export type DocumentKind = 'ticket_summary' | 'resolution_note' | 'client_summary' | 'knowledge_article';

export interface Evidence {
  id: string;
  kind: 'intake' | 'step' | 'message' | 'signature' | 'ticket';
  label: string;
  text: string;
  step_order: number | null;
  at: string | null;
}

export interface Sentence {
  text: string;
  evidence: string[];
}

export interface Documentation {
  kind: DocumentKind;
  engine: string;
  sections: { title: string; sentences: Sentence[] }[];
  evidence: Evidence[];
  text: string;
  /** How much of what is masked in `text`. */
  redaction: NonNullable<NotePreview['summary']> | null;
}
