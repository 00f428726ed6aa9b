//! Links of mails, and invitations.

use rf_auth_policy::Role;
use rf_kernel::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::RoleBody;

/// A wish for a new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPasswordRequest {
    /// The sign-in name.
    #[schema(example = "sam@contoso.example", max_length = 254)]
    pub email: String,
}

/// What is answered whether somebody has the address or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedResponse {
    /// For people.
    pub detail: &'static str,
}

/// A new password, with the token of the link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordRequest {
    /// From the link.
    #[schema(value_type = String)]
    pub token: SecretString,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, format = Password, min_length = 8)]
    pub password: SecretString,
}

/// The token of a link that proves an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmailRequest {
    /// From the link.
    #[schema(value_type = String)]
    pub token: SecretString,
}

/// Another address to sign in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmailRequest {
    /// The new address.
    #[schema(example = "sam@fabrikam.example", max_length = 254)]
    pub email: String,
}

/// Where a link went.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeEmailResponse {
    /// The address, as it is kept.
    pub email: String,
}

/// The token of a link that changes an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmailRequest {
    /// From the link.
    #[schema(value_type = String)]
    pub token: SecretString,
}

/// A role as a request says it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InviteRole {
    /// Reads, changes nothing.
    Viewer,
    /// Works tickets and writes flows.
    Engineer,
    /// Also manages everybody's flows.
    TeamAdmin,
    /// Also owns the account.
    Owner,
}

impl From<InviteRole> for Role {
    fn from(role: InviteRole) -> Self {
        match role {
            InviteRole::Viewer => Self::Viewer,
            InviteRole::Engineer => Self::Engineer,
            InviteRole::TeamAdmin => Self::TeamAdmin,
            InviteRole::Owner => Self::Owner,
        }
    }
}

/// Somebody to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInviteRequest {
    /// Their address.
    #[schema(max_length = 254)]
    pub email: String,
    /// What they will be; not more than the caller is.
    pub role: InviteRole,
}

/// How an invitation stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InviteStateBody {
    /// May be accepted.
    Open,
    /// Too old; it can be sent again.
    Expired,
    /// Somebody joined with it.
    Accepted,
    /// Taken back.
    Revoked,
}

/// An invitation of the caller's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteResponse {
    /// Its id.
    pub id: Uuid,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: RoleBody,
    /// How it stands.
    pub state: InviteStateBody,
    /// Who invited them.
    pub invited_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the newest link was sent.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// When the newest link stops working.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// When somebody joined with it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    /// When it was taken back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
}

/// An invitation as the invited person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteLookupResponse {
    /// The account to join.
    pub account_name: String,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: RoleBody,
    /// Who invited them.
    pub invited_by: String,
    /// How it stands.
    pub state: InviteStateBody,
    /// When the link stops working.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whether the address signs in here already: whoever it is signs in to accept.
    pub has_account: bool,
}

/// Somebody who joins: name and password of somebody new, nothing of somebody who is signed in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInviteRequest {
    /// What colleagues see.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// At least 8 characters, at most 71 bytes.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password, min_length = 8)]
    pub password: Option<SecretString>,
}
