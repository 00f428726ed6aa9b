//! Sign-in with Google and Microsoft: authorization code with PKCE, and ID tokens checked against the provider's keys.
//!
//! Nothing the token says about itself decides how it is checked: the algorithms are ours, the keys and the issuer are
//! those of the configured provider, fetched from its discovery document.
#![warn(missing_docs)]

mod keys;
mod metadata;
mod token;

use std::{future::Future, pin::Pin, time::Duration};

use async_trait::async_trait;
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, ExtraTokenFields,
    HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use reqwest::redirect;
use rf_accounts::{
    FlowSecrets, IdentityProvider, OauthProvider, ProvenIdentity,
    codes::{OAUTH_REFUSED, OAUTH_UNAVAILABLE},
};
use rf_kernel::{Failure, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use metadata::{Known, Metadata};

/// Longer answers are not read.
pub(crate) const MAX_ANSWER_BYTES: usize = 256 * 1_024;

/// How to talk to a provider.
#[derive(Clone, Debug)]
pub struct OpenIdSettings {
    /// Which one.
    pub provider: OauthProvider,
    /// What it calls this installation.
    pub client_id: String,
    /// What shows that we are it.
    pub client_secret: SecretString,
    /// Where its discovery document is, without `/.well-known/openid-configuration`.
    pub issuer: String,
    /// Where it sends people back to.
    pub redirect_url: String,
    /// How long a call may take.
    pub deadline: Duration,
}

impl OpenIdSettings {
    /// Google.
    pub const GOOGLE: &'static str = "https://accounts.google.com";
    /// Microsoft, for people of every directory and personal accounts.
    pub const MICROSOFT: &'static str = "https://login.microsoftonline.com/common/v2.0";
    /// How long a call may take.
    pub const DEADLINE: Duration = Duration::from_secs(8);
}

/// Why nobody was identified. The texts are for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenIdError {
    /// It could not be reached, or is out of order.
    #[error("the provider could not be asked: {0}")]
    Unreachable(String),
    /// What it serves is not what an OpenID provider serves.
    #[error("the provider's description cannot be used: {0}")]
    Unusable(String),
    /// It did not take the code.
    #[error("the provider refused the code: {0}")]
    CodeRefused(String),
    /// The token is not one to believe.
    #[error("the ID token was refused: {0}")]
    TokenRefused(String),
}

impl From<OpenIdError> for Failure {
    fn from(error: OpenIdError) -> Self {
        let (code, detail) = match error {
            OpenIdError::Unreachable(_) | OpenIdError::Unusable(_) => (
                OAUTH_UNAVAILABLE,
                "The sign-in service does not answer as it should. Please try again in a moment.",
            ),
            OpenIdError::CodeRefused(_) | OpenIdError::TokenRefused(_) => {
                (OAUTH_REFUSED, "The sign-in could not be confirmed. Please begin again.")
            }
        };
        tracing::warn!(%error, "a sign-in with a provider came to nothing");
        Self { cause: Some(Box::new(error)), ..Self::new(code, detail) }
    }
}

/// What the token endpoint answers beyond OAuth 2.0.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}
impl ExtraTokenFields for IdTokenField {}

type TokenAnswer = StandardTokenResponse<IdTokenField, BasicTokenType>;
type Client = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    oauth2::EndpointSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;

/// A provider.
#[derive(Debug)]
pub struct OpenIdProvider {
    settings: OpenIdSettings,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

impl OpenIdProvider {
    /// That provider; nothing is asked of it yet.
    ///
    /// # Errors
    /// When the client cannot be made, or the redirect address is none.
    pub fn new(settings: OpenIdSettings) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        RedirectUrl::new(settings.redirect_url.clone())?;
        let http = reqwest::Client::builder()
            .timeout(settings.deadline)
            // A provider that sends us elsewhere with a code or a secret is none.
            .redirect(redirect::Policy::none())
            .build()?;
        Ok(Self { settings, http, known: Mutex::new(None) })
    }

