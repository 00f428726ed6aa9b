//! Texts of an account as vectors: what they mean, as a model of embeddings has it.

use async_trait::async_trait;
use rf_kernel::{AccountId, StoreError, Timestamp};

/// What a text means. Known by the text that was sent, so that the same text is sent once, wherever it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// The SHA-256 of the text that was sent, hexadecimal.
    pub digest: String,
    /// The vector, of length 1.
    pub vector: Vec<f32>,
}

/// Changes whenever the vectors of an account do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmbeddingStamp {
    /// How many there are.
    pub vectors: i64,
    /// When the newest was kept.
    pub newest: Option<Timestamp>,
}

/// Keeps vectors.
#[async_trait]
pub trait EmbeddingRepository: Send {
    /// Keeps vectors of a model; those that are known already stay as they are.
    async fn insert_embeddings(
        &mut self,
        tenant: AccountId,
        model: &str,
        embeddings: &[Embedding],
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// The vectors of a model, by digest.
    async fn embeddings(&mut self, tenant: AccountId, model: &str) -> Result<Vec<Embedding>, StoreError>;
    /// The digests of the vectors of a model, in order.
    async fn embedded(&mut self, tenant: AccountId, model: &str) -> Result<Vec<String>, StoreError>;
    /// Takes away the vectors of these digests, and of every other model. Answers how many.
    async fn forget_embeddings(
        &mut self,
        tenant: AccountId,
        model: &str,
        digests: &[String],
    ) -> Result<u64, StoreError>;
    /// Changes whenever the vectors of a model do.
    async fn embedding_stamp(&mut self, tenant: AccountId, model: &str)
    -> Result<EmbeddingStamp, StoreError>;
}
