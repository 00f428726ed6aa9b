//! Sessions and their step logs.

use std::cmp::Reverse;

use async_trait::async_trait;
use rf_kernel::{AccountId, EntryId, Page, Revision, SessionId, StoreError, Timestamp};
use rf_sessions::{
    AppendOutcome, LogEntry, Session, SessionCursor, SessionFilter, SessionRepository, SessionUpdateOutcome,
};

use crate::{
    state::{State, require},
    trees::cut,
    unit::{MemoryUnit, View},
};

fn own(state: &State, view: View, tenant: AccountId, id: SessionId) -> Option<&Session> {
    state.sessions.get(&id).filter(|session| view.covers(tenant) && session.account_id == tenant)
}

/// The session's log, in order.
fn log_of(state: &State, id: SessionId) -> impl Iterator<Item = &LogEntry> {
    state.log.range((id, i64::MIN)..=(id, i64::MAX))
}

fn knows(state: &State, id: SessionId, entry: EntryId) -> bool {
    log_of(state, id).any(|known| known.entry_id == Some(entry))
}

/// The people a session names are of its account.
fn require_people(state: &State, account: AccountId, session: &Session) -> Result<(), StoreError> {
    state.require_user(account, Some(session.user_id), "fk_sessions_user")?;
    state.require_user(account, session.prepared_by_id, "fk_sessions_preparer")?;
    state.require_user(account, session.assigned_to_id, "fk_sessions_assignee")
}

fn matches(filter: &SessionFilter, session: &Session) -> bool {
    fn part(text: Option<&str>, wanted: Option<&String>) -> bool {
        wanted.is_none_or(|part| text.is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase())))
    }
    fn between(at: Option<Timestamp>, first: Option<Timestamp>, last: Option<Timestamp>) -> bool {
        first.is_none_or(|first| at.is_some_and(|at| at >= first))
            && last.is_none_or(|last| at.is_some_and(|at| at <= last))
    }
    let prepared = filter.prepared_too && session.prepared_by_id == Some(filter.person);
    (session.user_id == filter.person || session.assigned_to_id == Some(filter.person) || prepared)
        && filter.completed.is_none_or(|wanted| session.completed_at.is_some() == wanted)
        && part(session.ticket_number.as_deref(), filter.ticket_number.as_ref())
        && part(session.client_name.as_deref(), filter.client_name.as_ref())
        && part(Some(&session.tree_name), filter.tree_name.as_ref())
        && filter.tree_id.is_none_or(|wanted| session.tree_id == wanted)
        && filter.batch_id.is_none_or(|wanted| session.batch_id == Some(wanted))
        && filter.assigned_to_id.is_none_or(|wanted| session.assigned_to_id == Some(wanted))
        && filter.status.is_none_or(|wanted| session.status() == wanted)
        && between(session.started_at, filter.started_after, filter.started_before)
        && between(session.completed_at, filter.completed_after, filter.completed_before)
}

#[async_trait]
impl SessionRepository for MemoryUnit {
    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(session.account_id)?;
            state.require_account(session.account_id, "fk_sessions_account")?;
            require_people(state, session.account_id, session)?;
            let snapshot = state.intern(&session.snapshot);
            state.sessions.insert("pk_sessions", session.id, Session { snapshot, ..session.clone() })
        })
    }

    async fn session_by_id(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn session_for_update(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        self.write(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn update_session(
        &mut self,
        tenant: AccountId,
        session: &Session,
        expected: Revision,
    ) -> Result<SessionUpdateOutcome, StoreError> {
        self.write(|state, view| {
            let Some(found) = own(state, view, tenant, session.id) else {
                return Ok(SessionUpdateOutcome::NotFound);
            };
            if found.revision != expected {
                return Ok(SessionUpdateOutcome::Stale);
            }
            require_people(state, tenant, session)?;
            let kept = Session {
                account_id: tenant,
                snapshot: found.snapshot.clone(),
                created_at: found.created_at,
                ..session.clone()
            };
            state.sessions.put(session.id, kept);
            Ok(SessionUpdateOutcome::Updated)
        })
    }

    async fn list_sessions(
        &mut self,
        tenant: AccountId,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> Result<Vec<Session>, StoreError> {
        self.read(|state, view| {
            let mut found: Vec<&Session> = state
                .sessions
                .values()
                .filter(|session| {
                    view.covers(tenant) && session.account_id == tenant && matches(filter, session)
                })
                .collect();
            // `None` is the smallest, so it comes last.
            let place = |session: &Session| (session.started_at, session.id);
            if let Some(SessionCursor { started_at, id }) = after {
                found.retain(|session| place(session) < (started_at, id));
            }
            found.sort_by_key(|session| Reverse(place(session)));
            Ok(cut(found, page).cloned().collect())
        })
    }

    async fn append_log(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: &LogEntry,
    ) -> Result<AppendOutcome, StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            if entry.entry_id.is_some_and(|entry_id| knows(state, id, entry_id)) {
                return Ok(AppendOutcome::Duplicate);
            }
            require(own(state, view, tenant, id).is_some(), "fk_session_log_session")?;
            state.log.insert("pk_session_log", (id, entry.seq), entry.clone())?;
            Ok(AppendOutcome::Appended)
        })
    }

    async fn has_log_entry(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: EntryId,
    ) -> Result<bool, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant, id).is_some() && knows(state, id, entry)))
    }

    async fn session_log(&mut self, tenant: AccountId, id: SessionId) -> Result<Vec<LogEntry>, StoreError> {
        self.read(|state, view| {
            if own(state, view, tenant, id).is_none() {
                return Ok(Vec::new());
            }
            Ok(log_of(state, id).cloned().collect())
        })
    }
}
