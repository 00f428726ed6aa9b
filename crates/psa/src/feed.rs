//! How an account hears of changes in its PSA: callbacks, which are hints, and a look from time to time.

use std::fmt::Write;

use async_trait::async_trait;
use rf_kernel::{AccountId, LinkTokenId, PsaConnectionId, SessionId, StoreError, Timestamp};
use sha2::{Digest, Sha256};

use crate::{PsaId, SessionRef, TicketSnapshot};

/// What is known of an account's way to hear of changes. It is of one connection as it stands: one that is made anew has
/// another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PsaFeed {
    /// The tenant.
    pub account_id: AccountId,
    /// Of which connection.
    pub connection_id: PsaConnectionId,
    /// What the secret in the address of its callbacks is made from.
    pub token_id: LinkTokenId,
    /// What the PSA calls the callback; none where it sends none.
    pub callback_id: Option<PsaId>,
    /// Why it sends none, in words.
    pub problem: Option<String>,
    /// The newest change that was seen, by the PSA's own clock.
    pub seen_until: Option<Timestamp>,
    /// When tickets were last asked for by ours.
    pub synced_at: Option<Timestamp>,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

/// A callback as it came, once it was found to be genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PsaCallback {
    /// The tenant.
    pub account_id: AccountId,
    /// To which connection.
    pub connection_id: PsaConnectionId,
    /// Of its body: the same delivery twice is one.
    pub digest: String,
    /// About which ticket; none where it is about something else.
    pub ticket: Option<PsaId>,
    /// As it came.
    pub body: String,
    /// When.
    pub received_at: Timestamp,
}

impl PsaCallback {
    /// The longest body that is taken, bytes: a ticket's row is far below.
    pub const MAX_BODY_BYTES: usize = 512 * 1_024;
    /// How long they are kept, seconds.
    pub const KEPT_SECONDS: i64 = 14 * 86_400;

    /// What tells a delivery from all others.
    #[must_use]
    pub fn digest_of(body: &[u8]) -> String {
        Sha256::digest(body).iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text never fails.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Keeps feeds, callbacks and the tickets of guided sessions, and knows which sessions are under way for which ticket.
#[async_trait]
pub trait PsaFeedRepository: Send {
    /// The account's feed.
    async fn psa_feed(&mut self, tenant: AccountId) -> Result<Option<PsaFeed>, StoreError>;
    /// Keeps a feed in the place of the account's one.
    async fn put_psa_feed(&mut self, feed: &PsaFeed) -> Result<(), StoreError>;
    /// Takes the account's feed away; whether there was one.
    async fn delete_psa_feed(&mut self, tenant: AccountId) -> Result<bool, StoreError>;
    /// Keeps a callback; whether it is one that was not kept before.
    async fn keep_psa_callback(&mut self, callback: &PsaCallback) -> Result<bool, StoreError>;
    /// Takes away the account's callbacks that came before; how many.
    async fn prune_psa_callbacks(&mut self, tenant: AccountId, before: Timestamp) -> Result<u64, StoreError>;
    /// The accounts that have a connection, of those the unit may see.
    async fn accounts_with_psa(&mut self) -> Result<Vec<AccountId>, StoreError>;
    /// The tickets of sessions of either kind that have not ended, as somebody wrote them; those worked on last first.
    async fn tickets_under_way(&mut self, tenant: AccountId, limit: u64) -> Result<Vec<String>, StoreError>;
    /// The sessions of a ticket that have not ended, under any of the ways to write its number.
    async fn sessions_of_ticket(
        &mut self,
        tenant: AccountId,
        written: &[String],
    ) -> Result<Vec<SessionRef>, StoreError>;
    /// What is kept of a guided session's ticket.
    async fn kept_ticket(
        &mut self,
        tenant: AccountId,
        session: SessionId,
    ) -> Result<Option<TicketSnapshot>, StoreError>;
    /// Keeps a ticket in the place of what was kept of the session's one.
    async fn keep_ticket(
        &mut self,
        tenant: AccountId,
        session: SessionId,
        ticket: &TicketSnapshot,
    ) -> Result<(), StoreError>;
}
