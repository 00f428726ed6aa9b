//! Guided sessions.

use std::collections::BTreeMap;

use rf_kernel::Timestamp;
use rf_sessions::{CustomStep, Decision, LogKind, Outcome, SessionStatus, StepAction};
use rf_trees::{IntakeForm, Snapshot, TreeStatus, TreeType};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    redaction::NoteRedaction,
    sent,
    trees::{LintResponse, TreeStructure},
};

/// Values of the flow's variables: texts, numbers, booleans or null.
pub type VariablesBody = BTreeMap<String, Value>;

/// A stored flow that is passed through as it is.
#[derive(Clone, Debug)]
pub struct StoredFlow(pub Snapshot);

impl Serialize for StoredFlow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.raw().serialize(serializer)
    }
}

/// Which sessions to list: the caller's own and those assigned to them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    /// Ended or not.
    #[serde(default)]
    pub completed: Option<bool>,
    /// Part of the ticket number; letter case is ignored.
    #[serde(default)]
    pub ticket_number: Option<String>,
    /// Part of the client's name.
    #[serde(default)]
    pub client_name: Option<String>,
    /// Part of the flow's name when the session was made.
    #[serde(default)]
    pub tree_name: Option<String>,
    /// Of this flow.
    #[serde(default)]
    pub tree_id: Option<Uuid>,
    /// Of this batch.
    #[serde(default)]
    pub batch_id: Option<Uuid>,
    /// Assigned to this person.
    #[serde(default)]
    pub assigned_to_id: Option<Uuid>,
    /// Where they stand.
    #[serde(default)]
    pub status: Option<SessionStatus>,
    /// Started then or later.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub started_after: Option<Timestamp>,
    /// Started then or earlier.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub started_before: Option<Timestamp>,
    /// Ended then or later.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub completed_after: Option<Timestamp>,
    /// Ended then or earlier.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub completed_before: Option<Timestamp>,
    /// Page, counted from 1; overrides `skip`.
    #[serde(default)]
    #[param(minimum = 1)]
    pub page: Option<u64>,
    /// Sessions on a page, 1 to 100; overrides `limit`.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub size: Option<u64>,
    /// `X-Next-Cursor` of the page before; not together with `page` or `skip`. However deep, such a page costs what
    /// the first one does.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Sessions to leave out.
    #[serde(default)]
    #[param(minimum = 0)]
    pub skip: Option<u64>,
    /// Sessions to return, 1 to 100; 50 when not sent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// A session to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionCreate {
    /// The flow.
    pub tree_id: Uuid,
    /// The PSA ticket.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub ticket_number: Option<String>,
    /// The client.
    #[serde(default)]
    #[schema(max_length = 255)]
    pub client_name: Option<String>,
    /// Values known already; may be empty or partial.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub session_variables: Option<VariablesBody>,
}

/// A session to prepare.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrepareSessionRequest {
    /// The flow.
    pub tree_id: Uuid,
    /// Values known already.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub session_variables: Option<VariablesBody>,
    /// The PSA ticket.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub ticket_number: Option<String>,
    /// The client.
    #[serde(default)]
    #[schema(max_length = 255)]
    pub client_name: Option<String>,
    /// For whom; the caller when not sent.
    #[serde(default)]
    pub assigned_to_id: Option<Uuid>,
}

/// A maintenance flow to launch over many targets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchLaunchRequest {
    /// The flow.
    pub tree_id: Uuid,
    /// One session for each.
    #[schema(min_items = 1, max_items = 100)]
    pub targets: Vec<BatchTarget>,
}

/// One target.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchTarget {
    /// What it is called.
    #[schema(min_length = 1, max_length = 255)]
    pub label: String,
    /// Values known already.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub session_variables: VariablesBody,
    /// Who works it; the caller when not sent.
    #[serde(default)]
    pub assigned_to_id: Option<Uuid>,
}

/// A launched batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchLaunchResponse {
    /// The batch.
    pub batch_id: Uuid,
    /// How many sessions.
    pub count: usize,
    /// One for each target, in their order.
    pub sessions: Vec<BatchSession>,
}

/// One session of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSession {
    /// The session.
    pub id: Uuid,
    /// The batch.
    pub batch_id: Uuid,
    /// Its target.
    pub target_label: String,
    /// The flow.
    pub tree_id: Uuid,
}

