//! What people are told inside the product, and how they want to be told.

use std::collections::BTreeMap;

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which of the caller's notifications.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationQuery {
    /// How many, 1 to 100; 50 when not sent.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The `X-Next-Cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Those alone that were not read.
    #[serde(default)]
    pub unread: bool,
}

/// One line of the bell panel.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationBody {
    /// Its id.
    pub id: Uuid,
    /// What it is about, such as `session.escalated`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// More, where there is more to say.
    pub body: Option<String>,
    /// The page it leads to: a path of the app.
    pub link: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was read.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
}

/// How many wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadCount {
    /// Notifications not read.
    pub unread: u64,
}

/// How many were marked as read.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkedCount {
    /// Notifications that were not read before.
    pub marked: u64,
}

/// The ways one kind of notice reaches a person.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaysBody {
    /// In the bell panel.
    pub in_app: bool,
    /// By mail.
    pub email: bool,
}

/// When mails wait.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHoursBody {
    /// Whether they are kept at all.
    pub enabled: bool,
    /// When they begin, `HH:MM`.
    #[schema(example = "22:00")]
    pub start: String,
    /// When they end, `HH:MM`; may be the next morning.
    #[schema(example = "06:00")]
    pub end: String,
    /// Whose wall clock.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
}

/// How a person wants to be told. An answer names every kind; in a request those left out are as usual.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationPreferencesBody {
    /// By kind: `session.escalated`, `handoff.claimed`, `handoff.released`, `handoff.assigned`, `handoff.unclaimed`,
    /// `psa.push_failed`, `fix.due`, `channel.failed`.
    #[serde(default)]
    pub events: BTreeMap<String, WaysBody>,
    /// When mails wait.
    #[serde(default)]
    pub quiet_hours: Option<QuietHoursBody>,
}
