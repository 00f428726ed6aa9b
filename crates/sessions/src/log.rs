//! The append-only step log.

use rf_kernel::{EntryId, Timestamp, UserId, names};
use serde::{Deserialize, Serialize};

names! {
    /// What happened.
    LogKind {
        /// Made for somebody, not begun.
        Prepared = "prepared",
        /// The work began.
        Started = "started",
        /// A question was answered, or an action's result chosen.
        Answered = "answered",
        /// An action or step was done.
        Done = "done",
        /// A step was left out, for a reason.
        Skipped = "skipped",
        /// The work went back to an earlier step.
        Back = "back",
        /// A step the flow does not have was done.
        Custom = "custom",
        /// Something was written down at a step.
        Note = "note",
        /// Variables were given values (names only are kept).
        Variables = "variables",
        /// Recorded steps were replaced as a whole.
        Revised = "revised",
        /// The work ended.
        Completed = "completed",
        /// A note was made.
        Exported = "exported",
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Counted from 1 in its session; set when the session takes the entry.
    pub seq: i64,
    /// Made by the client where a client made the entry, so that a repeat is recognised.
    pub entry_id: Option<EntryId>,
    /// When; the server's time.
    pub at: Timestamp,
    /// Who.
    pub actor_id: UserId,
    /// What.
    pub kind: LogKind,
    /// At which step.
    pub node_id: Option<String>,
    /// The step's title then, or what the kind calls for.
    pub title: Option<String>,
    /// The answer's label, or the outcome.
    pub answer: Option<String>,
    /// The answer's id.
    pub option_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What the engineer wrote.
    pub notes: Option<String>,
}

impl LogEntry {
    /// An entry with nothing but its kind.
    #[must_use]
    pub const fn new(kind: LogKind, actor_id: UserId, at: Timestamp) -> Self {
        Self {
            seq: 0,
            entry_id: None,
            at,
            actor_id,
            kind,
            node_id: None,
            title: None,
            answer: None,
            option_id: None,
            reason: None,
            notes: None,
        }
    }
}
