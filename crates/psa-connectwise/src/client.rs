//! Calls to the API: discovery, signing in, retries of reads.

use std::sync::Arc;

use reqwest::{Method, header};
use rf_psa::PsaError;
use rf_psa_http::{Effect, Names, PsaHttp, again};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::{ConnectWiseSettings, Credentials, Reach, address::site, callback::SigningKey, refusal};

/// The version of the API these calls are written for.
const ACCEPT: &str = "application/vnd.connectwise.com+json; version=2022.1";
/// The way into one team's API.
#[derive(Debug)]
pub(crate) struct Client {
    http: PsaHttp,
    site: Url,
    credentials: Credentials,
    /// `company+public key`.
    user: SecretString,
    reach: Reach,
    /// The path before `/apis/3.0`, once it is known.
    codebase: Mutex<Option<Arc<str>>>,
    /// The key that callbacks were signed with last.
    pub(crate) signing_key: Mutex<Option<SigningKey>>,
}

/// What company info says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CompanyInfo {
    pub(crate) company_name: String,
    codebase: String,
    pub(crate) version_code: Option<String>,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    method: Method,
    /// Below the API's root: `service/tickets/1/notes`.
    path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    body: Option<Value>,
    pub(crate) effect: Effect,
    /// Pages by id, where the server knows that.
    pub(crate) forward_only: bool,
}

impl Call {
    /// Looks.
    pub(crate) fn get(path: impl Into<String>, query: Vec<(&'static str, String)>) -> Self {
        let (method, path) = (Method::GET, path.into());
        Self { method, path, query, body: None, effect: Effect::Reads, forward_only: false }
    }

    /// Takes away.
    pub(crate) fn delete(path: impl Into<String>) -> Self {
        let (method, path) = (Method::DELETE, path.into());
        Self { method, path, query: Vec::new(), body: None, effect: Effect::Writes, forward_only: false }
    }

    /// Writes.
    pub(crate) fn write(method: Method, path: impl Into<String>, body: Value) -> Self {
        let path = path.into();
        Self {
            method,
            path,
            query: Vec::new(),
            body: Some(body),
            effect: Effect::Writes,
            forward_only: false,
        }
    }
}

/// What came back, as far as it is of use.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    pub(crate) link: Option<String>,
}

impl Client {
    pub(crate) fn new(settings: &ConnectWiseSettings, names: Arc<dyn Names>) -> Result<Self, PsaError> {
        let site = site(&settings.site, settings.reach)?;
        let credentials = settings.credentials.clone();
        check(&credentials)?;
        let public = credentials.public_key.expose_secret();
        let user = SecretString::from(format!("{}+{public}", credentials.company));
        let http = PsaHttp::new("ConnectWise", settings.reach, settings.deadline, names)?;
        let (reach, codebase, signing_key) = (settings.reach, Mutex::new(None), Mutex::new(None));
        Ok(Self { http, site, credentials, user, reach, codebase, signing_key })
    }

    /// Which addresses may be talked to.
    pub(crate) const fn reach(&self) -> Reach {
        self.reach
    }

    /// Scheme, host and port of the site.
    pub(crate) const fn site(&self) -> &Url {
        &self.site
    }

    /// What the site says about the company; also remembers where the API is.
    pub(crate) async fn company_info(&self) -> Result<CompanyInfo, PsaError> {
        let address = self.address(&format!("login/companyinfo/{}", self.credentials.company))?;
        let call = Call::get("login/companyinfo", Vec::new());
        let answer = self.send_again(&call, address, false).await.map_err(|error| match error {
            PsaError::NotFound(_) => no_connectwise(),
            other => other,
        })?;
        let Ok(info) = serde_json::from_slice::<Option<CompanyInfo>>(&answer.body) else {
            return Err(no_connectwise());
        };
        let Some(info) = info else {
            return Err(PsaError::Auth(
                "This ConnectWise knows no such company. Enter the company id your team signs in with."
                    .into(),
            ));
        };
        let codebase = info.codebase.trim_matches('/');
        let one_step = codebase.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if codebase.is_empty() || codebase.len() > 60 || !one_step || codebase.contains("..") {
            return Err(PsaError::Address("The site says nothing of use about where its API is.".into()));
        }
        *self.codebase.lock().await = Some(codebase.into());
        Ok(info)
    }

