//! The provider's description of itself, kept for an hour.

use rf_accounts::OauthProvider;
use rf_kernel::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use url::{Host, Url};

use crate::{OpenIdError, OpenIdProvider, keys::KeySet, read, unreachable};

/// From then on what is known is asked for again.
const LIFETIME_SECONDS: i64 = 3_600;
/// Where Microsoft writes the directory of whoever signs in.
pub(crate) const DIRECTORY: &str = "{tenantid}";

/// What we use of a discovery document.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    jwks_uri: String,
}

/// What was asked for, and when.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) metadata: Metadata,
    at: Timestamp,
    pub(crate) keys: Option<KeySet>,
}

impl OpenIdProvider {
    /// The description as it is kept, or fetched.
    pub(crate) async fn metadata(&self, now: Timestamp) -> Result<Metadata, OpenIdError> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| is_young(known.at, now)) {
            return Ok(known.metadata.clone());
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let metadata: Metadata = self.fetch(&format!("{issuer}/.well-known/openid-configuration")).await?;
        check(self.settings.provider, issuer, &metadata)?;
        *known = Some(Known { metadata: metadata.clone(), at: now, keys: None });
        Ok(metadata)
    }

    /// The provider's keys, fetched anew when it must be.
    pub(crate) async fn fetch_keys(
        &self,
        metadata: &Metadata,
        now: Timestamp,
    ) -> Result<KeySet, OpenIdError> {
        KeySet::of(self.fetch(&metadata.jwks_uri).await?, now)
    }

    async fn fetch<T: DeserializeOwned>(&self, url: &str) -> Result<T, OpenIdError> {
        let response = self.http.get(url).send().await.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(OpenIdError::Unreachable(format!("it answered {}", response.status())));
        }
        let body = read(response).await?;
        serde_json::from_slice(&body).map_err(|error| OpenIdError::Unusable(error.to_string()))
    }
}

/// Whether what was asked for then is still good; a clock set back makes it old.
pub(crate) fn is_young(at: Timestamp, now: Timestamp) -> bool {
    (0..LIFETIME_SECONDS).contains(&now.seconds_since(at))
}

/// Whether it describes the provider that was configured, and over TLS wherever that one is.
fn check(provider: OauthProvider, issuer: &str, metadata: &Metadata) -> Result<(), OpenIdError> {
    let unusable = |what: String| Err(OpenIdError::Unusable(what));
    let own = metadata.issuer.trim_end_matches('/') == issuer;
    // The description for all directories names none; the host is the configured one's all the same.
    let templated = provider == OauthProvider::Microsoft
        && metadata.issuer.contains(DIRECTORY)
        && origin(&metadata.issuer).is_some_and(|found| Some(found) == origin(issuer));
    if !own && !templated {
        return unusable(format!("it is that of {}", metadata.issuer));
    }
    for address in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
        if !is_safe(address) {
            return unusable(format!("{address} is not an https:// address"));
        }
    }
    Ok(())
}

fn origin(address: &str) -> Option<url::Origin> {
    Url::parse(address).ok().map(|url| url.origin())
}

/// Over TLS, or to this very machine.
fn is_safe(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        },
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(issuer: &str, token_endpoint: &str) -> Metadata {
        Metadata {
            issuer: issuer.into(),
            authorization_endpoint: "https://login.example/authorize".into(),
            token_endpoint: token_endpoint.into(),
            jwks_uri: "https://login.example/keys".into(),
        }
    }

    #[test]
    fn a_description_is_of_the_provider_it_was_asked_of() {
        let token = "https://login.example/token";
        let google =
            |issuer| check(OauthProvider::Google, "https://login.example", &described(issuer, token));
        assert!(google("https://login.example").is_ok());
        assert!(google("https://login.example/").is_ok());
        assert!(google("https://evil.example").is_err());
        assert!(google("https://login.example/{tenantid}/v2.0").is_err());
        let common = "https://login.example/common/v2.0";
        let microsoft = |issuer| check(OauthProvider::Microsoft, common, &described(issuer, token));
        assert!(microsoft("https://login.example/{tenantid}/v2.0").is_ok());
        assert!(microsoft("https://evil.example/{tenantid}/v2.0").is_err());
        assert!(microsoft("https://login.example/another/v2.0").is_err());
    }

    #[test]
    fn codes_and_secrets_travel_over_tls_or_not_at_all() {
        let at =
            |token| check(OauthProvider::Google, "https://a.example", &described("https://a.example", token));
        assert!(at("https://b.example/token").is_ok());
        assert!(at("http://127.0.0.1:9/token").is_ok());
        for bad in ["http://b.example/token", "http://127.0.0.1.b.example/token", "ftp://b.example", "token"]
        {
            assert!(at(bad).is_err(), "{bad}");
        }
    }
}