    fn client(&self, metadata: &Metadata) -> Result<Client, OpenIdError> {
        let unusable = |error: url::ParseError| OpenIdError::Unusable(error.to_string());
        let redirect = RedirectUrl::new(self.settings.redirect_url.clone()).map_err(unusable)?;
        let client = oauth2::Client::new(ClientId::new(self.settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.settings.client_secret.expose_secret().to_owned()))
            .set_auth_type(oauth2::AuthType::RequestBody)
            .set_auth_uri(AuthUrl::new(metadata.authorization_endpoint.clone()).map_err(unusable)?)
            .set_token_uri(TokenUrl::new(metadata.token_endpoint.clone()).map_err(unusable)?)
            .set_redirect_uri(redirect);
        Ok(client)
    }

    /// Exchanges the code for an ID token.
    async fn exchange(
        &self,
        metadata: &Metadata,
        code: AuthorizationCode,
        verifier: PkceCodeVerifier,
    ) -> Result<String, OpenIdError> {
        let carrier = Carrier(self.http.clone());
        let answer = self
            .client(metadata)?
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .request_async(&carrier)
            .await
            .map_err(|error| match error {
                oauth2::RequestTokenError::ServerResponse(refusal) => {
                    OpenIdError::CodeRefused(refusal.error().to_string())
                }
                oauth2::RequestTokenError::Request(error) => error,
                // The answer itself stays out of the log: it may hold tokens.
                oauth2::RequestTokenError::Parse(error, _) => OpenIdError::Unusable(error.to_string()),
                oauth2::RequestTokenError::Other(error) => OpenIdError::Unusable(error),
            })?;
        let token = answer.extra_fields().id_token.clone();
        token.ok_or_else(|| OpenIdError::TokenRefused("there is none".into()))
    }
}

/// Carries the requests of the `oauth2` crate.
struct Carrier(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Carrier {
    type Error = OpenIdError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OpenIdError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(unreachable)?;
            let response = self.0.execute(request).await.map_err(unreachable)?;
            if response.status().is_server_error() {
                return Err(OpenIdError::Unreachable(format!("it answered {}", response.status())));
            }
            let (status, headers) = (response.status(), response.headers().clone());
            let mut answer = HttpResponse::new(read(response).await?);
            *answer.status_mut() = status;
            *answer.headers_mut() = headers;
            Ok(answer)
        })
    }
}

pub(crate) fn unreachable(error: reqwest::Error) -> OpenIdError {
    OpenIdError::Unreachable(error.without_url().to_string())
}

/// The body of an answer, if it is not endless.
pub(crate) async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, OpenIdError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(OpenIdError::Unusable("its answer is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[async_trait]
impl IdentityProvider for OpenIdProvider {
    async fn authorization_url(&self, secrets: &FlowSecrets, now: Timestamp) -> Result<String, Failure> {
        let metadata = self.metadata(now).await?;
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(secrets.verifier()));
        let (url, _) = self
            .client(&metadata)?
            .authorize_url(|| CsrfToken::new(secrets.state()))
            .set_pkce_challenge(challenge)
            .add_scopes(["openid", "email", "profile"].map(|scope| Scope::new(scope.into())))
            .add_extra_param("nonce", secrets.nonce())
            // Whoever has several accounts there says which one, each time.
            .add_extra_param("prompt", "select_account")
            .url();
        Ok(url.into())
    }

    async fn identify(
        &self,
        code: &SecretString,
        secrets: &FlowSecrets,
        now: Timestamp,
    ) -> Result<ProvenIdentity, Failure> {
        let metadata = self.metadata(now).await?;
        let code = AuthorizationCode::new(code.expose_secret().to_owned());
        let token = self.exchange(&metadata, code, PkceCodeVerifier::new(secrets.verifier())).await?;
        Ok(self.check(&metadata, &token, &secrets.nonce(), now).await?)
    }
}
