//! Where connections and the push log are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, Page, PushId, Revision, StoreError, Timestamp, UserId};
use uuid::Uuid;

use crate::{MemberMapping, PsaConnection, PushKey, PushRecord, PushState};

/// Keeps an account's connection and who is who at its PSA.
#[async_trait]
pub trait PsaConnectionRepository: Send {
    /// Keeps a new connection; its account is the tenant, and has none yet.
    async fn insert_psa_connection(&mut self, connection: &PsaConnection) -> Result<(), StoreError>;
    /// The account's connection.
    async fn psa_connection(&mut self, tenant: AccountId) -> Result<Option<PsaConnection>, StoreError>;
    /// Keeps a changed connection if it is still at `expected`; whether it was.
    async fn update_psa_connection(
        &mut self,
        connection: &PsaConnection,
        expected: Revision,
    ) -> Result<bool, StoreError>;
    /// Takes the account's connection away, and who is who there; whether there was one. The push log stays.
    async fn delete_psa_connection(&mut self, tenant: AccountId) -> Result<bool, StoreError>;
    /// Who is who, by person.
    async fn psa_members(&mut self, tenant: AccountId) -> Result<Vec<MemberMapping>, StoreError>;
    /// Says who somebody is; replaces what was said before.
    async fn set_psa_member(&mut self, mapping: &MemberMapping) -> Result<(), StoreError>;
    /// Forgets who somebody is; whether it was known.
    async fn clear_psa_member(&mut self, tenant: AccountId, user: UserId) -> Result<bool, StoreError>;
}

/// What became of a new push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertPushOutcome {
    /// Kept.
    Kept,
    /// The account has a push with that key; nothing was kept.
    Known,
}

/// Which pushes to list. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushFilter {
    /// Of this session, whichever kind.
    pub session: Option<Uuid>,
    /// That stand so.
    pub state: Option<PushState>,
    /// Asked for by this person.
    pub requested_by: Option<UserId>,
}

/// Where a page ends; the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushCursor {
    /// When its last push was asked for.
    pub created_at: Timestamp,
    /// That push.
    pub id: PushId,
}

/// Keeps the push log.
#[async_trait]
pub trait PushLog: Send {
    /// Keeps a new push, unless its key is taken; its account is the tenant.
    async fn insert_push(&mut self, record: &PushRecord) -> Result<InsertPushOutcome, StoreError>;
    /// A push of the account.
    async fn push_by_id(&mut self, tenant: AccountId, id: PushId) -> Result<Option<PushRecord>, StoreError>;
    /// The push with that key.
    async fn push_by_key(
        &mut self,
        tenant: AccountId,
        key: &PushKey,
    ) -> Result<Option<PushRecord>, StoreError>;
    /// Keeps what changes of a push (content, warnings, state) if it is still at `expected`; whether it was.
    async fn update_push(&mut self, record: &PushRecord, expected: Revision) -> Result<bool, StoreError>;
    /// A page of what comes after `after`: newest first, then by id, newest first.
    async fn list_pushes(
        &mut self,
        tenant: AccountId,
        filter: &PushFilter,
        after: Option<PushCursor>,
        page: Page,
    ) -> Result<Vec<PushRecord>, StoreError>;
}
