//! Guided sessions: one run of a flow, its state machine and its append-only step log; and AI sessions ([`ai`]).
//!
//! The step log is the truth: notes are rendered from it. `path_taken`, `decisions` and `custom_steps` are what
//! the log amounts to now, kept beside it because the wire contract speaks in them.
#![warn(missing_docs)]

pub mod ai;
mod convert;
mod log;
mod note;
mod repository;
mod session;
mod steps;
#[cfg(test)]
mod testing;
mod update;

pub use convert::{default_description, flow_from_session, fork_reason, generated_name};
pub use log::{LogEntry, LogKind};
pub use note::{NoteSource, end_of, note_input};
pub use repository::{
    AppendOutcome, SessionCursor, SessionFilter, SessionRepository, SessionUpdateOutcome, SessionsUnit,
};
pub use session::{
    CustomStep, Decision, DecisionKind, NewSession, Outcome, Session, SessionStatus, Variables,
};
pub use steps::{StepAction, StepCommand};
pub use update::SessionUpdate;

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// No such session for this account.
    pub const SESSION_NOT_FOUND: Code = Code::new("session_not_found", Kind::NotFound);
    /// The session is a colleague's.
    pub const SESSION_ACCESS_DENIED: Code = Code::new("session_access_denied", Kind::Forbidden);
    /// The flow is archived.
    pub const TREE_INACTIVE: Code = Code::new("tree_inactive", Kind::BadRequest);
    /// A draft cannot be launched over many targets.
    pub const TREE_IS_DRAFT: Code = Code::new("tree_is_draft", Kind::BadRequest);
    /// Batches are for maintenance flows.
    pub const NOT_A_MAINTENANCE_FLOW: Code = Code::new("not_a_maintenance_flow", Kind::BadRequest);
    /// A finished session takes no more changes.
    pub const SESSION_COMPLETED: Code = Code::new("session_completed", Kind::BadRequest);
    /// No session of such a batch for this person.
    pub const BATCH_NOT_FOUND: Code = Code::new("batch_not_found", Kind::NotFound);
    /// The person to assign is not in this account.
    pub const ASSIGNEE_NOT_FOUND: Code = Code::new("assignee_not_found", Kind::NotFound);
    /// The person to assign is in another team.
    pub const ASSIGNEE_OTHER_TEAM: Code = Code::new("assignee_other_team", Kind::Forbidden);
    /// The session has moved on; the detail names the present step.
    pub const STEP_NOT_CURRENT: Code = Code::new("step_not_current", Kind::Conflict);
    /// A question decides the way and cannot be skipped or merely done.
    pub const ANSWER_REQUIRED: Code = Code::new("answer_required", Kind::Conflict);
    /// The flow has no such step.
    pub const STEP_NOT_FOUND: Code = Code::new("step_not_found", Kind::Conflict);
    /// Required steps are still open; the detail lists them.
    pub const REQUIRED_STEPS_OPEN: Code = Code::new("required_steps_open", Kind::Conflict);
    /// The flow the session was run from is gone.
    pub const ORIGINAL_TREE_NOT_FOUND: Code = Code::new("original_tree_not_found", Kind::NotFound);
    /// Masking failed, so nothing was exported.
    pub const REDACTION_FAILED: Code = Code::new("redaction_failed", Kind::Internal);

    /// No such conversation with the copilot for this account.
    pub const AI_SESSION_NOT_FOUND: Code = Code::new("ai_session_not_found", Kind::NotFound);
    /// The conversation is a colleague's.
    pub const AI_SESSION_ACCESS_DENIED: Code = Code::new("ai_session_access_denied", Kind::Forbidden);
    /// It was put aside; it goes on once it is resumed.
    pub const AI_SESSION_PAUSED: Code = Code::new("ai_session_paused", Kind::Conflict);
    /// It has ended or was handed over.
    pub const AI_SESSION_CLOSED: Code = Code::new("ai_session_closed", Kind::Conflict);
    /// The conversation has moved on; the detail names the present turn.
    pub const STALE_TURN: Code = Code::new("stale_turn", Kind::Conflict);
    /// Only a model could do that, and the installation has none.
    pub const MODEL_OFF: Code = Code::new("model_off", Kind::Conflict);
    /// The step has been answered already.
    pub const STEP_ANSWERED: Code = Code::new("step_answered", Kind::Conflict);
    /// No such suggested fix of that conversation.
    pub const FIX_NOT_FOUND: Code = Code::new("fix_not_found", Kind::NotFound);
    /// The fix has its final outcome, or that outcome does not follow on the present one.
    pub const FIX_OUTCOME_FINAL: Code = Code::new("fix_outcome_final", Kind::Conflict);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        SESSION_NOT_FOUND,
        SESSION_ACCESS_DENIED,
        TREE_INACTIVE,
        TREE_IS_DRAFT,
        NOT_A_MAINTENANCE_FLOW,
        SESSION_COMPLETED,
        BATCH_NOT_FOUND,
        ASSIGNEE_NOT_FOUND,
        ASSIGNEE_OTHER_TEAM,
        STEP_NOT_CURRENT,
        ANSWER_REQUIRED,
        STEP_NOT_FOUND,
        REQUIRED_STEPS_OPEN,
        ORIGINAL_TREE_NOT_FOUND,
        REDACTION_FAILED,
        AI_SESSION_NOT_FOUND,
        AI_SESSION_ACCESS_DENIED,
        AI_SESSION_PAUSED,
        AI_SESSION_CLOSED,
        STALE_TURN,
        MODEL_OFF,
        STEP_ANSWERED,
        FIX_NOT_FOUND,
        FIX_OUTCOME_FINAL,
    ];
}
