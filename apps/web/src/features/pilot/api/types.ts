import type {
  AiSession,
  AiSessionSummary,
  AiStep,
  AiTurn,
  AiVerdict,
  Documentation,
} from '@/shared/api/types';

/** The copilot's own short names for what crosses the API. */
export type {
  AiAnswer as Answer,
  AiMessage as Message,
  AiSession,
  AiSessionSummary,
  AiSignature as Signature,
  AiStep as Step,
  AiStepSource as StepSource,
  AiUpload as Upload,
  AiVerdict as Verdict,
  Documentation,
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
  | { kind: 'message'; text: string; uploads?: string[] }
  | { kind: 'verdict'; verdict: AiVerdict; option_id?: string; reason?: string; notes?: string }
  | { kind: 'pick'; tree_id: string }
  | { kind: 'widen' }
  | { kind: 'think' }
  | { kind: 'back' };

export type Turn = Move & Pick<AiTurn, 'entry_id' | 'turn'>;

export type DocumentKind = Documentation['kind'];
export type Sentence = Documentation['sections'][number]['sentences'][number];
export type Evidence = Documentation['evidence'][number];