/// New values of a session; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionUpdateRequest {
    /// Steps passed, replacing all.
    #[serde(default)]
    pub path_taken: Option<Vec<String>>,
    /// What was done at them, replacing all; the log keeps what was there.
    #[serde(default)]
    pub decisions: Option<Vec<Decision>>,
    /// Steps the flow does not have, replacing all.
    #[serde(default)]
    pub custom_steps: Option<Vec<CustomStep>>,
    /// Values of the variables, replacing all.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Value>>)]
    pub session_variables: Option<VariablesBody>,
    /// The engineer's own notes.
    #[serde(default)]
    pub scratchpad: Option<String>,
    /// The PSA ticket; `null` clears it.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>)]
    pub ticket_number: Option<Option<String>>,
    /// The client; `null` clears it.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>)]
    pub client_name: Option<Option<String>>,
    /// The revision the client saw; `If-Match` says the same.
    #[serde(default)]
    pub revision: Option<i64>,
}

/// One step of the work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRequest {
    /// Made by the client: a repeat of the same id changes nothing.
    pub entry_id: Uuid,
    /// What was done.
    pub action: StepAction,
    /// At which step; for `back` the step to return to, for `custom` the step it follows.
    #[schema(max_length = 64)]
    pub node_id: String,
    /// Which option, for `answer`.
    #[serde(default)]
    pub option_id: Option<String>,
    /// Why, for `skip`.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
    /// What was done, for `custom`.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// What the engineer writes.
    #[serde(default)]
    #[schema(max_length = 20000)]
    pub notes: Option<String>,
}

/// How a session ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionComplete {
    /// How.
    pub outcome: Outcome,
    /// What the engineer says about it.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub outcome_notes: Option<String>,
    /// What is left to do.
    #[serde(default)]
    #[schema(max_length = 10000)]
    pub next_steps: Option<String>,
}

/// A new scratchpad.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScratchpadUpdate {
    /// The text.
    #[schema(max_length = 100_000)]
    pub scratchpad: String,
}

/// Values to merge into the variables.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionVariablesUpdate {
    /// By name; other names stay as they are.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub variables: VariablesBody,
}

/// How a note is rendered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionExport {
    /// In what form; plain text when not sent.
    #[serde(default)]
    #[schema(value_type = ExportFormat)]
    pub format: rf_notes::Format,
    /// Whether secrets and personal data are masked; `mask` when not sent.
    #[serde(default)]
    #[schema(value_type = RedactionModeBody)]
    pub redaction_mode: rf_notes::RedactionMode,
    /// Show times.
    #[serde(default = "yes")]
    pub include_timestamps: bool,
    /// Show the scratchpad.
    #[serde(default)]
    pub include_scratchpad: bool,
    /// Show the steps.
    #[serde(default = "yes")]
    pub include_decisions: bool,
    /// Show what is left to do.
    #[serde(default = "yes")]
    pub include_next_steps: bool,
    /// Show the time spent.
    #[serde(default = "yes")]
    pub include_time_spent: bool,
    /// Show the recorded variables; secret ones never.
    #[serde(default = "yes")]
    pub include_details: bool,
    /// What to mask beside, and what not, after a look at the preview.
    #[serde(default)]
    pub redaction: NoteRedaction,
}

const fn yes() -> bool {
    true
}

/// The form of a note.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A complete HTML document.
    Html,
    /// Compact text for a PSA ticket.
    Psa,
}

/// Whether secrets and personal data are masked.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum RedactionModeBody {
    /// Masked, with a footer that counts.
    Mask,
    /// As written; values of secret variables are masked all the same.
    None,
}

/// A session to save as a flow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveAsTreeRequest {
    /// Made from flow, ticket and client when not sent.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub tree_name: Option<String>,
    /// Says where it comes from when not sent.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub description: Option<String>,
    /// Draft when not sent.
    #[serde(default)]
    pub status: Option<TreeStatus>,
}

/// A flow saved from a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaveAsTreeResponse {
    /// The new flow.
    pub tree_id: Uuid,
    /// Its name.
    pub tree_name: String,
    /// What was done.
    #[schema(example = "Session saved as draft tree")]
    pub message: String,
}

