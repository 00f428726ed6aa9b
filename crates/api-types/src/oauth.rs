//! Sign-in with Google and Microsoft.

use rf_kernel::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom people can sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OauthProviderBody {
    /// Google.
    Google,
    /// Microsoft.
    Microsoft,
}

/// Where to go to sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthStartResponse {
    /// The provider's page.
    pub authorization_url: String,
}

/// What the provider sent the browser back with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OauthCallbackRequest {
    /// The code, good for one exchange.
    #[schema(value_type = String)]
    pub code: SecretString,
    /// The state, as it came.
    pub state: String,
}

/// Who the caller is at a provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityResponse {
    /// Its id.
    pub id: Uuid,
    /// The provider.
    pub provider: OauthProviderBody,
    /// What the provider called them last.
    pub email: Option<String>,
    /// When it was linked.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When they last signed in with it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

/// How the caller can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentitiesResponse {
    /// What they have linked, oldest first.
    pub identities: Vec<IdentityResponse>,
    /// Whether they have a password as well.
    pub has_password: bool,
}
