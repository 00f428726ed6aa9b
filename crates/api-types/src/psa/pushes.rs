//! What is written into tickets: looked at before, sent on its way, listed after.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which kind of session.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKindBody {
    /// One run of a flow.
    Guided,
    /// A conversation with the copilot.
    Ai,
}

/// What is written into a ticket.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArtefactBody {
    /// A note.
    Note,
    /// A time entry.
    Time,
}

/// What to look at before it is pushed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushPreviewRequest {
    /// The session.
    pub session_id: Uuid,
    /// Which kind it is.
    pub session_kind: SessionKindBody,
    /// What.
    pub artefact: ArtefactBody,
}

/// The time that would be charged.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushTimeBody {
    /// How long, rounded.
    pub minutes: u32,
    /// How long it was measured.
    pub worked_seconds: u64,
    /// Whether the client pays for it; as the PSA decides when null.
    pub billable: Option<bool>,
    /// The kind of work; as the PSA decides when null.
    pub work_type: Option<String>,
}

/// Exactly what would be written.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushPreviewResponse {
    /// Into which ticket.
    pub ticket_id: String,
    /// Where a note is shown.
    pub kind: String,
    /// The text, with its marker.
    pub text: String,
    /// The time, for a time entry.
    pub time: Option<PushTimeBody>,
    /// What should be looked at before.
    pub warnings: Vec<String>,
}

/// What to push by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    /// The session; it has ended.
    pub session_id: Uuid,
    /// Which kind it is.
    pub session_kind: SessionKindBody,
    /// What.
    pub artefacts: Vec<ArtefactBody>,
    /// Minutes to charge; as measured when not sent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: Option<u32>,
}

/// Which pushes to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PushesQuery {
    /// Of this session.
    #[serde(default)]
    pub session_id: Option<Uuid>,
    /// That stand so: `queued`, `sending`, `sent`, `confirmed`, `failed` or `needs_review`.
    #[serde(default)]
    pub state: Option<String>,
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A push.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushBody {
    /// Its id.
    pub id: Uuid,
    /// Whose work it is about.
    pub session_id: Uuid,
    /// Which kind of session that is.
    pub session_kind: SessionKindBody,
    /// Into which ticket.
    pub ticket_id: String,
    /// What.
    pub artefact: ArtefactBody,
    /// How it stands: `queued`, `sending`, `sent`, `confirmed`, `failed` or `needs_review`.
    pub state: String,
    /// How often it was begun since it was queued.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What somebody can do about it, where it waits for them.
    pub what_to_do: Option<String>,
    /// What went well and should be looked at all the same.
    pub warnings: Vec<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When anything about it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// What the PSA calls it, once it is there.
    pub external_id: Option<String>,
}
