//! The time of sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::RoundingBody;

/// An entry of a session's time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeLineBody {
    /// The push it is charged by; none where nothing was sent on its way yet.
    pub push_id: Option<Uuid>,
    /// How that stands.
    pub state: Option<String>,
    /// Whether it stays as it is: it was sent, or may have been.
    pub fixed: bool,
    /// `resolve` or `escalate`.
    pub occasion: String,
    /// Seconds of work measured.
    pub worked_seconds: u64,
    /// The same, rounded.
    pub measured_minutes: u32,
    /// What is charged.
    pub minutes: u32,
    /// Whether the client pays for it; as the PSA decides when null.
    pub billable: Option<bool>,
    /// The kind of work; null where nobody chose one: as the settings have it, or else the PSA.
    pub work_type: Option<String>,
    /// What was done, where somebody wrote it.
    pub note: Option<String>,
    /// Whether somebody changed it.
    pub edited: bool,
}

/// A session's time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeLedgerResponse {
    /// The oldest first.
    pub entries: Vec<TimeLineBody>,
    /// All that is charged or will be.
    pub total_minutes: u32,
    /// How it is rounded.
    pub rounding: RoundingBody,
    /// Whether time is charged by itself when work ends.
    pub automatic: bool,
}

/// How the time that was not charged yet is to be charged. What is null is as measured and as the settings have it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditTimeRequest {
    /// How long.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: Option<u32>,
    /// Whether the client pays for it.
    #[serde(default)]
    pub billable: Option<bool>,
    /// The kind of work, the PSA's id of it.
    #[serde(default)]
    pub work_type: Option<String>,
    /// What was done.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}
