//! Credentials at rest. A secret is sealed with Fernet (AES-128 and HMAC-SHA256), so what was sealed by another
//! program with the same key opens here. Fernet binds a token to nothing, therefore the account and the record it
//! belongs to are sealed with it and compared when it is opened: a token moved to another row is refused.
//!
//! The first key seals, all of them open. To exchange a key: put the new one first, rewrap what is kept, take the
//! old one away.
#![warn(missing_docs)]

mod rows;

use fernet::{Fernet, MultiFernet};
use rf_kernel::AccountId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use rows::{Seal, SealedKind, SealedRow, SealedRows};

/// A sealed secret: text that may be kept, and is of no use in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// What a store keeps.
    #[must_use]
    pub const fn from_stored(token: String) -> Self {
        Self(token)
    }

    /// For a store to keep.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// Where a secret belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub account_id: AccountId,
    /// The row that holds it.
    pub record_id: Uuid,
}

/// Why a sealed secret does not open. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No key of ours sealed it, or it was changed.
    #[error("the credential was sealed with a key that is not configured, or was changed")]
    NotGenuine,
    /// It belongs to another account or record.
    #[error("the credential belongs to another record")]
    Misplaced,
}

/// Why there is no vault.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Nothing to seal with.
    #[error("at least one key is needed")]
    Empty,
    /// Not 32 bytes in URL-safe base64.
    #[error("key {0} is not a Fernet key: 32 random bytes in URL-safe base64")]
    Malformed(usize),
}

/// What is inside a token.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    account_id: Uuid,
    record_id: Uuid,
    secret: String,
}

/// Seals and opens.
#[derive(Clone)]
pub struct Vault {
    newest: Fernet,
    all: MultiFernet,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl Vault {
    /// With these keys; the first seals.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn new(keys: &[SecretString]) -> Result<Self, KeyringError> {
        let mut fernets = Vec::with_capacity(keys.len());
        for (index, key) in keys.iter().enumerate() {
            let fernet = Fernet::new(key.expose_secret().trim());
            fernets.push(fernet.ok_or(KeyringError::Malformed(index + 1))?);
        }
        let newest = fernets.first().cloned().ok_or(KeyringError::Empty)?;
        Ok(Self { newest, all: MultiFernet::new(fernets) })
    }

    /// A key nobody has.
    #[must_use]
    pub fn generate_key() -> SecretString {
        Fernet::generate_key().into()
    }

    /// Seals a secret for its place.
    ///
    /// # Errors
    /// Never in practice: a text is always JSON.
    pub fn seal(&self, place: Place, secret: &SecretString) -> Result<Sealed, serde_json::Error> {
        let content = Content {
            account_id: place.account_id.uuid(),
            record_id: place.record_id,
            secret: secret.expose_secret().to_owned(),
        };
        Ok(Sealed(self.newest.encrypt(&serde_json::to_vec(&content)?)))
    }

    /// Opens what belongs there.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn open(&self, place: Place, sealed: &Sealed) -> Result<SecretString, VaultError> {
        let content = self.all.decrypt(&sealed.0).map_err(|_| VaultError::NotGenuine)?;
        let content: Content = serde_json::from_slice(&content).map_err(|_| VaultError::NotGenuine)?;
        if (content.account_id, content.record_id) != (place.account_id.uuid(), place.record_id) {
            return Err(VaultError::Misplaced);
        }
        Ok(content.secret.into())
    }

    /// The same secret under the newest key; `None` when it is under it already.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn rewrap(&self, place: Place, sealed: &Sealed) -> Result<Option<Sealed>, VaultError> {
        let secret = self.open(place, sealed)?;
        if self.newest.decrypt(&sealed.0).is_ok() {
            return Ok(None);
        }
        self.seal(place, &secret).map(Some).map_err(|_| VaultError::NotGenuine)
    }
}

#[cfg(test)]
mod tests;
