//! The client: sends a call and brings back an answer, whatever it says.

use std::{error::Error, sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{RequestBuilder, StatusCode, header, redirect};
use rf_psa::PsaError;
use serde::de::DeserializeOwned;
use tokio::{
    sync::{Mutex, Semaphore},
    time::Instant,
};

use crate::{Effect, LeadsInside, Names, Reach, address::Guard, patience};

/// Longer answers are not read: a page of any size we ask for is far below.
const MAX_ANSWER_BYTES: usize = 16 * 1_024 * 1_024;
/// Calls at one time; no vendor says how many one may make, so few are made.
const CONNECTIONS: usize = 4;

/// The way to one site.
#[derive(Debug)]
pub struct PsaHttp {
    http: reqwest::Client,
    /// What the PSA is called, for words.
    vendor: &'static str,
    connections: Semaphore,
    /// Until when the site asked to be left alone.
    quiet_until: Mutex<Option<Instant>>,
}

/// What came back: an answer or a refusal.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// What it says; of a refusal as much as came.
    pub body: Vec<u8>,
    /// The `Link` header.
    pub link: Option<String>,
    /// After so many seconds calls are taken again, where it says.
    pub retry_after: Option<u64>,
}

impl PsaHttp {
    /// A client that follows no redirect, uses no proxy, and within [`Reach::Public`] makes connections to the public
    /// network alone. One try of a call takes at most `deadline`.
    ///
    /// # Errors
    /// [`PsaError::Transient`] when this machine cannot make one.
    pub fn new(
        vendor: &'static str,
        reach: Reach,
        deadline: Duration,
        names: Arc<dyn Names>,
    ) -> Result<Self, PsaError> {
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            // A proxy would resolve names for us, past the guard.
            .no_proxy()
            .connect_timeout(Duration::from_secs(5).min(deadline))
            .timeout(deadline)
            .pool_max_idle_per_host(CONNECTIONS);
        if reach == Reach::Public {
            builder = builder.https_only(true).dns_resolver(Arc::new(Guard(names)));
        }
        let http = builder
            .build()
            .map_err(|error| PsaError::Transient(format!("No connection can be made from here: {error}")))?;
        let connections = Semaphore::new(CONNECTIONS);
        Ok(Self { http, vendor, connections, quiet_until: Mutex::new(None) })
    }

    /// Sends once, and reads what comes back.
    ///
    /// # Errors
    /// When nothing came back, or it is known not to go well just now. A refusal is an answer.
    pub async fn send(
        &self,
        effect: Effect,
        request: impl FnOnce(&reqwest::Client) -> RequestBuilder,
    ) -> Result<Answer, PsaError> {
        let closed = |_| PsaError::Transient("The connection is being closed.".into());
        let _one_of_few = self.connections.acquire().await.map_err(closed)?;
        self.patient().await?;
        let mut response = request(&self.http).send().await.map_err(|error| self.failed(effect, &error))?;
        let status = response.status();
        let headers = response.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let retry_after = patience(text(header::RETRY_AFTER).as_deref());
        let link = text(header::LINK);
        if status == StatusCode::TOO_MANY_REQUESTS {
            let until = Instant::now() + Duration::from_secs(retry_after.unwrap_or(1));
            *self.quiet_until.lock().await = Some(until);
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER_BYTES => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => return Err(effect.lost(&format!("{}'s answer is too long.", self.vendor))),
                Ok(None) => break,
                // The status says enough where it is a refusal.
                Err(_) if !status.is_success() => break,
                Err(error) => return Err(self.failed(effect, &error)),
            }
        }
        Ok(Answer { status, body, link, retry_after })
    }

    /// An answer as what it should be.
    ///
    /// # Errors
    /// Its outcome is lost when it is anything else.
    pub fn parse<T: DeserializeOwned>(&self, effect: Effect, body: &[u8]) -> Result<T, PsaError> {
        serde_json::from_slice(body)
            .map_err(|_| effect.lost(&format!("{}'s answer cannot be read.", self.vendor)))
    }

    /// Refuses while the site wants to be left alone: asking all the same makes it worse.
    async fn patient(&self) -> Result<(), PsaError> {
        let until = *self.quiet_until.lock().await;
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(wait) if !wait.is_zero() => {
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                Err(PsaError::RateLimited { retry_after: Some(seconds) })
            }
            _ => Ok(()),
        }
    }

    /// Why a call gave no answer.
    fn failed(&self, effect: Effect, error: &reqwest::Error) -> PsaError {
        let vendor = self.vendor;
        if leads_inside(error) {
            let words = "The site's name leads to an address that is not of the public network. Enter the host your \
                         team signs in at.";
            return PsaError::Address(words.into());
        }
        // Nothing was sent, so nothing was done.
        if error.is_connect() || error.is_builder() {
            return PsaError::Transient(format!(
                "{vendor} could not be reached. Check the site, or try again later."
            ));
        }
        effect.lost(&if error.is_timeout() {
            format!("{vendor} did not answer in time.")
        } else {
            format!("The connection to {vendor} broke off.")
        })
    }
}

/// Whether a failed call failed because of [`LeadsInside`].
fn leads_inside(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<LeadsInside>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// Makes an attempt, and again, three times in all, where it may go better the next time. For reads alone.
///
/// # Errors
/// Those of the last attempt.
pub async fn again<T, F: Future<Output = Result<T, PsaError>>>(
    attempt: impl FnMut() -> F,
) -> Result<T, PsaError> {
    let waits = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(2)
        .with_jitter();
    let passing = |error: &PsaError| matches!(error, PsaError::Transient(_));
    attempt.retry(waits).sleep(tokio::time::sleep).when(passing).await
}
