//! The port to where the bytes of files are.

use async_trait::async_trait;
use rf_kernel::{AccountId, Timestamp, UploadId};

/// Where files are kept did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BlobError(pub String);

/// A file that is there, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobAge {
    /// Whose it is.
    pub account_id: AccountId,
    /// Which.
    pub id: UploadId,
    /// When it was written.
    pub written_at: Timestamp,
}

/// Keeps bytes by account and id, and by nothing a client can choose.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Keeps bytes, all or nothing.
    ///
    /// # Errors
    /// [`BlobError`].
    async fn put(&self, tenant: AccountId, id: UploadId, bytes: Vec<u8>) -> Result<(), BlobError>;
    /// The bytes; `None` where there are none.
    ///
    /// # Errors
    /// [`BlobError`].
    async fn get(&self, tenant: AccountId, id: UploadId) -> Result<Option<Vec<u8>>, BlobError>;
    /// Takes bytes away; those that are not there are gone already.
    ///
    /// # Errors
    /// [`BlobError`].
    async fn delete(&self, tenant: AccountId, id: UploadId) -> Result<(), BlobError>;
    /// Everything there is.
    ///
    /// # Errors
    /// [`BlobError`].
    async fn list(&self) -> Result<Vec<BlobAge>, BlobError>;
}
