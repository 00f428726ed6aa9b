//! The account: how long sign-ins last, who is signed in.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::sent;

/// How long the account's sign-ins last, and who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecurityResponse {
    /// The account's own idle limit in minutes; `null` = the system's.
    pub session_idle_minutes: Option<i64>,
    /// The account's own absolute limit in minutes; `null` = the system's.
    pub session_absolute_minutes: Option<i64>,
    /// The idle limit in effect.
    #[schema(example = 4320)]
    pub effective_idle_minutes: i64,
    /// The absolute limit in effect.
    #[schema(example = 20160)]
    pub effective_absolute_minutes: i64,
    /// What the limits may be set to.
    #[schema(inline)]
    pub bounds: PolicyBoundsBody,
    /// Pairs with a name.
    pub presets: Vec<PresetBody>,
    /// Who has a sign-in that was not ended, last sign-in first.
    pub active_users: Vec<ActiveUserBody>,
}

/// What the limits may be set to, in minutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyBoundsBody {
    /// Shortest idle limit.
    pub idle_min: i64,
    /// Longest idle limit.
    pub idle_max: i64,
    /// Shortest absolute limit.
    pub absolute_min: i64,
    /// Longest absolute limit.
    pub absolute_max: i64,
}

/// A pair of limits with a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresetBody {
    /// `strict` or `standard`.
    #[schema(example = "strict")]
    pub name: &'static str,
    /// Minutes.
    pub idle_minutes: i64,
    /// Minutes.
    pub absolute_minutes: i64,
}

/// Somebody who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActiveUserBody {
    /// Who.
    pub user_id: Uuid,
    /// What colleagues see.
    pub name: String,
    /// Sign-in name.
    pub email: String,
    /// Last sign-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login_at: Option<Timestamp>,
}

/// Limits to change, in minutes. What is not sent stays; `null` goes back to the system's. Applies from the next
/// sign-in on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSecurityRequest {
    /// 15 to 43200, and in effect not above the absolute limit.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<i64>)]
    pub session_idle_minutes: Option<Option<i64>>,
    /// 60 to 129600.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<i64>)]
    pub session_absolute_minutes: Option<Option<i64>>,
}

/// Whose sign-ins to end.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevokeScopeBody {
    /// Everybody's, one's own included.
    #[default]
    All,
    /// Everybody else's.
    Others,
}

/// End sign-ins of the whole account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeSessionsRequest {
    /// Everybody's when not sent.
    #[serde(default)]
    pub scope: RevokeScopeBody,
}

/// How many sign-ins were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokeSessionsResponse {
    /// Refresh tokens that worked until now.
    pub revoked_count: u64,
    /// As it was asked for.
    pub scope: RevokeScopeBody,
}

/// Whether everybody needs a second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPolicyRequest {
    /// From now on.
    pub required: bool,
}

/// The same, and who has one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorPolicyResponse {
    /// Whether everybody needs one.
    pub required: bool,
    /// The people who have one.
    pub people: Vec<Uuid>,
}
