//! The installation, for those who run it.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    auth::RoleBody,
    billing::{PlanBody, SubscriptionStatusBody},
};

/// What to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminQuery {
    /// A part of the name or e-mail, or an id.
    #[param(max_length = 200)]
    pub search: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<Uuid>,
}

/// A page of accounts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminAccountsResponse {
    /// The accounts.
    pub items: Vec<AdminAccountResponse>,
    /// Send it as `cursor` for the next page; `null` on the last.
    pub next_cursor: Option<Uuid>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminAccountResponse {
    /// Its id.
    pub id: Uuid,
    /// What it calls itself.
    pub name: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// How many active people it has.
    pub member_count: u64,
    /// How many flows of its own it keeps.
    pub tree_count: u64,
    /// Its subscription.
    pub subscription: Option<AdminSubscription>,
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminSubscription {
    /// The plan.
    pub plan: PlanBody,
    /// How it stands.
    pub status: SubscriptionStatusBody,
    /// Until when it is paid for.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends then.
    pub cancel_at_period_end: bool,
    /// How many seats are paid for.
    pub seats: i64,
    /// The account's name at the payment provider.
    pub customer_id: Option<String>,
}

/// An account with its people.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminAccountDetailResponse {
    /// The account.
    #[serde(flatten)]
    pub account: AdminAccountResponse,
    /// Everybody in it, by name.
    pub people: Vec<AdminUserResponse>,
}

/// A page of people, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminUsersResponse {
    /// The people.
    pub items: Vec<AdminUserResponse>,
    /// Send it as `cursor` for the next page; `null` on the last.
    pub next_cursor: Option<Uuid>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminUserResponse {
    /// Their id.
    pub id: Uuid,
    /// Sign-in name.
    pub email: String,
    /// What colleagues see.
    pub name: String,
    /// What they may do in the account.
    pub role: RoleBody,
    /// Their account.
    pub account_id: Uuid,
    /// Switched off people cannot sign in.
    pub is_active: bool,
    /// Site-wide administrator.
    pub is_super_admin: bool,
    /// When they proved that the address is theirs.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub email_verified_at: Option<Timestamp>,
    /// Last sign-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login_at: Option<Timestamp>,
    /// When they were created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// How a subscription is to stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminSubscriptionRequest {
    /// The plan.
    pub plan: PlanBody,
    /// How it stands.
    pub status: SubscriptionStatusBody,
}

/// Whether a person may sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminUserRequest {
    /// Switched off people are signed out at once.
    pub is_active: bool,
}

/// How the installation stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminHealthResponse {
    /// The version.
    pub version: &'static str,
    /// Which store is behind it.
    #[schema(example = "postgres")]
    pub store: &'static str,
    /// Whether the store answers.
    pub store_answers: bool,
    /// Whether plans can be bought.
    pub billing_enabled: bool,
    /// Passwords verified since the start.
    pub password_verifications: u64,
}
