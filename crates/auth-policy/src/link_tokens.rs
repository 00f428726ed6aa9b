//! Single-use tokens that travel in links of mails.
//!
//! A token is made from its id with the installation's key, and only its SHA-256 is stored: whoever reads the
//! database, or a backup of it, holds no token, and a mail that waits to be sent need not hold one either.

use std::{fmt::Write, str::FromStr};

use jsonwebtoken::{Algorithm, EncodingKey};
use rf_kernel::LinkTokenId;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::TokenKeys;

/// What a link lets its reader do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkPurpose {
    /// Choose a new password.
    ResetPassword,
    /// Prove that an address is theirs.
    VerifyEmail,
    /// Sign in with another address from now on, which the link went to.
    ChangeEmail,
    /// Join an account.
    Invite,
}

impl LinkPurpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ResetPassword, Self::VerifyEmail, Self::ChangeEmail, Self::Invite];

    /// Those that act for the person they were sent to.
    pub const OF_PEOPLE: [Self; 3] = [Self::ResetPassword, Self::VerifyEmail, Self::ChangeEmail];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::Invite => "invite",
        }
    }

    /// How long such a link works, seconds.
    #[must_use]
    pub const fn lifetime_seconds(self) -> i64 {
        match self {
            Self::ResetPassword => 3_600,
            Self::VerifyEmail | Self::ChangeEmail => 3 * 86_400,
            Self::Invite => 7 * 86_400,
        }
    }
}

impl FromStr for LinkPurpose {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == s)
            .ok_or_else(|| format!("unknown link purpose {s:?}"))
    }
}

impl TokenKeys {
    /// The token with that id: 256 bits nobody can make without the key, fit for an address.
    ///
    /// # Errors
    /// What the library says; never in practice.
    pub fn link_token(&self, purpose: LinkPurpose, id: LinkTokenId) -> Result<SecretString, String> {
        self.secret_of(&format!("resolutionflow:link:{}:{id}", purpose.as_str()))
    }

    /// A secret one browser gets for one way to a provider and back, made from an id nobody else has seen.
    ///
    /// # Errors
    /// What the library says; never in practice.
    pub fn browser_secret(&self, id: LinkTokenId) -> Result<SecretString, String> {
        self.secret_of(&format!("resolutionflow:browser:{id}"))
    }

    /// The secret in an address that a PSA sends callbacks to.
    ///
    /// # Errors
    /// What the library says; never in practice.
    pub fn callback_token(&self, id: LinkTokenId) -> Result<SecretString, String> {
        self.secret_of(&format!("resolutionflow:psa-callback:{id}"))
    }

    /// 256 bits nobody can foresee, made from an id nobody else has seen.
    ///
    /// # Errors
    /// What the library says; never in practice.
    pub fn random_bytes(&self, id: LinkTokenId) -> Result<[u8; 32], String> {
        let secret = self.secret_of(&format!("resolutionflow:bytes:{id}"))?;
        Ok(Sha256::digest(secret.expose_secret().as_bytes()).into())
    }

    fn secret_of(&self, message: &str) -> Result<SecretString, String> {
        let key = EncodingKey::from_secret(self.signing_secret().expose_secret().as_bytes());
        jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256)
            .map(Into::into)
            .map_err(|error| error.to_string())
    }
}

/// What is stored of a token.
#[must_use]
pub fn link_token_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::TokenKey;

    fn keys(secret: &str) -> TokenKeys {
        TokenKeys::new(vec![TokenKey { id: "1".into(), secret: secret.to_owned().into() }]).unwrap()
    }

    #[test]
    fn a_token_hangs_on_key_purpose_and_id_and_fits_an_address() {
        let (ours, theirs) = (keys(&"a".repeat(32)), keys(&"b".repeat(32)));
        let id = |n| LinkTokenId(Uuid::from_u128(n));
        let token = |keys: &TokenKeys, purpose, n| {
            keys.link_token(purpose, id(n)).unwrap().expose_secret().to_owned()
        };
        let all = [
            token(&ours, LinkPurpose::ResetPassword, 1),
            token(&ours, LinkPurpose::VerifyEmail, 1),
            token(&ours, LinkPurpose::ResetPassword, 2),
            token(&theirs, LinkPurpose::ResetPassword, 1),
        ];
        for (n, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 43, "256 bits: {one}");
            assert!(one.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{one}");
            assert!(!all[n + 1..].contains(one), "{one} twice");
        }
        assert_eq!(token(&ours, LinkPurpose::ResetPassword, 1), all[0], "made again it is the same");
    }

    #[test]
    fn the_stored_hash_is_sha_256() {
        assert_eq!(
            link_token_hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
