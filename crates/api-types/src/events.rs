//! What the stream of events carries. Written here so that clients know its types; events are kept and sent as JSON.

use rf_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A frame of the stream: its name, and what goes with it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum StreamEvent {
    /// The stream is open.
    Ready(StreamReady),
    /// Some events cannot be told: read again whatever you know.
    Resync(StreamResync),
    /// Somebody handed a conversation over.
    HandoffCreated(HandoffEvent),
    /// What is likely has been worked out for a handoff, or cannot be: `has_assessment` says which.
    HandoffAssessmentReady(HandoffEvent),
    /// Somebody took a handoff.
    HandoffClaimed(HandoffEvent),
    /// Whoever had a handoff gave it back.
    HandoffReleased(HandoffEvent),
    /// One's own bell panel has a new line.
    NotificationCreated(NotificationEvent),
    /// A note on its way into a ticket got further, or did not.
    PsaPushChanged(PsaPushEvent),
    /// Others changed a ticket that sessions are under way for.
    PsaTicketChanged(PsaTicketEvent),
}

/// The stream is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamReady {
    /// The stream's number at the server, for its log.
    pub connection_id: u64,
}

/// Nothing more is to be said.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamResync {}

/// A handoff, briefly.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffEvent {
    /// Which.
    pub handoff_id: Uuid,
    /// Of which conversation.
    pub session_id: Uuid,
    /// `escalate` or `park`.
    pub intent: String,
    /// Who handed over.
    pub by_name: String,
    /// Why, its beginning.
    pub reason_snippet: String,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// Whether an assessment can be read.
    pub has_assessment: bool,
    /// Who took it, where somebody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<Uuid>,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by_name: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub claimed_at: Option<Timestamp>,
}

/// A push, briefly.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaPushEvent {
    /// Which.
    pub push_id: Uuid,
    /// Of which session.
    pub session_id: Uuid,
    /// `guided` or `ai`.
    pub session_kind: String,
    /// How it stands.
    pub state: String,
}

/// A ticket that others changed, briefly.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaTicketEvent {
    /// Its number.
    pub ticket_id: String,
    /// The sessions under way for it.
    pub session_ids: Vec<Uuid>,
    /// Whether it is not there any more.
    pub deleted: bool,
    /// What changed since work began, as far as it is kept with a conversation: `status`, `closed`, `reopened`, `summary`,
    /// `note`, `deleted`.
    pub changes: Vec<String>,
}

/// A new line of the bell panel.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationEvent {
    /// The notification.
    pub id: Uuid,
    /// What it is about, such as `session.escalated`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// The beginning of its text.
    pub body: Option<String>,
    /// The page it leads to: a path of the app.
    pub link: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}
