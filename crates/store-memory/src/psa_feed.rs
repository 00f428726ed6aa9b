//! How accounts hear of changes in their PSA, which sessions are under way for which ticket, and what people say about
//! time before it is charged.

use async_trait::async_trait;
use rf_kernel::{AccountId, Revision, SessionId, StoreError, Timestamp};
use rf_psa::{
    PsaCallback, PsaFeed, PsaFeedRepository, SessionRef, TicketSnapshot, TimeEdit, TimeEditRepository,
};
use rf_sessions::{
    Session,
    ai::{AiSession, AiSessionStatus},
};

use crate::{
    state::{State, require},
    unit::{MemoryUnit, View},
};

/// The account's conversations that have not ended.
fn conversations(state: &State, view: View, tenant: AccountId) -> impl Iterator<Item = &AiSession> {
    state.ai_sessions.values().filter(move |session| {
        let ended = matches!(session.status, AiSessionStatus::Resolved | AiSessionStatus::Abandoned);
        view.covers(tenant) && session.account_id == tenant && !ended
    })
}

/// The account's guided sessions that have not ended.
fn guided(state: &State, view: View, tenant: AccountId) -> impl Iterator<Item = &Session> {
    state.sessions.values().filter(move |session| {
        view.covers(tenant) && session.account_id == tenant && session.completed_at.is_none()
    })
}

#[async_trait]
impl PsaFeedRepository for MemoryUnit {
    async fn psa_feed(&mut self, tenant: AccountId) -> Result<Option<PsaFeed>, StoreError> {
        self.read(|state, view| Ok(state.psa_feeds.get(&tenant).filter(|_| view.covers(tenant)).cloned()))
    }

    async fn put_psa_feed(&mut self, feed: &PsaFeed) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(feed.account_id)?;
            state.require_account(feed.account_id, "fk_psa_feeds_account")?;
            state.psa_feeds.put(feed.account_id, feed.clone());
            Ok(())
        })
    }

    async fn delete_psa_feed(&mut self, tenant: AccountId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let known = view.covers(tenant) && state.psa_feeds.get(&tenant).is_some();
            if known {
                state.psa_feeds.remove(&tenant);
            }
            Ok(known)
        })
    }

    async fn keep_psa_callback(&mut self, callback: &PsaCallback) -> Result<bool, StoreError> {
        self.write(|state, view| {
            view.wall(callback.account_id)?;
            state.require_account(callback.account_id, "fk_psa_callbacks_account")?;
            let key = (callback.account_id, callback.digest.clone());
            if state.psa_callbacks.get(&key).is_some() {
                return Ok(false);
            }
            state.psa_callbacks.put(key, callback.clone());
            Ok(true)
        })
    }

    async fn prune_psa_callbacks(&mut self, tenant: AccountId, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let old = |callback: &&PsaCallback| {
                view.covers(tenant) && callback.account_id == tenant && callback.received_at < before
            };
            let old: Vec<_> = state
                .psa_callbacks
                .values()
                .filter(old)
                .map(|callback| (callback.account_id, callback.digest.clone()))
                .collect();
            for key in &old {
                state.psa_callbacks.remove(key);
            }
            Ok(old.len() as u64)
        })
    }

    async fn accounts_with_psa(&mut self) -> Result<Vec<AccountId>, StoreError> {
        self.read(|state, view| {
            let seen = state.psa_connections.keys().copied().filter(|account| view.covers(*account));
            let mut seen: Vec<_> = seen.collect();
            seen.sort_unstable();
            Ok(seen)
        })
    }

    async fn tickets_under_way(&mut self, tenant: AccountId, limit: u64) -> Result<Vec<String>, StoreError> {
        self.read(|state, view| {
            let ai = conversations(state, view, tenant)
                .filter_map(|session| Some((session.updated_at, session.psa_ticket_id.clone()?)));
            let guided = guided(state, view, tenant)
                .filter_map(|session| Some((session.updated_at, session.ticket_number.clone()?)));
            let mut found: Vec<_> = ai.chain(guided).collect();
            found.sort_by(|a, b| b.cmp(a));
            let mut tickets = Vec::new();
            for (_, ticket) in found {
                if !tickets.contains(&ticket) {
                    tickets.push(ticket);
                }
            }
            tickets.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(tickets)
        })
    }

    async fn sessions_of_ticket(
        &mut self,
        tenant: AccountId,
        written: &[String],
    ) -> Result<Vec<SessionRef>, StoreError> {
        self.read(|state, view| {
            let named = |ticket: Option<&String>| ticket.is_some_and(|ticket| written.contains(ticket));
            let mut ai: Vec<_> = conversations(state, view, tenant)
                .filter(|session| named(session.psa_ticket_id.as_ref()))
                .map(|session| SessionRef::Ai(session.id))
                .collect();
            let mut guided: Vec<_> = guided(state, view, tenant)
                .filter(|session| named(session.ticket_number.as_ref()))
                .map(|session| SessionRef::Guided(session.id))
                .collect();
            ai.sort_unstable();
            guided.sort_unstable();
            Ok(ai.into_iter().chain(guided).collect())
        })
    }

    async fn kept_ticket(
        &mut self,
        tenant: AccountId,
        session: SessionId,
    ) -> Result<Option<TicketSnapshot>, StoreError> {
        self.read(|state, view| {
            let own = state.sessions.get(&session).is_some_and(|session| session.account_id == tenant);
            Ok(state.kept_tickets.get(&session).filter(|_| own && view.covers(tenant)).cloned())
        })
    }

    async fn keep_ticket(
        &mut self,
        tenant: AccountId,
        session: SessionId,
        ticket: &TicketSnapshot,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_account(tenant, "fk_psa_kept_tickets_account")?;
            let own = state.sessions.get(&session).is_some_and(|session| session.account_id == tenant);
            require(own, "fk_psa_kept_tickets_session")?;
            state.kept_tickets.put(session, ticket.clone());
            Ok(())
        })
    }
}

#[async_trait]
impl TimeEditRepository for MemoryUnit {
    async fn time_edit(
        &mut self,
        tenant: AccountId,
        session: SessionRef,
    ) -> Result<Option<TimeEdit>, StoreError> {
        self.read(|state, view| {
            Ok(state.time_edits.get(&(tenant, session)).filter(|_| view.covers(tenant)).cloned())
        })
    }

    async fn keep_time_edit(
        &mut self,
        edit: &TimeEdit,
        expected: Option<Revision>,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let account = edit.account_id;
            view.wall(account)?;
            state.require_account(account, "fk_psa_time_edits_account")?;
            let key = (account, edit.session);
            if state.time_edits.get(&key).map(|kept| kept.revision) != expected {
                return Ok(false);
            }
            state.require_user(account, Some(edit.edited_by), "fk_psa_time_edits_person")?;
            state.time_edits.put(key, edit.clone());
            Ok(true)
        })
    }
}
