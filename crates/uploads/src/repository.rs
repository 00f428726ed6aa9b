//! Where what is known of files is kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, StoreError, Timestamp, UploadId, UserId};

use crate::{Attachment, Upload};

/// Keeps what is known of files.
#[async_trait]
pub trait UploadRepository: Send {
    /// Takes a file's place.
    async fn insert_upload(&mut self, upload: &Upload) -> Result<(), StoreError>;
    /// A file of the account.
    async fn upload_by_id(&mut self, tenant: AccountId, id: UploadId) -> Result<Option<Upload>, StoreError>;
    /// Says that its bytes are there. Whether there is such a file.
    async fn mark_upload_kept(&mut self, tenant: AccountId, id: UploadId) -> Result<bool, StoreError>;
    /// Attaches a file whose bytes are there to a conversation. Whether it was attached to nothing before.
    async fn attach_upload(
        &mut self,
        tenant: AccountId,
        id: UploadId,
        to: Attachment,
    ) -> Result<bool, StoreError>;
    /// The files of a conversation, in the order they came.
    async fn uploads_of(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
    ) -> Result<Vec<Upload>, StoreError>;
    /// A person's files that are attached to nothing, in the order they came.
    async fn loose_uploads(&mut self, tenant: AccountId, person: UserId) -> Result<Vec<Upload>, StoreError>;
    /// Takes a file away. Whether there was one.
    async fn delete_upload(&mut self, tenant: AccountId, id: UploadId) -> Result<bool, StoreError>;
    /// Bytes of all files of the account, those that only have their place included.
    async fn uploaded_bytes(&mut self, tenant: AccountId) -> Result<i64, StoreError>;
    /// Takes away what was attached to nothing and came before then, of every account. For a system unit.
    async fn sweep_loose_uploads(&mut self, before: Timestamp) -> Result<u64, StoreError>;
    /// Which of these are files, of any account. For a system unit.
    async fn known_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<UploadId>, StoreError>;
}
