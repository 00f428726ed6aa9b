//! Where sessions are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{
    AccountId, BatchId, EntryId, Page, Revision, SessionId, StoreError, Timestamp, TreeId, UserId,
};

use crate::{LogEntry, Session, SessionStatus};

/// What became of a conditional change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionUpdateOutcome {
    /// Kept.
    Updated,
    /// The row is at another revision; nothing was kept.
    Stale,
    /// No such session of this account.
    NotFound,
}

/// What became of a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendOutcome {
    /// Kept.
    Appended,
    /// The session has an entry with that id already; nothing was kept.
    Duplicate,
}

/// Which sessions to list. All conditions hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionFilter {
    /// Owned by or assigned to this person.
    pub person: UserId,
    /// Also those that person prepared for others.
    pub prepared_too: bool,
    /// Ended or not.
    pub completed: Option<bool>,
    /// Part of the ticket number, letter case ignored; `%` and `_` are plain characters.
    pub ticket_number: Option<String>,
    /// Part of the client's name, likewise.
    pub client_name: Option<String>,
    /// Part of the flow's name at the start, likewise.
    pub tree_name: Option<String>,
    /// Of this flow.
    pub tree_id: Option<TreeId>,
    /// Of this batch.
    pub batch_id: Option<BatchId>,
    /// Assigned to this person.
    pub assigned_to_id: Option<UserId>,
    /// Where they stand.
    pub status: Option<SessionStatus>,
    /// Started then or later.
    pub started_after: Option<Timestamp>,
    /// Started then or earlier.
    pub started_before: Option<Timestamp>,
    /// Ended then or later.
    pub completed_after: Option<Timestamp>,
    /// Ended then or earlier.
    pub completed_before: Option<Timestamp>,
}

impl SessionFilter {
    /// All of one person's sessions.
    #[must_use]
    pub const fn of(person: UserId) -> Self {
        Self {
            person,
            prepared_too: false,
            completed: None,
            ticket_number: None,
            client_name: None,
            tree_name: None,
            tree_id: None,
            batch_id: None,
            assigned_to_id: None,
            status: None,
            started_after: None,
            started_before: None,
            completed_after: None,
            completed_before: None,
        }
    }
}

/// Where a page of sessions ends; the next one begins after it, whatever was started meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCursor {
    /// When its last session started.
    pub started_at: Option<Timestamp>,
    /// That session.
    pub id: SessionId,
}

impl SessionCursor {
    /// The place of a session.
    #[must_use]
    pub const fn of(session: &Session) -> Self {
        Self { started_at: session.started_at, id: session.id }
    }
}

/// Keeps sessions and their step logs.
#[async_trait]
pub trait SessionRepository: Send {
    /// Keeps a new session; its account is the tenant.
    async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError>;
    /// A session of the account.
    async fn session_by_id(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError>;
    /// [`SessionRepository::session_by_id`], and other units that ask the same wait until this one ends.
    async fn session_for_update(
        &mut self,
        tenant: AccountId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError>;
    /// Keeps a changed session if it is still at `expected`. The snapshot never changes and is not written.
    async fn update_session(
        &mut self,
        tenant: AccountId,
        session: &Session,
        expected: Revision,
    ) -> Result<SessionUpdateOutcome, StoreError>;
    /// A page of what comes after `after`: newest started first, not started last, then by id, newest first.
    async fn list_sessions(
        &mut self,
        tenant: AccountId,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> Result<Vec<Session>, StoreError>;
    /// Appends to the session's log.
    async fn append_log(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: &LogEntry,
    ) -> Result<AppendOutcome, StoreError>;
    /// Whether the session's log has an entry with that client-made id.
    async fn has_log_entry(
        &mut self,
        tenant: AccountId,
        id: SessionId,
        entry: EntryId,
    ) -> Result<bool, StoreError>;
    /// The session's log in order.
    async fn session_log(&mut self, tenant: AccountId, id: SessionId) -> Result<Vec<LogEntry>, StoreError>;
}

/// All that working a session needs, in one transaction.
pub trait SessionsUnit: SessionRepository + rf_trees::TreeRepository {}
impl<T> SessionsUnit for T where T: SessionRepository + rf_trees::TreeRepository + ?Sized {}
