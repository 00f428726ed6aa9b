//! The provider's public keys.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use rf_kernel::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    OpenIdError, OpenIdProvider,
    metadata::{Metadata, is_young},
};

/// A token with a key nobody knows has the keys fetched, but not more often than this: else anybody could have us ask
/// the provider as often as they like.
const PAUSE_SECONDS: i64 = 10;

/// As the provider serves them; one we cannot read does not spoil the others.
#[derive(Deserialize)]
pub(crate) struct Served {
    keys: Vec<Value>,
}

/// A key that can check signatures.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) jwk: Jwk,
    /// Whose tokens it signs, where the provider says so.
    pub(crate) issuer: Option<String>,
}

/// The keys as they were.
#[derive(Clone, Debug)]
pub(crate) struct KeySet {
    keys: Vec<Key>,
    at: Timestamp,
}

impl KeySet {
    pub(crate) fn of(served: Served, now: Timestamp) -> Result<Self, OpenIdError> {
        let keys: Vec<_> = served.keys.into_iter().filter_map(key).collect();
        if keys.is_empty() {
            return Err(OpenIdError::Unusable("it has no keys".into()));
        }
        Ok(Self { keys, at: now })
    }

    fn find(&self, kid: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.jwk.common.key_id.as_deref() == Some(kid))
    }
}

/// A public key for signatures; all else is left out, secrets above all.
fn key(value: Value) -> Option<Key> {
    let issuer = value.get("issuer").and_then(Value::as_str).map(str::to_owned);
    if value.get("use").and_then(Value::as_str).is_some_and(|used| used != "sig") {
        return None;
    }
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let is_public =
        matches!(jwk.algorithm, AlgorithmParameters::RSA(_) | AlgorithmParameters::EllipticCurve(_));
    is_public.then_some(Key { jwk, issuer })
}

impl OpenIdProvider {
    /// The key of that name. Providers exchange their keys when they like, so an unknown one is looked for once more.
    pub(crate) async fn key(
        &self,
        metadata: &Metadata,
        kid: &str,
        now: Timestamp,
    ) -> Result<Key, OpenIdError> {
        let unknown =
            || OpenIdError::TokenRefused("it is signed with a key the provider does not have".into());
        // Held while the keys are fetched: many who wait for them ask once.
        let mut known = self.known.lock().await;
        let kept = known.as_ref().and_then(|known| known.keys.as_ref()).filter(|keys| is_young(keys.at, now));
        if let Some(keys) = kept {
            if let Some(key) = keys.find(kid) {
                return Ok(key.clone());
            }
            if now.seconds_since(keys.at) < PAUSE_SECONDS {
                return Err(unknown());
            }
        }
        let keys = self.fetch_keys(metadata, now).await?;
        let found = keys.find(kid).cloned();
        if let Some(known) = known.as_mut() {
            known.keys = Some(keys);
        }
        found.ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_public_keys_for_signatures_are_taken() {
        let ec = json!({ "kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "ec" });
        assert!(key(ec.clone()).is_some());
        let mut sealed = ec;
        sealed["use"] = "enc".into();
        assert!(key(sealed).is_none());
        assert!(key(json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "oct" })).is_none());
        assert!(key(json!({ "kty": "odd" })).is_none());
        let now = Timestamp::from_unix(0).unwrap();
        assert!(KeySet::of(Served { keys: vec![json!({ "kty": "oct", "k": "c2VjcmV0" })] }, now).is_err());
    }
}
