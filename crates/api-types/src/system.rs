//! The installation itself.

use serde::Serialize;
use utoipa::ToSchema;

use crate::oauth::OauthProviderBody;

/// Whether the process runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthResponse {
    /// `ok`.
    pub status: &'static str,
}

/// What this installation is.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetaResponse {
    /// The product.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether it was started with the demo account.
    pub demo: bool,
    /// Whether anybody may register.
    pub signup_enabled: bool,
    /// Whether plans can be bought.
    pub billing_enabled: bool,
    /// Whether mails leave the server; where they do not, a site admin reads and passes them on.
    pub mail_enabled: bool,
    /// Whether the copilot can ask a model; it works without one.
    pub model_enabled: bool,
    /// Whom people can sign in with, beside their password.
    pub oauth_providers: Vec<OauthProviderBody>,
}
