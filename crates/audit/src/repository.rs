//! Where audit entries are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, AuditId, StoreError, Timestamp, UserId};
use uuid::Uuid;

use crate::{AuditChain, AuditEntry, ChainedEntry};

/// Which entries to list; what is not given narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of that action.
    pub action: Option<String>,
    /// Done by that person.
    pub actor_id: Option<UserId>,
    /// Done to that kind of thing.
    pub target_kind: Option<String>,
    /// Done to that thing.
    pub target_id: Option<Uuid>,
    /// From this instant on.
    pub after: Option<Timestamp>,
    /// Before this instant.
    pub before: Option<Timestamp>,
}

impl AuditFilter {
    /// Whether the entry is one to list.
    #[must_use]
    pub fn takes(&self, entry: &AuditEntry) -> bool {
        self.action.as_ref().is_none_or(|action| *action == entry.action)
            && self.actor_id.is_none_or(|id| entry.actor_id == Some(id))
            && self.target_kind.as_ref().is_none_or(|kind| *kind == entry.target_kind)
            && self.target_id.is_none_or(|id| entry.target_id == Some(id))
            && self.after.is_none_or(|after| entry.at >= after)
            && self.before.is_none_or(|before| entry.at < before)
    }
}

/// A place in a list, newest first: what comes after it is older, or of the same instant with a smaller id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditCursor {
    /// When the entry happened.
    pub at: Timestamp,
    /// Its id.
    pub id: AuditId,
}

impl AuditCursor {
    /// The place of an entry.
    #[must_use]
    pub const fn of(entry: &AuditEntry) -> Self {
        Self { at: entry.at, id: entry.id }
    }
}

/// Keeps audit entries.
#[async_trait]
pub trait AuditLog: Send {
    /// Appends `entry` to its account's chain; its account is the tenant. Appenders of one account take turns
    /// until their units end, so let it be among the last things a unit does.
    async fn append_audit(&mut self, entry: AuditEntry) -> Result<(), StoreError>;

    /// The newest `limit` entries of an account with the given action, newest first.
    async fn audit_entries(
        &mut self,
        tenant: AccountId,
        action: &str,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError>;

    /// At most `limit` entries of an account after `cursor`, newest first.
    async fn list_audit(
        &mut self,
        tenant: AccountId,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError>;

    /// [`AuditLog::list_audit`] over every account the unit sees.
    async fn list_all_audit(
        &mut self,
        filter: &AuditFilter,
        cursor: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError>;

    /// The actions an account has entries of, by name.
    async fn audit_actions(&mut self, tenant: AccountId) -> Result<Vec<String>, StoreError>;

    /// How an account's chain stands; `None` before its first entry.
    async fn audit_chain(&mut self, tenant: AccountId) -> Result<Option<AuditChain>, StoreError>;

    /// The same, and no entry is added or pruned until the unit ends.
    async fn lock_audit_chain(&mut self, tenant: AccountId) -> Result<Option<AuditChain>, StoreError>;

    /// At most `limit` entries of an account numbered above `after`, by their number.
    async fn audit_links(
        &mut self,
        tenant: AccountId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<ChainedEntry>, StoreError>;

    /// Says how many days an account's entries are kept; `None` = for ever.
    async fn set_audit_retention(&mut self, tenant: AccountId, days: Option<i64>) -> Result<(), StoreError>;

    /// The accounts that have a chain and the unit sees, by id.
    async fn audited_accounts(&mut self) -> Result<Vec<AccountId>, StoreError>;

    /// Takes away the oldest entries up to the first that happened at or after `before`, and anchors the chain
    /// there; answers how many went. System units only: nobody else may delete from the log.
    async fn prune_audit(&mut self, tenant: AccountId, before: Timestamp) -> Result<u64, StoreError>;
}
