//! The ID token and all that has to be right about it.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rf_accounts::{IdentityKey, OauthProvider, ProvenIdentity};
use rf_kernel::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::{
    OpenIdError, OpenIdProvider,
    metadata::{DIRECTORY, Metadata},
};

/// What a token may be signed with. Never a shared secret: the public key would do for one.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];
/// Longer ones are refused unread.
const MAX_TOKEN_BYTES: usize = 16 * 1_024;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    nonce: Option<String>,
    azp: Option<String>,
    /// Microsoft: the directory.
    tid: Option<String>,
    /// Google: the organisation's domain.
    hd: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    /// Microsoft, where the app asks for it: whether the domain's owner has been seen to own the address.
    #[serde(default)]
    xms_edov: Value,
    preferred_username: Option<String>,
    name: Option<String>,
}

fn refused<T>(why: &str) -> Result<T, OpenIdError> {
    Err(OpenIdError::TokenRefused(why.to_owned()))
}

/// Providers write truth in several ways.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "true" || text == "1",
        _ => false,
    }
}

impl OpenIdProvider {
    /// Who the token is about, if it is the provider's, for us, of now and of this browser's flow.
    pub(crate) async fn check(
        &self,
        metadata: &Metadata,
        token: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<ProvenIdentity, OpenIdError> {
        if token.len() > MAX_TOKEN_BYTES {
            return refused("it is too long");
        }
        let Ok(header) = decode_header(token) else { return refused("it is no token") };
        if !ALGORITHMS.contains(&header.alg) {
            return refused("its algorithm is none of ours");
        }
        let Some(kid) = header.kid else { return refused("it names no key") };
        let key = self.key(metadata, &kid, now).await?;
        let Ok(decoding) = DecodingKey::from_jwk(&key.jwk) else { return refused("its key is unusable") };
        let mut validation = Validation::new(header.alg);
        validation.leeway = 0;
        // The library would read a clock of its own; issuer and instant are compared below.
        validation.validate_exp = false;
        validation.set_audience(&[&self.settings.client_id]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let claims = match decode::<Claims>(token, &decoding, &validation) {
            Ok(token) => token.claims,
            Err(error) => return refused(&error.to_string()),
        };
        self.check_claims(metadata, claims, key.issuer.as_deref(), nonce, now)
    }

    fn check_claims(
        &self,
        metadata: &Metadata,
        claims: Claims,
        key_issuer: Option<&str>,
        nonce: &str,
        now: Timestamp,
    ) -> Result<ProvenIdentity, OpenIdError> {
        let provider = self.settings.provider;
        let directory = match provider {
            OauthProvider::Google => String::new(),
            OauthProvider::Microsoft => match claims.tid.clone() {
                Some(tid) if is_directory(&tid) => tid,
                _ => return refused("it names no directory"),
            },
        };
        if claims.iss != metadata.issuer.replace(DIRECTORY, &directory) {
            return refused("it is of another issuer");
        }
        if key_issuer.is_some_and(|issuer| claims.iss != issuer.replace(DIRECTORY, &directory)) {
            return refused("its key is not for its issuer");
        }
        let own = self.settings.client_id.as_str();
        let for_others = claims.aud.as_array().is_some_and(|all| all.len() > 1);
        if claims.azp.as_deref().map_or(for_others, |azp| azp != own) {
            return refused("it was made for another client");
        }
        if now.unix() >= claims.exp {
            return refused("it has expired");
        }
        let same = claims.nonce.is_some_and(|found| bool::from(found.as_bytes().ct_eq(nonce.as_bytes())));
        if !same {
            return refused("it belongs to another flow");
        }
        if claims.sub.is_empty() || claims.sub.len() > 255 {
            return refused("it names nobody");
        }
        let email = match provider {
            OauthProvider::Google => claims.email,
            // Work accounts often have no address but the name they sign in with.
            OauthProvider::Microsoft => claims.email.or(claims.preferred_username),
        };
        let email_verified = match provider {
            OauthProvider::Google => is_true(&claims.email_verified),
            // Any directory's admin writes any address they like; only this claim says that it is theirs.
            OauthProvider::Microsoft => is_true(&claims.xms_edov),
        };
        let domain = email
            .as_deref()
            .and_then(|email| email.rsplit_once('@'))
            .map(|(_, domain)| domain.to_lowercase());
        let email_authoritative = provider == OauthProvider::Google
            && email_verified
            && domain.is_some_and(|domain| {
                domain == "gmail.com" || claims.hd.is_some_and(|hd| hd.to_lowercase() == domain)
            });
        Ok(ProvenIdentity {
            key: IdentityKey { issuer: claims.iss, directory, subject: claims.sub },
            email,
            email_verified,
            email_authoritative,
            name: claims.name,
        })
    }
}

/// A directory's id goes into an address, so it is nothing but one.
fn is_directory(tid: &str) -> bool {
    (1..=64).contains(&tid.len()) && tid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
