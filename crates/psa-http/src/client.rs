//! The way to one PSA's site: what is sent goes by the one way out, and what comes back is told in a PSA's words.

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use reqwest::RequestBuilder;
use rf_outbound::{Answer, Names, Outbound, Reach, Trouble, vetted};
use rf_psa::PsaError;
use serde::de::DeserializeOwned;
use url::Url;

use crate::Effect;

/// The address of a site somebody entered: scheme, host and port, no path. `example` is a host of that vendor, for the
/// words of a refusal.
///
/// # Errors
/// [`PsaError::Address`], saying what is wrong with it.
pub fn site(entered: &str, reach: Reach, example: &str) -> Result<Url, PsaError> {
    let refused = |why: &str| {
        PsaError::Address(format!("{why} Enter the host your team signs in at, such as {example}."))
    };
    let mut url = vetted(entered, reach).map_err(|why| refused(&why.to_string()))?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(refused("The site is a host alone, with nothing after it."));
    }
    url.set_path("/");
    Ok(url)
}

/// The way to one site.
#[derive(Debug)]
pub struct PsaHttp {
    way: Outbound,
    /// What the PSA is called, for words.
    vendor: &'static str,
}

impl PsaHttp {
    /// See [`Outbound::new`]. One try of a call takes at most `deadline`.
    ///
    /// # Errors
    /// [`PsaError::Transient`] when this machine cannot make one.
    pub fn new(
        vendor: &'static str,
        reach: Reach,
        deadline: Duration,
        names: Arc<dyn Names>,
    ) -> Result<Self, PsaError> {
        let way = Outbound::new(reach, deadline, names)
            .map_err(|error| PsaError::Transient(format!("No connection can be made from here: {error}")))?;
        Ok(Self { way, vendor })
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
        self.way.send(request).await.map_err(|trouble| self.told(effect, trouble))
    }

    /// An answer as what it should be.
    ///
    /// # Errors
    /// Its outcome is lost when it is anything else.
    pub fn parse<T: DeserializeOwned>(&self, effect: Effect, body: &[u8]) -> Result<T, PsaError> {
        serde_json::from_slice(body)
            .map_err(|_| effect.lost(&format!("{}'s answer cannot be read.", self.vendor)))
    }

    /// Why a call gave no answer, in a PSA's words.
    fn told(&self, effect: Effect, trouble: Trouble) -> PsaError {
        let vendor = self.vendor;
        match trouble {
            Trouble::Inside => PsaError::Address(
                "The site's name leads to an address that is not of the public network. Enter the host your team \
                 signs in at."
                    .into(),
            ),
            Trouble::Unreachable => PsaError::Transient(format!(
                "{vendor} could not be reached. Check the site, or try again later."
            )),
            Trouble::Quiet(seconds) => PsaError::RateLimited { retry_after: Some(seconds) },
            Trouble::Late => effect.lost(&format!("{vendor} did not answer in time.")),
            Trouble::BrokeOff => effect.lost(&format!("The connection to {vendor} broke off.")),
            Trouble::TooLong => effect.lost(&format!("{vendor}'s answer is too long.")),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_host_alone() {
        for entered in ["psa.brightwater.example", "https://psa.brightwater.example/"] {
            let url = site(entered, Reach::Public, "psa.example").unwrap();
            assert_eq!(url.as_str(), "https://psa.brightwater.example/");
        }
        for entered in [
            "https://na.myconnectwise.net#@127.0.0.1",
            "https://na.myconnectwise.net?x=1",
            "https://na.myconnectwise.net/v4_6_release",
            "http://na.myconnectwise.net",
            "https://127.0.0.1",
        ] {
            let refusal = site(entered, Reach::Public, "psa.example");
            assert!(
                matches!(&refusal, Err(PsaError::Address(words)) if words.ends_with("such as psa.example.")),
                "{entered:?}: {refusal:?}"
            );
        }
    }
}
