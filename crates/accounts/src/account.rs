//! Accounts and teams.

use rf_auth_policy::{SessionPolicy, SessionPolicyDefaults};
use rf_kernel::{AccountId, TeamId, Timestamp};
use uuid::Uuid;

/// The account that owns the flows every account can use. Nobody can sign in to it.
pub const LIBRARY_ACCOUNT_ID: AccountId =
    AccountId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

/// One MSP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id: the tenant of all its rows.
    pub id: AccountId,
    /// What it calls itself.
    pub name: String,
    /// Own idle limit of sign-ins in minutes; `None` = the system's.
    pub session_idle_minutes: Option<i64>,
    /// Own absolute limit of sign-ins in minutes; `None` = the system's.
    pub session_absolute_minutes: Option<i64>,
    /// Whether nobody works with the product without a second factor.
    pub requires_second_factor: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Account {
    /// How long this account's sign-ins last.
    #[must_use]
    pub fn session_policy(&self, defaults: SessionPolicyDefaults) -> SessionPolicy {
        SessionPolicy::resolve(self.session_idle_minutes, self.session_absolute_minutes, defaults)
    }
}

/// A team inside an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// What it is called.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}
