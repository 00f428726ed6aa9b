//! The client: sends a call and brings back an answer, whatever it says.

use std::{error::Error, sync::Arc, time::Duration};

use reqwest::{RequestBuilder, StatusCode, header, redirect};
use tokio::{
    sync::{Mutex, Semaphore},
    time::Instant,
};

use crate::{LeadsInside, Names, Reach, address::Guard};

/// Longer answers are not read.
const MAX_ANSWER_BYTES: usize = 16 * 1_024 * 1_024;
/// Calls at one time to one place; nobody says how many one may make, so few are made.
const CONNECTIONS: usize = 4;
/// More of somebody else's own words is not shown.
const MAX_WORDS: usize = 240;
/// Who asks for more patience is asked again after an hour all the same.
const MOST_PATIENCE: Duration = Duration::from_secs(3_600);

/// The way to one place.
#[derive(Debug)]
pub struct Outbound {
    http: reqwest::Client,
    connections: Semaphore,
    /// Until when the place asked to be left alone.
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

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The name leads to an address that is not of the public network. Nothing was sent.
    Inside,
    /// Nobody could be reached. Nothing was sent.
    Unreachable,
    /// The place asked to be left alone for so many seconds more. Nothing was sent.
    Quiet(u64),
    /// It did not answer in time. Whether it acted is not known.
    Late,
    /// The connection broke off. Whether it acted is not known.
    BrokeOff,
    /// Its answer is too long to be read. Whether it acted is not known.
    TooLong,
}

impl Outbound {
    /// A client that follows no redirect, uses no proxy, and within [`Reach::Public`] makes connections to the public
    /// network alone. One call takes at most `deadline`.
    ///
    /// # Errors
    /// When this machine cannot make one; says why.
    pub fn new(reach: Reach, deadline: Duration, names: Arc<dyn Names>) -> Result<Self, String> {
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
        let http = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { http, connections: Semaphore::new(CONNECTIONS), quiet_until: Mutex::new(None) })
    }

    /// Sends once, and reads what comes back. A refusal is an answer.
    ///
    /// # Errors
    /// [`Trouble`] when nothing came back.
    pub async fn send(
        &self,
        request: impl FnOnce(&reqwest::Client) -> RequestBuilder,
    ) -> Result<Answer, Trouble> {
        // Never closed: nobody closes it.
        let _one_of_few = self.connections.acquire().await.map_err(|_| Trouble::Unreachable)?;
        self.patient().await?;
        let mut response = request(&self.http).send().await.map_err(|error| trouble(&error))?;
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
                Ok(Some(_)) => return Err(Trouble::TooLong),
                Ok(None) => break,
                // The status says enough where it is a refusal.
                Err(_) if !status.is_success() => break,
                Err(error) => return Err(trouble(&error)),
            }
        }
        Ok(Answer { status, body, link, retry_after })
    }

    /// Refuses while the place wants to be left alone: asking all the same makes it worse.
    async fn patient(&self) -> Result<(), Trouble> {
        let until = *self.quiet_until.lock().await;
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(wait) if !wait.is_zero() => {
                Err(Trouble::Quiet(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))
            }
            _ => Ok(()),
        }
    }
}

/// Why a call gave no answer.
fn trouble(error: &reqwest::Error) -> Trouble {
    if leads_inside(error) {
        Trouble::Inside
    } else if error.is_connect() || error.is_builder() {
        Trouble::Unreachable
    } else if error.is_timeout() {
        Trouble::Late
    } else {
        Trouble::BrokeOff
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

/// The seconds of a `Retry-After`; one that gives a date is not read.
#[must_use]
pub fn patience(header: Option<&str>) -> Option<u64> {
    let seconds = header?.trim().parse::<u64>().ok()?;
    Some(seconds.min(MOST_PATIENCE.as_secs()))
}

/// Words of somebody else on one line, not too many of them.
#[must_use]
pub fn shown(words: &str) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_WORDS).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_counted_in_seconds_and_ends() {
        assert_eq!(patience(Some(" 30 ")), Some(30));
        assert_eq!(patience(Some("999999")), Some(3_600));
        for none in [None, Some("soon"), Some("-1"), Some("Wed, 21 Oct 2026 07:28:00 GMT")] {
            assert_eq!(patience(none), None);
        }
    }
}
