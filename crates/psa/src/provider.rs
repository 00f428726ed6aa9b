//! The port to a PSA.

use std::sync::Arc;

use async_trait::async_trait;
use rf_kernel::Timestamp;

use crate::{
    Artefact, Board, Company, Configuration, Contact, Marker, Member, Named, Note, NoteKind, NoteText,
    PsaConnection, PsaCredentials, PsaError, PsaId, Status, Ticket,
};

/// What a PSA can do, so that nothing is offered that it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// What it is called.
    pub vendor: &'static str,
    /// The kinds of notes it tells apart.
    pub note_kinds: &'static [NoteKind],
    /// Whether time is charged through it.
    pub time_entries: bool,
    /// Whether a status can be set.
    pub set_status: bool,
    /// Whether it tells of changes by signed callbacks.
    pub callbacks: bool,
    /// The most characters of a note that are sent.
    pub max_note_chars: usize,
}

/// What a connection test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The company of the PSA, by its own name.
    pub company: String,
    /// The PSA's version.
    pub version: Option<String>,
    /// What works and should be looked at all the same.
    pub warnings: Vec<String>,
}

/// What a callback hints at. It says that something may have changed, never what: that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A ticket.
    Ticket {
        /// Which one.
        ticket: PsaId,
        /// Whether it is gone.
        deleted: bool,
    },
    /// Something else.
    Other,
}

/// Which tickets are asked for. What is not set does not restrict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketQuery {
    /// Of these alone; no restriction where there are none. At most [`TicketQuery::MAX_LIMIT`].
    pub ids: Vec<PsaId>,
    /// A part of the summary; a number also finds the ticket with it.
    pub text: Option<String>,
    /// Of this client.
    pub company: Option<PsaId>,
    /// On one of these boards.
    pub boards: Vec<PsaId>,
    /// Somebody works on them, as the PSA names its members.
    pub assigned: Option<String>,
    /// Not closed.
    pub open_only: bool,
    /// Changed since.
    pub updated_since: Option<Timestamp>,
    /// At most so many, 1 to [`TicketQuery::MAX_LIMIT`].
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl TicketQuery {
    /// The most tickets of one page.
    pub const MAX_LIMIT: u32 = 100;
}

impl Default for TicketQuery {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            text: None,
            company: None,
            boards: Vec::new(),
            assigned: None,
            open_only: true,
            updated_since: None,
            limit: 25,
            cursor: None,
        }
    }
}

/// A part of a longer list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PsaPage<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; none after the last one.
    pub next: Option<String>,
}

/// A note to write. Its text has its marker in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNote {
    /// In which ticket.
    pub ticket: PsaId,
    /// Where it is shown.
    pub kind: NoteKind,
    /// What it says.
    pub text: NoteText,
}

/// Time to charge to a ticket. Its text has its marker in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTimeEntry {
    /// To which ticket.
    pub ticket: PsaId,
    /// Whose time, as the PSA names its members; the connection's own member when not given.
    pub member: Option<String>,
    /// From when.
    pub start: Timestamp,
    /// How long, minutes; not 0.
    pub minutes: u32,
    /// Whether the client pays for it; as the PSA decides when not given.
    pub billable: Option<bool>,
    /// The kind of work, where the PSA should not choose.
    pub work_type: Option<PsaId>,
    /// The role it was done in, where the PSA should not choose.
    pub work_role: Option<PsaId>,
    /// What was done.
    pub text: NoteText,
}

/// What a time entry may be classed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkOption {
    /// Kinds of work.
    Types,
    /// Roles it is done in.
    Roles,
}

/// Makes the way to the PSA of a connection. Whoever implements this keeps one way for each connection as it stands, so
/// that all who use it share its limits.
pub trait PsaProviders: Send + Sync {
    /// Gets ready to talk; nothing is sent.
    ///
    /// # Errors
    /// [`PsaError::Address`] when the site is none to talk to, [`PsaError::Invalid`] when a credential cannot be one.
    fn provider(
        &self,
        connection: &PsaConnection,
        credentials: &PsaCredentials,
    ) -> Result<Arc<dyn PsaProvider>, PsaError>;
}

/// A PSA, through one team's connection.
///
/// Reads may be tried again inside. A write is sent at most once; when its answer was lost, or says nothing about what
/// was done, the error is [`PsaError::UnknownOutcome`] and none other. Lists without a cursor are complete.
#[async_trait]
pub trait PsaProvider: Send + Sync {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Whether address, company and credentials are good, with words for whoever typed them in when not.
    async fn test_connection(&self) -> Result<Connected, PsaError>;

    /// Tickets, those changed last first.
    async fn search_tickets(&self, query: &TicketQuery) -> Result<PsaPage<Ticket>, PsaError>;

    /// One ticket.
    async fn ticket(&self, id: &PsaId) -> Result<Ticket, PsaError>;

    /// All notes of a ticket with those of its time entries, the oldest first.
    async fn notes(&self, ticket: &PsaId) -> Result<Vec<Note>, PsaError>;

    /// Writes a note; its id.
    async fn add_note(&self, note: &NewNote) -> Result<PsaId, PsaError>;

    /// Charges time; the entry's id.
    async fn add_time(&self, entry: &NewTimeEntry) -> Result<PsaId, PsaError>;

    /// What was written into the ticket with this marker; the oldest when it is there twice.
    async fn find_by_marker(
        &self,
        artefact: Artefact,
        ticket: &PsaId,
        marker: &Marker,
    ) -> Result<Option<PsaId>, PsaError>;

    /// Gives a ticket a status of its board. Doing it again changes nothing.
    async fn set_status(&self, ticket: &PsaId, status: &PsaId) -> Result<Ticket, PsaError>;

    /// The boards or queues.
    async fn boards(&self) -> Result<Vec<Board>, PsaError>;

    /// The statuses of a board.
    async fn statuses(&self, board: &PsaId) -> Result<Vec<Status>, PsaError>;

    /// Everybody who works in the PSA.
    async fn members(&self) -> Result<Vec<Member>, PsaError>;

    /// What a time entry may be classed as.
    async fn work_options(&self, which: WorkOption) -> Result<Vec<Named>, PsaError>;

    /// A client.
    async fn company(&self, id: &PsaId) -> Result<Company, PsaError>;

    /// A person of a client.
    async fn contact(&self, id: &PsaId) -> Result<Contact, PsaError>;

    /// The devices and services a ticket is about.
    async fn ticket_configurations(&self, ticket: &PsaId) -> Result<Vec<Configuration>, PsaError>;

    /// The devices and services of a client that are in use.
    async fn company_configurations(&self, company: &PsaId) -> Result<Vec<Configuration>, PsaError>;

    /// Has callbacks sent to `address`, and to no other address that begins with `ours` any more; what the PSA calls it.
    /// Doing it again changes nothing.
    async fn listen(&self, ours: &str, address: &str) -> Result<PsaId, PsaError>;

    /// Has no callbacks sent to addresses that begin with `ours` any more.
    async fn stop_listening(&self, ours: &str) -> Result<(), PsaError>;

    /// What a callback hints at, from its body as it came and its signature. One that the PSA has not signed is
    /// [`PsaError::Invalid`].
    async fn read_callback(&self, body: &[u8], signature: &str) -> Result<Hint, PsaError>;
}
