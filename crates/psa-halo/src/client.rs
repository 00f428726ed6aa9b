//! Calls to the API: tokens, retries of reads.

use std::sync::Arc;

use reqwest::Method;
use rf_psa::PsaError;
use rf_psa_http::{Effect, Names, PsaHttp, again, site};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{
    sync::Mutex,
    time::{Duration, Instant},
};
use url::Url;

use crate::{Credentials, HaloSettings, refusal};

/// A token is got anew so long before it runs out.
const MARGIN: Duration = Duration::from_secs(60);

/// The way into one team's API.
#[derive(Debug)]
pub(crate) struct Client {
    http: PsaHttp,
    site: Url,
    credentials: Credentials,
    token: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    text: Arc<SecretString>,
    until: Instant,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    #[serde(default)]
    expires_in: u64,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    method: Method,
    /// Below `/api`.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    effect: Effect,
}

impl Call {
    /// Looks.
    pub(crate) fn get(path: impl Into<String>, query: Vec<(&'static str, String)>) -> Self {
        Self { method: Method::GET, path: path.into(), query, body: None, effect: Effect::Reads }
    }

    /// Writes one entry: Halo takes a list of them.
    pub(crate) fn post(path: impl Into<String>, entry: Value) -> Self {
        let body = Some(Value::Array(vec![entry]));
        Self { method: Method::POST, path: path.into(), query: Vec::new(), body, effect: Effect::Writes }
    }
}

impl Client {
    pub(crate) fn new(settings: &HaloSettings, names: Arc<dyn Names>) -> Result<Self, PsaError> {
        let site = site(&settings.site, settings.reach, "brightwater.halopsa.com")?;
        let credentials = settings.credentials.clone();
        check(&credentials)?;
        let http = PsaHttp::new("Halo", settings.reach, settings.deadline, names)?;
        Ok(Self { http, site, credentials, token: Mutex::new(None) })
    }

    /// The host of the site.
    pub(crate) fn host(&self) -> &str {
        self.site.host_str().unwrap_or_default()
    }

    /// Whose it is, as far as the connection knows.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.credentials.tenant.as_deref()
    }

    /// Makes a call and reads its answer.
    pub(crate) async fn call<T: DeserializeOwned>(&self, call: &Call) -> Result<T, PsaError> {
        let body = match call.effect {
            Effect::Reads => again(|| self.send(call)).await?,
            Effect::Writes => self.send(call).await?,
        };
        self.http.parse(call.effect, &body)
    }

    /// Sends once; once more with a new token where the old one is not taken, since nothing was done then.
    async fn send(&self, call: &Call) -> Result<Vec<u8>, PsaError> {
        let (token, fresh) = self.token(None).await?;
        match self.send_with(call, &token).await {
            Err(PsaError::Auth(_)) if !fresh => {
                let (token, _) = self.token(Some(&token)).await?;
                self.send_with(call, &token).await
            }
            outcome => outcome,
        }
    }

    async fn send_with(&self, call: &Call, token: &SecretString) -> Result<Vec<u8>, PsaError> {
        let mut address = self.address(&format!("api/{}", call.path))?;
        if !call.query.is_empty() {
            address.query_pairs_mut().extend_pairs(&call.query);
        }
        let request = |http: &reqwest::Client| {
            let request = http.request(call.method.clone(), address).bearer_auth(token.expose_secret());
            match &call.body {
                Some(body) => request.json(body),
                None => request,
            }
        };
        let answer = self.http.send(call.effect, request).await?;
        if answer.status.is_success() { Ok(answer.body) } else { Err(refusal::read(call.effect, &answer)) }
    }

    /// A token that is not `refused`, and whether it was got just now. Callers that wait for one share it.
    async fn token(&self, refused: Option<&SecretString>) -> Result<(Arc<SecretString>, bool), PsaError> {
        let mut kept = self.token.lock().await;
        let good = kept.as_ref().filter(|token| {
            token.until > Instant::now()
                && refused.is_none_or(|refused| refused.expose_secret() != token.text.expose_secret())
        });
        if let Some(token) = good {
            return Ok((token.text.clone(), false));
        }
        let Granted { access_token, expires_in } = again(|| self.granted()).await?;
        let text = Arc::new(access_token);
        let lasts = Duration::from_secs(expires_in).saturating_sub(MARGIN);
        *kept = Some(Token { text: text.clone(), until: Instant::now() + lasts });
        Ok((text, true))
    }

    async fn granted(&self) -> Result<Granted, PsaError> {
        let mut address = self.address("auth/token")?;
        if let Some(tenant) = &self.credentials.tenant {
            address.query_pairs_mut().append_pair("tenant", tenant);
        }
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", self.credentials.client_id.expose_secret())
            .append_pair("client_secret", self.credentials.client_secret.expose_secret())
            .append_pair("scope", "all")
            .finish();
        let request = |http: &reqwest::Client| {
            let kind = "application/x-www-form-urlencoded";
            http.post(address).header(reqwest::header::CONTENT_TYPE, kind).body(form)
        };
        // Getting one twice does no harm.
        let answer = self.http.send(Effect::Reads, request).await?;
        match answer.status.as_u16() {
            200..=299 => serde_json::from_slice(&answer.body).map_err(|_| no_halo()),
            404 => Err(no_halo()),
            // What OAuth answers to a wrong id or secret.
            400 | 401 | 403 => Err(PsaError::Auth(
                "Halo does not take the keys. Check client id and client secret of the API application, and the tenant."
                    .into(),
            )),
            _ => Err(refusal::read(Effect::Reads, &answer)),
        }
    }

    fn address(&self, path: &str) -> Result<Url, PsaError> {
        let joined = self.site.join(path).ok().filter(|address| address.origin() == self.site.origin());
        joined.ok_or_else(|| PsaError::Address("The site gives no usable address.".into()))
    }
}

fn no_halo() -> PsaError {
    PsaError::Address("What answers at this site is no Halo. Enter the host your team signs in at.".into())
}

/// Whether each can be what it is to be.
fn check(credentials: &Credentials) -> Result<(), PsaError> {
    let plain = |text: &str| (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    for (field, fits) in [
        ("tenant", credentials.tenant.as_deref().is_none_or(plain)),
        ("client_id", plain(credentials.client_id.expose_secret())),
        ("client_secret", plain(credentials.client_secret.expose_secret())),
    ] {
        if !fits {
            let message = format!("The {} is not one. Copy it as Halo shows it.", field.replace('_', " "));
            return Err(PsaError::Invalid { field: Some(field.into()), message });
        }
    }
    Ok(())
}