    /// Makes a call and reads its answer.
    pub(crate) async fn call<T: DeserializeOwned>(&self, call: &Call) -> Result<T, PsaError> {
        let answer = self.answer(call).await?;
        parse(call.effect, &answer.body)
    }

    /// Makes a call. Where the API has moved, it is asked at its new place.
    pub(crate) async fn answer(&self, call: &Call) -> Result<Answer, PsaError> {
        let known = self.codebase.lock().await.clone();
        let codebase = match known {
            Some(codebase) => codebase,
            None => self.discovered().await?,
        };
        match self.call_at(&codebase, call).await {
            // An upgrade moves the API. What is not there was not done, so this is no second try of a write.
            Err(PsaError::NotFound(words)) => {
                let now = self.discovered().await?;
                if now == codebase { Err(PsaError::NotFound(words)) } else { self.call_at(&now, call).await }
            }
            outcome => outcome,
        }
    }

    async fn discovered(&self) -> Result<Arc<str>, PsaError> {
        let info = self.company_info().await?;
        Ok(info.codebase.trim_matches('/').into())
    }

    async fn call_at(&self, codebase: &str, call: &Call) -> Result<Answer, PsaError> {
        let mut address = self.address(&format!("{codebase}/apis/3.0/{}", call.path))?;
        if !call.query.is_empty() {
            address.query_pairs_mut().extend_pairs(&call.query);
        }
        match call.effect {
            Effect::Reads => self.send_again(call, address, true).await,
            Effect::Writes => self.send(call, address, true).await,
        }
    }

    fn address(&self, path: &str) -> Result<Url, PsaError> {
        let joined = self.site.join(path).ok().filter(|address| address.origin() == self.site.origin());
        joined.ok_or_else(|| PsaError::Address("The site gives no usable address.".into()))
    }

    /// Sends, and again where it may go better the next time.
    pub(crate) async fn send_again(
        &self,
        call: &Call,
        address: Url,
        signed: bool,
    ) -> Result<Answer, PsaError> {
        again(|| self.send(call, address.clone(), signed)).await
    }

    /// Sends once.
    async fn send(&self, call: &Call, address: Url, signed: bool) -> Result<Answer, PsaError> {
        let request = |http: &reqwest::Client| {
            let mut request = http.request(call.method.clone(), address).header(header::ACCEPT, ACCEPT);
            if signed {
                request = request
                    .basic_auth(self.user.expose_secret(), Some(self.credentials.private_key.expose_secret()))
                    .header("clientId", self.credentials.client_id.expose_secret());
            }
            if call.forward_only {
                request = request.header("pagination-type", "forward-only");
            }
            match &call.body {
                Some(body) => request.json(body),
                None => request,
            }
        };
        let rf_psa_http::Answer { status, body, link, retry_after } =
            self.http.send(call.effect, request).await?;
        if !status.is_success() {
            let refusal = refusal::read(call.effect, status, retry_after, &body);
            tracing::debug!(path = %call.path, status = status.as_u16(), class = refusal.class(), "refused");
            return Err(refusal);
        }
        Ok(Answer { body, link })
    }
}

/// Whether each can be what it is to be; they go into addresses and headers.
fn check(credentials: &Credentials) -> Result<(), PsaError> {
    let Credentials { company, public_key, private_key, client_id } = credentials;
    let plain = |text: &str| (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    let one_step =
        !company.contains(['/', '+', ':', '?', '#', '%', '\\']) && !company.trim_matches('.').is_empty();
    for (field, fits) in [
        ("company", plain(company) && one_step),
        ("public_key", plain(public_key.expose_secret()) && !public_key.expose_secret().contains(':')),
        ("private_key", plain(private_key.expose_secret())),
        ("client_id", plain(client_id.expose_secret())),
    ] {
        if !fits {
            let message =
                format!("The {} is not one. Copy it as ConnectWise shows it.", field.replace('_', " "));
            return Err(PsaError::Invalid { field: Some(field.into()), message });
        }
    }
    Ok(())
}

fn no_connectwise() -> PsaError {
    PsaError::Address(
        "What answers at this site is no ConnectWise. Enter the host your team signs in at.".into(),
    )
}

pub(crate) fn parse<T: DeserializeOwned>(effect: Effect, body: &[u8]) -> Result<T, PsaError> {
    serde_json::from_slice(body).map_err(|_| effect.lost("ConnectWise's answer cannot be read."))
}
