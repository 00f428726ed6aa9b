//! The people and teams of an account.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{auth::RoleBody, sent};

/// Which people to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// A part of the name or e-mail.
    #[param(max_length = 200)]
    pub search: Option<String>,
    /// With that role.
    #[param(inline)]
    pub role: Option<RoleBody>,
    /// Who can sign in, or who cannot.
    pub is_active: Option<bool>,
    /// Of that team.
    pub team_id: Option<Uuid>,
    /// How many to pass over.
    pub skip: Option<u64>,
    /// How many to answer, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// A page of people, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleResponse {
    /// The page.
    pub items: Vec<PersonResponse>,
    /// How many people fit in all.
    pub total: u64,
}

/// A person, as whoever manages people sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonResponse {
    /// Their id.
    pub id: Uuid,
    /// Sign-in name.
    pub email: String,
    /// What colleagues see.
    pub name: String,
    /// What they may do in the account.
    pub role: RoleBody,
    /// Their team.
    pub team_id: Option<Uuid>,
    /// Deactivated people cannot sign in.
    pub is_active: bool,
    /// Last sign-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login: Option<Timestamp>,
    /// When they were created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Whether the caller stands high enough to change them.
    pub can_edit: bool,
}

/// What to change about a person. What is not sent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdatePersonRequest {
    /// Not above one's own. To and from owner needs the password fresh.
    #[serde(default)]
    pub role: Option<RoleBody>,
    /// `null` takes them out of their team.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<Uuid>)]
    pub team_id: Option<Option<Uuid>>,
    /// `false` signs them out at once.
    #[serde(default)]
    pub is_active: Option<bool>,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamResponse {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// How many people are in it, also those who are deactivated.
    pub people: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A team to make, or another name for one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamRequest {
    /// What it is called; no other team of the account is, whatever the letter case.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
}

/// The caller's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountResponse {
    /// Its id.
    pub id: Uuid,
    /// What it calls itself.
    pub name: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Another name for the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAccountRequest {
    /// What it calls itself.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

/// Who gets the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferOwnershipRequest {
    /// An active person of the account.
    pub user_id: Uuid,
}
