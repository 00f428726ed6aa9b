//! Callbacks: whether one is the site's own, and which ticket it is about. Nothing else of it is believed: whoever wants
//! to know what changed asks the API.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rf_psa::{Hint, PsaCallback, PsaError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::time::{Duration, Instant};
use url::Url;

use crate::client::{Call, Client, parse};

/// A signing key is not asked for again within so long.
const KEY_IS_FRESH: Duration = Duration::from_secs(60);
/// The cloud keeps its keys at several of its hosts.
const CLOUD: &str = ".myconnectwise.net";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    action: String,
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "ID")]
    id: i64,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    key_url: String,
}

#[derive(Deserialize)]
struct Key {
    signing_key: SecretString,
}

/// A signing key, where it is from and when it was asked for.
pub(crate) struct SigningKey {
    address: Url,
    key: SecretString,
    since: Instant,
}

/// Prints nothing of it.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

fn refused() -> PsaError {
    PsaError::Invalid { field: None, message: "The callback is not one of this ConnectWise.".into() }
}

impl Client {
    /// What a callback hints at, if the site has signed it.
    pub(crate) async fn callback(&self, body: &[u8], signature: &str) -> Result<Hint, PsaError> {
        if body.len() > PsaCallback::MAX_BODY_BYTES {
            return Err(refused());
        }
        let signature = BASE64_STANDARD.decode(signature.trim()).map_err(|_| refused())?;
        let Body { action, kind, id, metadata } = serde_json::from_slice(body).map_err(|_| refused())?;
        let address = key_address(&metadata.key_url, self.site()).ok_or_else(refused)?;
        if !self.is_signed(&address, body, &signature).await? {
            return Err(refused());
        }
        if !kind.eq_ignore_ascii_case("ticket") {
            return Ok(Hint::Other);
        }
        let (ticket, deleted) = (id.into(), action.eq_ignore_ascii_case("deleted"));
        Ok(Hint::Ticket { ticket, deleted })
    }
}

impl Client {
    /// Whether the key at that address signed the body. The key is kept: what is wrongly signed is no way to have it asked
    /// for over and over; one that was changed there is known after [`KEY_IS_FRESH`].
    async fn is_signed(&self, address: &Url, body: &[u8], signature: &[u8]) -> Result<bool, PsaError> {
        let mut kept = self.signing_key.lock().await;
        if let Some(known) = kept.as_ref().filter(|known| known.address == *address) {
            let genuine = is_genuine(known.key.expose_secret(), body, signature);
            if genuine || known.since.elapsed() < KEY_IS_FRESH {
                return Ok(genuine);
            }
        }
        let call = Call::get("signing key", Vec::new());
        // Where the key is comes from whoever sent this, so no credentials go there.
        let answer = self.send_again(&call, address.clone(), false).await?;
        let Key { signing_key: key } = parse(call.effect, &answer.body)?;
        let genuine = is_genuine(key.expose_secret(), body, signature);
        *kept = Some(SigningKey { address: address.clone(), key, since: Instant::now() });
        Ok(genuine)
    }
}

/// The address of the key, if it is one of the site's: otherwise anybody could sign with a key of their own.
fn key_address(text: &str, site: &Url) -> Option<Url> {
    let address = Url::parse(text).ok()?;
    let cloud = |url: &Url| {
        url.scheme() == "https"
            && url.port().is_none()
            && url.host_str().is_some_and(|host| host.ends_with(CLOUD))
    };
    let bare = address.username().is_empty() && address.password().is_none();
    (bare && (address.origin() == site.origin() || (cloud(&address) && cloud(site)))).then_some(address)
}

/// An HMAC over the body as it came, under the digest of the key.
fn is_genuine(key: &str, body: &[u8], signature: &[u8]) -> bool {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(&Sha256::digest(key)) else { return false };
    // In constant time.
    mac.chain_update(body).verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_fetched_from_the_site_alone() {
        let (cloud, own) = ("https://api-na.myconnectwise.net/", "https://psa.brightwater.example:8443/");
        for (text, site, taken) in [
            ("https://api-na.myconnectwise.net/v4_6_release/keys/1", cloud, true),
            ("https://na.myconnectwise.net/keys/1", cloud, true),
            ("https://psa.brightwater.example:8443/keys/1", own, true),
            ("https://psa.brightwater.example/keys/1", own, false),
            ("https://na.myconnectwise.net/keys/1", own, false),
            ("http://na.myconnectwise.net/keys/1", cloud, false),
            ("https://evilmyconnectwise.net/keys/1", cloud, false),
            ("https://na.myconnectwise.net.evil.example/keys/1", cloud, false),
            ("https://na.myconnectwise.net@evil.example/keys/1", cloud, false),
            ("https://user@na.myconnectwise.net/keys/1", cloud, false),
            ("https://na.myconnectwise.net:8443/keys/1", cloud, false),
            ("http://169.254.169.254/latest", cloud, false),
            ("file:///etc/passwd", cloud, false),
            ("", cloud, false),
        ] {
            assert_eq!(key_address(text, &Url::parse(site).unwrap()).is_some(), taken, "{text} for {site}");
        }
    }
}
