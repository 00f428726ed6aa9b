//! Requests that a client may send twice: the first one acts, the others get its answer.

use async_trait::async_trait;
use rf_kernel::{AccountId, StoreError, Timestamp, UserId};

/// How long an answer is kept.
pub const KEY_LIFETIME_SECONDS: i64 = 24 * 60 * 60;

/// A client's claim to be the first with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyClaim {
    /// The tenant.
    pub account_id: AccountId,
    /// Who sends it; other people's keys are other keys.
    pub user_id: UserId,
    /// What the client chose.
    pub key: String,
    /// Tells requests apart: the same key with another request is a mistake.
    pub request_hash: String,
    /// Now; keys that ended before are free.
    pub now: Timestamp,
    /// When this key ends.
    pub expires_at: Timestamp,
}

/// An answer as it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The revision of what was made, where it has one.
    pub etag: Option<String>,
    /// The body.
    pub body: String,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyOutcome {
    /// The first: act, and keep the answer in the same unit.
    Claimed,
    /// Somebody was first.
    Known {
        /// Their request.
        request_hash: String,
        /// What they were told.
        answer: KeptAnswer,
    },
}

/// Keys with the answers given under them.
#[async_trait]
pub trait IdempotencyRepository: Send {
    /// Takes the key, unless an answer is kept under it. While another unit holds the key this waits for its end:
    /// a commit makes the key known, a rollback leaves it free. Forgets the account's keys that have ended.
    async fn claim_key(&mut self, claim: &KeyClaim) -> Result<KeyOutcome, StoreError>;
    /// Keeps the answer under the key this unit has claimed.
    async fn keep_answer(&mut self, claim: &KeyClaim, answer: &KeptAnswer) -> Result<(), StoreError>;
}
