//! The event log.

use async_trait::async_trait;
use rf_events::{Event, EventLog, EventSpan, NewEvent};
use rf_kernel::{AccountId, StoreError, Timestamp};

use crate::{
    state::State,
    unit::{MemoryUnit, View},
};

/// An event, and its number once it has one.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    account_id: AccountId,
    event: NewEvent,
    sequence: Option<i64>,
}

impl EventRow {
    fn published(&self) -> Option<Event> {
        let NewEvent { id, kind, user_id, about, at } = self.event.clone();
        let (account_id, sequence) = (self.account_id, self.sequence?);
        Some(Event { sequence, id, account_id, user_id, kind, about, at })
    }
}

fn after(
    state: &State,
    after: i64,
    limit: u64,
    is_seen: impl Fn(AccountId) -> bool,
) -> Result<Vec<Event>, StoreError> {
    let mut events: Vec<Event> = state
        .events
        .values()
        .filter(|row| is_seen(row.account_id) && row.sequence.is_some_and(|sequence| sequence > after))
        .filter_map(EventRow::published)
        .collect();
    events.sort_by_key(|event| event.sequence);
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(events)
}

fn span(state: &State, view: View) -> Option<EventSpan> {
    let numbers =
        || state.events.values().filter(|row| view.covers(row.account_id)).filter_map(|row| row.sequence);
    Some(EventSpan { oldest: numbers().min()?, newest: numbers().max()? })
}

#[async_trait]
impl EventLog for MemoryUnit {
    async fn append_event(&mut self, tenant: AccountId, event: &NewEvent) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_account(tenant, "fk_events_account")?;
            state.require_user(tenant, event.user_id, "fk_events_user")?;
            let row = EventRow { account_id: tenant, event: event.clone(), sequence: None };
            state.events.insert("pk_events", event.id, row)
        })?;
        self.note_new_event();
        Ok(())
    }

    async fn has_unpublished_events(&mut self) -> Result<bool, StoreError> {
        self.read(|state, view| {
            Ok(state.events.values().any(|row| view.covers(row.account_id) && row.sequence.is_none()))
        })
    }

    async fn publish_events(&mut self, limit: u64) -> Result<Vec<Event>, StoreError> {
        self.write(|state, view| {
            let newest = span(state, view).map_or(0, |span| span.newest);
            let waiting = |row: &&EventRow| view.covers(row.account_id) && row.sequence.is_none();
            let mut rows: Vec<EventRow> = state.events.values().filter(waiting).cloned().collect();
            rows.sort_by_key(|row| (row.event.at, row.event.id));
            rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            for (row, sequence) in rows.iter_mut().zip(newest + 1..) {
                row.sequence = Some(sequence);
                state.events.put(row.event.id, row.clone());
            }
            Ok(rows.iter().filter_map(EventRow::published).collect())
        })
    }

    async fn published_events(&mut self, after_number: i64, limit: u64) -> Result<Vec<Event>, StoreError> {
        self.read(|state, view| after(state, after_number, limit, |account| view.covers(account)))
    }

    async fn events_of(
        &mut self,
        tenant: AccountId,
        after_number: i64,
        limit: u64,
    ) -> Result<Vec<Event>, StoreError> {
        self.read(|state, view| {
            after(state, after_number, limit, |account| account == tenant && view.covers(account))
        })
    }

    async fn event_span(&mut self) -> Result<Option<EventSpan>, StoreError> {
        self.read(|state, view| Ok(span(state, view)))
    }

    async fn prune_events(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let Some(EventSpan { newest, .. }) = span(state, view) else { return Ok(0) };
            let old = |row: &&EventRow| {
                view.covers(row.account_id)
                    && row.event.at < before
                    && row.sequence.is_some_and(|sequence| sequence != newest)
            };
            let ids: Vec<_> = state.events.values().filter(old).map(|row| row.event.id).collect();
            for id in &ids {
                state.events.remove(id);
            }
            Ok(ids.len() as u64)
        })
    }
}