/// The flow that would be saved from a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaveAsTreePreview {
    /// Its name.
    pub tree_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its type.
    pub tree_type: TreeType,
    /// Its body.
    pub tree_structure: TreeStructure,
    /// Its variables.
    pub intake_form: IntakeForm,
    /// What lint says about it.
    pub lint: LintResponse,
}

/// How far a batch is.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchProgressResponse {
    /// The batch.
    pub batch_id: Uuid,
    /// Its flow.
    pub tree_id: Uuid,
    /// What the flow was called.
    pub tree_name: String,
    /// Its sessions, of those the caller sees.
    pub total: usize,
    /// Not begun.
    pub waiting: usize,
    /// Being worked on.
    pub active: usize,
    /// Ended.
    pub completed: usize,
    /// Of the ended ones, how many ended how.
    pub outcomes: BTreeMap<String, usize>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionResponse {
    /// Its id.
    pub id: Uuid,
    /// The flow it was made from.
    pub tree_id: Uuid,
    /// Whose work it is.
    pub user_id: Uuid,
    /// The account.
    pub account_id: Uuid,
    /// The flow as it was then: its structure with `name`, `description`, `category`, `version`, `tree_type`
    /// and `intake_form` beside it.
    #[schema(value_type = TreeSnapshot)]
    pub tree_snapshot: StoredFlow,
    /// Steps passed; of a graph the present one last. Empty before the first step.
    pub path_taken: Vec<String>,
    /// What was done at them.
    pub decisions: Vec<Decision>,
    /// Steps the flow does not have.
    pub custom_steps: Vec<CustomStep>,
    /// Values of the flow's variables.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub session_variables: VariablesBody,
    /// The engineer's own notes.
    pub scratchpad: String,
    /// The PSA ticket.
    pub ticket_number: Option<String>,
    /// The client.
    pub client_name: Option<String>,
    /// The batch it was launched in.
    pub batch_id: Option<Uuid>,
    /// The target it is for.
    pub target_label: Option<String>,
    /// Who prepared it.
    pub prepared_by_id: Option<Uuid>,
    /// Whom it was prepared for.
    pub assigned_to_id: Option<Uuid>,
    /// When the work began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What the engineer says about it.
    pub outcome_notes: Option<String>,
    /// What is left to do.
    pub next_steps: Option<String>,
    /// A note was exported after it ended.
    pub exported: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Counts its changes; the same as `ETag`.
    pub revision: i64,
    /// Where it stands.
    pub status: SessionStatus,
    /// The conversation it goes on in, where it was handed over; `null` in lists.
    pub ai_session_id: Option<Uuid>,
    /// The step the work is at; `null` in lists, and when every step of a checklist is done.
    pub current_step_id: Option<String>,
    /// Seconds of work, long pauses left out.
    pub active_seconds: i64,
}

/// A flow as a session keeps it: a graph's `root` and `nodes`, or a checklist's `sections` and `targets`, with
/// these beside them.
#[derive(Debug, ToSchema)]
pub struct TreeSnapshot {
    /// What the flow was called.
    pub name: String,
    /// What it was for.
    pub description: Option<String>,
    /// The shelf it stood on.
    #[schema(required = false)]
    pub category: Option<String>,
    /// Its version; not in batch sessions.
    #[schema(required = false)]
    pub version: Option<i64>,
    /// Its type.
    pub tree_type: rf_trees::TreeType,
    /// Its variables.
    pub intake_form: rf_trees::IntakeForm,
    /// A graph's first node.
    #[schema(required = false)]
    pub root: Option<String>,
    /// A graph's nodes.
    #[schema(required = false)]
    pub nodes: Option<Vec<rf_trees::Node>>,
    /// A checklist's sections.
    #[schema(required = false)]
    pub sections: Option<Vec<rf_trees::Section>>,
    /// A maintenance flow's default targets.
    #[schema(required = false)]
    pub targets: Option<Vec<String>>,
}

/// One entry of the step log.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogEntryResponse {
    /// Counted from 1.
    pub seq: i64,
    /// The client's id of it.
    pub entry_id: Option<Uuid>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub actor_id: Uuid,
    /// What.
    pub kind: LogKind,
    /// At which step.
    pub node_id: Option<String>,
    /// The step's title then.
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
