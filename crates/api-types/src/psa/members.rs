//! Who is who at the PSA.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A person with who they are at the PSA.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberMappingBody {
    /// The person here.
    pub user_id: Uuid,
    /// Their name.
    pub user_name: String,
    /// Their e-mail.
    pub email: String,
    /// Who they are there.
    pub member_id: Option<String>,
    /// What they are called there.
    pub member_name: Option<String>,
    /// How that is known: `manual`, `email` or `none`.
    pub how: String,
}

/// Somebody who works in the PSA.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaMemberBody {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: Option<String>,
}

/// Everybody, here and there.
#[derive(Debug, Serialize, ToSchema)]
pub struct PsaMembersResponse {
    /// The account's people, by name.
    pub items: Vec<MemberMappingBody>,
    /// Who there is in the PSA to choose from.
    pub psa_members: Vec<PsaMemberBody>,
}

/// Who somebody is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MapMemberRequest {
    /// The member; null forgets who they are.
    pub member_id: Option<String>,
}
