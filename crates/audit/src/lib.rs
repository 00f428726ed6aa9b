//! Audit entries: who did what to which thing, the chain that shows tampering, and the port that keeps them.
//! Append-only.
#![warn(missing_docs)]

mod chain;
pub mod events;
mod export;
mod repository;

use rf_kernel::{AccountId, AuditId, RequestId, Timestamp, UserId};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use chain::{AuditChain, ChainCheck, ChainFault, ChainHash, ChainedEntry, link};
pub use export::{csv, jsonl};
pub use repository::{AuditCursor, AuditFilter, AuditLog};

/// The fewest days entries are kept where an account limits it.
pub const MIN_RETENTION_DAYS: i64 = 30;
/// The most.
pub const MAX_RETENTION_DAYS: i64 = 3_650;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// The account it happened in.
    pub account_id: AccountId,
    /// Who did it; `None` when nobody was signed in.
    pub actor_id: Option<UserId>,
    /// One of [`events`].
    pub action: String,
    /// What kind of thing it was done to, such as `tree`.
    pub target_kind: String,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// What changed, with `before` and `after` where there is both. Never a secret.
    pub payload: Value,
    /// The request that did it.
    pub request_id: RequestId,
    /// When.
    pub at: Timestamp,
}

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// More entries match than one file holds.
    pub const AUDIT_EXPORT_TOO_LARGE: Code = Code::new("audit_export_too_large", Kind::Invalid);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[AUDIT_EXPORT_TOO_LARGE];
}
