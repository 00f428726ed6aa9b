import type { AiSession, AiSessionSummary, AiStep, AiTurn, AiVerdict, NotePreview } from '@/shared/api/types';

/** The copilot's own short names for what crosses the API. */
export type {
  AiAnswer as Answer,
  AiMessage as Message,
  AiSession,
  AiSessionSummary,
  AiSignature as Signature,
  AiStep as Step,
  AiStepSource as StepSource,
  AiVerdict as Verdict,
  DueFix,
  FixOutcome,
  NewAiSession,
  SuggestedFix as Fix,
} from '@/shared/api/types';

export type AiSessionStatus = AiSessionSummary['status'];
export type ConfidenceTier = AiSession['confidence_tier'];
export type StepKind = AiStep['kind'];

/** What the engineer does next, without what proves that it is the next one. */
export type Move =
  | { kind: 'message'; text: string }
  | { kind: 'verdict'; verdict: AiVerdict; option_id?: string; reason?: string; notes?: string }
  | { kind: 'pick'; tree_id: string }
  | { kind: 'widen' }
  | { kind: 'back' };

export type Turn = Move & Pick<AiTurn, 'entry_id' | 'turn'>;

/** The notes of a conversation, until the server's own document has them. */
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
