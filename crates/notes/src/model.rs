//! What a note is rendered from. Plain owned data: the caller copies it out of the session, nothing here reads a store.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Everything a note is rendered from.
///
/// All text may contain `{{variables}}`, and none of it is trusted.
#[derive(Debug, Clone, Default)]
pub struct NoteInput {
    /// Name of the flow, from the session's snapshot.
    pub flow_name: String,
    /// Kind of flow.
    pub tree_type: TreeType,
    /// Ticket number as the PSA shows it.
    pub ticket_number: Option<String>,
    /// Client (company) the work was done for.
    pub client_name: Option<String>,
    /// Target of a maintenance run ("SRV-DC01").
    pub target_label: Option<String>,
    /// Engineer who owns the session.
    pub engineer_name: Option<String>,
    /// When the session was started; `None` = prepared, never started.
    pub started_at: Option<DateTime<Utc>>,
    /// When the session was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// Seconds of active work.
    pub active_seconds: u64,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The engineer's words on the outcome.
    pub outcome_notes: Option<String>,
    /// What remains to be done.
    pub next_steps: Option<String>,
    /// Free working notes of the session.
    pub scratchpad: String,
    /// Session variables, in the order of the intake form.
    pub variables: Vec<Variable>,
    /// The step log, oldest first.
    pub entries: Vec<LogEntry>,
}

/// A session variable with its value in display form.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Variable {
    /// Name as written inside the braces: `{{name}}`.
    pub name: String,
    /// Label a reader sees ("Affected user"). Empty = the name is shown.
    pub label: String,
    /// Value as text. Empty = nothing recorded.
    pub value: String,
    /// Declared secret by the flow: never leaves in a note, whatever the redaction mode.
    pub secret: bool,
}

/// A secret's value stays out of logs.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value: &dyn fmt::Debug = if self.secret { &"***" } else { &self.value };
        f.debug_struct("Variable")
            .field("name", &self.name)
            .field("label", &self.label)
            .field("value", value)
            .field("secret", &self.secret)
            .finish()
    }
}

/// One entry of the step log.
#[derive(Debug, Clone, Default)]
pub struct LogEntry {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it; shown only when it was not the session's engineer.
    pub actor_name: Option<String>,
    /// What happened.
    pub kind: EntryKind,
    /// Title of the step, or the question.
    pub title: String,
    /// The chosen answer of a question.
    pub answer: Option<String>,
    /// Why a step was skipped.
    pub reason: Option<String>,
    /// What the engineer wrote at this step.
    pub notes: Option<String>,
    /// The flow author's client-safe sentence; preferred over "title — answer".
    pub note: Option<String>,
    /// Evidence collected at this step.
    pub evidence: Vec<String>,
}

/// What a log entry says. Kinds that are no work of the engineer's (prepared, started, variables, completed, exported)
/// are accepted and left out of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A question was answered.
    Answered,
    /// A step was done.
    Done,
    /// A step was skipped, with a reason.
    Skipped,
    /// The engineer went back to an earlier step.
    Back,
    /// A step of the engineer's own.
    Custom,
    /// A remark.
    Note,
    /// Anything else in the log.
    #[default]
    #[serde(other)]
    Other,
}

impl EntryKind {
    /// Whether the entry is shown under "Work performed".
    #[must_use]
    pub fn is_work(self) -> bool {
        self != Self::Other
    }
}

/// Kind of flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TreeType {
    /// Decision tree.
    #[default]
    Troubleshooting,
    /// Checklist.
    Procedural,
    /// Checklist run over several targets.
    Maintenance,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Fixed.
    Resolved,
    /// A workaround is in place.
    Workaround,
    /// Not fixed.
    Unresolved,
    /// Handed to somebody else.
    Escalated,
    /// Called off.
    Cancelled,
}

impl Outcome {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Resolved => "Resolved",
            Self::Workaround => "Workaround in place",
            Self::Unresolved => "Not resolved",
            Self::Escalated => "Escalated",
            Self::Cancelled => "Cancelled",
        }
    }
}
