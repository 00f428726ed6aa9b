//! What a store keeps sealed. Implemented by the store adapters; a new place for secrets gets a kind here, and with it
//! the exchange of keys.

use async_trait::async_trait;
use rf_kernel::StoreError;
use serde::Serialize;
use uuid::Uuid;

use crate::{Place, Sealed, Vault, VaultError};

/// What a sealed secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedKind {
    /// Keys of an account's connection to its PSA.
    PsaConnection,
    /// The shared secret of a person's second factor.
    SecondFactor,
    /// The address of a channel's webhook.
    Channel,
}

impl SealedKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::PsaConnection, Self::SecondFactor, Self::Channel];

    /// What there are several of, for people.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::PsaConnection => "PSA connections",
            Self::SecondFactor => "second factors",
            Self::Channel => "channels",
        }
    }
}

/// A sealed secret as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// What it is for.
    pub kind: SealedKind,
    /// Where it belongs.
    pub place: Place,
    /// The secret.
    pub sealed: Sealed,
}

/// Reads and replaces sealed secrets, whatever they are for.
#[async_trait]
pub trait SealedRows: Send {
    /// At most so many of a kind with records after that one, by record, of all accounts the unit sees.
    async fn sealed_rows(
        &mut self,
        kind: SealedKind,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<SealedRow>, StoreError>;
    /// Keeps the secret of that row sealed anew, if it is still sealed as the row says; whether it was. Whoever read the
    /// record before cannot write the old seal back: its revision goes up.
    async fn reseal(&mut self, row: &SealedRow, sealed: &Sealed) -> Result<bool, StoreError>;
}

/// Under which key a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The newest: there is nothing to do.
    Newest,
    /// An older one; this is the same secret under the newest.
    Older(Sealed),
    /// None of ours, or it is not where it belongs.
    Unreadable(VaultError),
}

impl Vault {
    /// Under which key the secret of a row is.
    #[must_use]
    pub fn inspect(&self, row: &SealedRow) -> Seal {
        match self.rewrap(row.place, &row.sealed) {
            Ok(None) => Seal::Newest,
            Ok(Some(sealed)) => Seal::Older(sealed),
            Err(error) => Seal::Unreadable(error),
        }
    }
}
