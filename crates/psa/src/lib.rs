//! A PSA, seen from here: tickets and what belongs to them, the port every vendor's adapter implements, and how a
//! note gets into a ticket exactly once.
//!
//! No PSA known to us takes an idempotency key for a note, and an answer can be lost after the note was kept. So every
//! note and time entry carries a [`Marker`] in its text, and whoever does not know whether it arrived looks for the
//! marker before writing again ([`push_note`], [`push_time`]). When that happens is decided by the pure rules of
//! [`Push`].
#![warn(missing_docs)]

mod connection;
mod deliver;
mod error;
mod feed;
mod log;
mod marker;
mod model;
mod names;
mod note_text;
mod provider;
mod push;
mod repository;
mod rounding;
mod settings;
mod snapshot;
mod time_entry;

pub use connection::{
    ConnectionStatus, Diagnosis, DiagnosisStep, MemberMapping, PsaConnection, PsaCredentials, PsaVendor,
};
pub use deliver::{Delivery, push_note, push_time};
pub use error::{PsaError, codes};
pub use feed::{PsaCallback, PsaFeed, PsaFeedRepository};
pub use log::{Occasion, PushContent, PushKey, PushRecord, SessionKind, SessionRef, Written};
pub use marker::{Artefact, Marker};
pub use model::{
    Board, Company, Configuration, Contact, Member, Named, Note, NoteKind, PsaId, Status, Ticket, TimeEntry,
};
pub use note_text::{NoteFor, NoteText, Section, Shape, note_text};
pub use provider::{
    Capabilities, Connected, Hint, NewNote, NewTimeEntry, PsaPage, PsaProvider, PsaProviders, TicketQuery,
    WorkOption,
};
pub use push::{Begin, MAX_RETRIES, Outcome, Push, PushError, PushState, RETRY_AFTER_SECONDS};
pub use repository::{InsertPushOutcome, PsaConnectionRepository, PushCursor, PushFilter, PushLog};
pub use rounding::{Direction, Rounding};
pub use settings::{ContentSettings, PushSettings, StatusSettings, TimeSettings};
pub use snapshot::{ChangeKind, TicketChange, TicketSnapshot};
pub use time_entry::{TimeEdit, TimeEditRepository};
