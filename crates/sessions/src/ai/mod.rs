//! AI sessions: one conversation with the copilot, from what came in to a fix or a handover.
//!
//! The steps are the truth, as the step log is of a guided session: what was proposed, where it came from, and what
//! became of it. Notes are rendered from them. The messages beside them are what was said.

mod active;
mod fix;
mod kept_note;
mod model_call;
mod repository;
mod session;
mod step;

pub use fix::{FixOutcome, FixStatus, NewFix, SuggestedFix};
pub use kept_note::{
    DocumentKind, KeepNoteOutcome, KeptNote, KeptNoteRepository, MAX_EDITED, NoteDraft, NoteEdit,
};
pub use model_call::{HiddenName, ModelCall, ModelCallRepository, ModelTokens, SentText};
pub use repository::{
    AiSessionCursor, AiSessionFilter, AiSessionRepository, AiSessionSummary, AiSessionUpdateOutcome,
};
pub use session::{
    AiSession, AiSessionStatus, ConfidenceTier, EngineNote, IntakeContent, IntakeType, Message, MessageRole,
    NewAiSession, Progress, TurnToken,
};
pub use step::{AiStep, Answer, Proposal, StepKind, StepOption, StepSource, Verdict, VerdictKind};

#[cfg(test)]
mod tests;
