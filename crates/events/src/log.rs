//! Where events are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, StoreError, Timestamp};

use crate::{Event, NewEvent};

/// The published events that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSpan {
    /// The lowest number.
    pub oldest: i64,
    /// The highest number.
    pub newest: i64,
}

/// Keeps events. A unit of an account appends and sees its own; numbering, and the events of all, belong to system
/// units.
#[async_trait]
pub trait EventLog: Send {
    /// Keeps a new event, which has no number yet.
    async fn append_event(&mut self, tenant: AccountId, event: &NewEvent) -> Result<(), StoreError>;

    /// Whether an event waits for its number. Costs a look, where numbering costs a turn as the writer.
    async fn has_unpublished_events(&mut self) -> Result<bool, StoreError>;

    /// Gives at most `limit` events the next numbers, by when they happened and then by id, and answers them in
    /// that order. Several servers at once take turns: the numbers below one that can be read never change.
    async fn publish_events(&mut self, limit: u64) -> Result<Vec<Event>, StoreError>;

    /// The first `limit` events of all accounts with a number above `after`, by number.
    async fn published_events(&mut self, after: i64, limit: u64) -> Result<Vec<Event>, StoreError>;

    /// The first `limit` events of the account with a number above `after`, by number; personal ones of everybody.
    async fn events_of(
        &mut self,
        tenant: AccountId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Event>, StoreError>;

    /// What is kept of all accounts; `None` while nothing was ever published.
    async fn event_span(&mut self) -> Result<Option<EventSpan>, StoreError>;

    /// Takes published events away that happened before that, but never the newest, whose number the next ones go
    /// on from; answers how many.
    async fn prune_events(&mut self, before: Timestamp) -> Result<u64, StoreError>;
}
