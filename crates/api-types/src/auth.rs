//! Registration, sign-in and people.

use rf_auth_policy::Role;
use rf_kernel::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::billing::SubscriptionBody;

/// A person who wants an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// Becomes the sign-in name, lower-cased.
    #[schema(example = "sam@contoso.example", max_length = 254)]
    pub email: String,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, format = Password, min_length = 8)]
    pub password: SecretString,
    /// What colleagues see.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What the account is called; the person's name when not sent.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub account_name: Option<String>,
}

/// A sign-in as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The sign-in name.
    pub email: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// A sign-in as an OAuth2 password form.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LoginForm {
    /// The sign-in name.
    pub username: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// The refresh token, for clients that keep it themselves; the web app sends its cookie and `{}`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The token.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub refresh_token: Option<SecretString>,
}

/// A fresh pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenResponse {
    /// Goes into `Authorization: Bearer`.
    pub access_token: String,
    /// Gets the next pair; `null` in cookie mode, where the browser keeps it.
    pub refresh_token: Option<String>,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// Seconds the access token lives.
    #[schema(example = 300)]
    pub expires_in: i64,
    /// When the sign-in ends if it is not used.
    #[schema(value_type = String, format = DateTime)]
    pub idle_expires_at: Timestamp,
    /// When it ends whatever happens.
    #[schema(value_type = String, format = DateTime)]
    pub absolute_expires_at: Timestamp,
    /// Seconds until `idle_expires_at`, for clients whose clock is wrong.
    pub idle_expires_in: i64,
    /// Seconds until `absolute_expires_at`.
    pub absolute_expires_in: i64,
}

/// The caller's password once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpRequest {
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
    /// A code of the second factor, for whoever has one.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub code: Option<String>,
}

/// What finishes a sign-in of somebody with a second factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRequest {
    /// What the refusal `second_factor_required` carried.
    #[schema(value_type = String)]
    pub challenge: SecretString,
    /// What the authenticator app shows, or a recovery code.
    #[schema(value_type = String, max_length = 64)]
    pub code: SecretString,
}

/// Where the caller's second factor stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorResponse {
    /// Since when a code is asked at sign-in; null where none is.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// Recovery codes that are left.
    pub recovery_codes_left: usize,
    /// Whether the account requires one.
    pub required: bool,
}

/// What an authenticator app needs once.
#[derive(Debug, Serialize, ToSchema)]
pub struct BegunSecondFactorResponse {
    /// The shared secret in base32, to type.
    pub secret: String,
    /// The same as an `otpauth://` address, for a picture to scan.
    pub otpauth_url: String,
}

/// A first code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactorRequest {
    /// What the authenticator app shows.
    #[schema(value_type = String, max_length = 64)]
    pub code: SecretString,
}

/// Recovery codes, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodesResponse {
    /// Each works once in the place of a code.
    pub recovery_codes: Vec<String>,
}

/// What shows that the password was entered lately.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepUpResponse {
    /// Goes into `X-Step-Up`.
    pub step_up_token: String,
    /// Seconds it lives.
    #[schema(example = 300)]
    pub expires_in: i64,
}

/// What the caller changes about themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMeRequest {
    /// What colleagues see.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

/// Another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// The password they have.
    #[schema(value_type = String, format = Password)]
    pub current_password: SecretString,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, format = Password, min_length = 8)]
    pub new_password: SecretString,
}

/// This sign-in goes on; the other ones of the caller ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangePasswordResponse {
    /// In the place of the one the request came with, which opens nothing more.
    pub access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// Seconds it lives.
    #[schema(example = 300)]
    pub expires_in: i64,
    /// How many other sign-ins were ended.
    pub revoked_count: u64,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserResponse {
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
    /// What the account is called.
    pub account_name: String,
    /// Their team.
    pub team_id: Option<Uuid>,
    /// Switched off people cannot sign in.
    pub is_active: bool,
    /// Site-wide administrator.
    pub is_super_admin: bool,
    /// When they proved that the address is theirs.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub email_verified_at: Option<Timestamp>,
    /// Last sign-in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login: Option<Timestamp>,
    /// When they were created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// The caller, with what every screen wants to know of their account.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeResponse {
    /// The person.
    #[serde(flatten)]
    pub user: UserResponse,
    /// What the account has; `null` where there is no subscription.
    pub subscription: Option<SubscriptionBody>,
    /// Whether they have to set up a second factor before anything else answers.
    pub second_factor_due: bool,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberResponse {
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
}

/// A role in an account.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleBody {
    /// Reads, changes nothing.
    Viewer,
    /// Works tickets and writes flows.
    Engineer,
    /// Also manages everybody's flows.
    TeamAdmin,
    /// Also owns the account.
    Owner,
}

impl From<Role> for RoleBody {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Engineer => Self::Engineer,
            Role::TeamAdmin => Self::TeamAdmin,
            Role::Owner => Self::Owner,
        }
    }
}

impl From<RoleBody> for Role {
    fn from(role: RoleBody) -> Self {
        match role {
            RoleBody::Viewer => Self::Viewer,
            RoleBody::Engineer => Self::Engineer,
            RoleBody::TeamAdmin => Self::TeamAdmin,
            RoleBody::Owner => Self::Owner,
        }
    }
}
