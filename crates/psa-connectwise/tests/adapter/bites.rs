//! The rules of the conformance suite bite: an adapter that is wrong in one way is found.

use async_trait::async_trait;
use futures_util::FutureExt;
use rf_psa::{
    Artefact, Board, Capabilities, Company, Configuration, Connected, Contact, Hint, Marker, Member, Named,
    NewNote, NewTimeEntry, Note, PsaError, PsaId, PsaPage, PsaProvider, Status, Ticket, TicketQuery,
    WorkOption,
};
use rf_psa_conformance::{Bench, Known, Trouble, reading, trouble, writing};

use crate::bench::Simulated;

/// In which way an adapter is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    /// Writes again by itself when the answer was lost.
    Impatient,
    /// Says that nothing was done when the answer was lost.
    Sure,
    /// Never finds a marker.
    Blind,
    /// Finds a marker where there is none.
    Seeing,
    /// Gives the first page for every page.
    Circling,
    /// Shows all notes to the client.
    Chatty,
    /// Believes every callback.
    Trusting,
}

struct Broken(Simulated, Wrong);

impl Broken {
    fn inner(&self) -> &dyn PsaProvider {
        self.0.provider()
    }

    fn outcome(&self, outcome: Result<PsaId, PsaError>) -> Result<PsaId, PsaError> {
        match (self.1, outcome) {
            (Wrong::Sure, Err(PsaError::UnknownOutcome(words))) => Err(PsaError::Transient(words)),
            (_, outcome) => outcome,
        }
    }
}

#[async_trait]
impl PsaProvider for Broken {
    fn capabilities(&self) -> Capabilities {
        self.inner().capabilities()
    }
    async fn test_connection(&self) -> Result<Connected, PsaError> {
        self.inner().test_connection().await
    }
    async fn search_tickets(&self, query: &TicketQuery) -> Result<PsaPage<Ticket>, PsaError> {
        let cursor = query.cursor.clone().filter(|_| self.1 != Wrong::Circling);
        self.inner().search_tickets(&TicketQuery { cursor, ..query.clone() }).await
    }
    async fn ticket(&self, id: &PsaId) -> Result<Ticket, PsaError> {
        self.inner().ticket(id).await
    }
    async fn notes(&self, ticket: &PsaId) -> Result<Vec<Note>, PsaError> {
        self.inner().notes(ticket).await
    }
    async fn add_note(&self, note: &NewNote) -> Result<PsaId, PsaError> {
        let mut note = note.clone();
        if self.1 == Wrong::Chatty {
            note.kind = rf_psa::NoteKind::Discussion;
        }
        let outcome = self.inner().add_note(&note).await;
        if self.1 == Wrong::Impatient && matches!(outcome, Err(PsaError::UnknownOutcome(_))) {
            return self.inner().add_note(&note).await;
        }
        self.outcome(outcome)
    }
    async fn add_time(&self, entry: &NewTimeEntry) -> Result<PsaId, PsaError> {
        let outcome = self.inner().add_time(entry).await;
        self.outcome(outcome)
    }
    async fn find_by_marker(
        &self,
        artefact: Artefact,
        ticket: &PsaId,
        marker: &Marker,
    ) -> Result<Option<PsaId>, PsaError> {
        match self.1 {
            Wrong::Blind => Ok(None),
            Wrong::Seeing => Ok(Some(1.into())),
            _ => self.inner().find_by_marker(artefact, ticket, marker).await,
        }
    }
    async fn set_status(&self, ticket: &PsaId, status: &PsaId) -> Result<Ticket, PsaError> {
        self.inner().set_status(ticket, status).await
    }
    async fn boards(&self) -> Result<Vec<Board>, PsaError> {
        self.inner().boards().await
    }
    async fn statuses(&self, board: &PsaId) -> Result<Vec<Status>, PsaError> {
        self.inner().statuses(board).await
    }
    async fn members(&self) -> Result<Vec<Member>, PsaError> {
        self.inner().members().await
    }
    async fn work_options(&self, which: WorkOption) -> Result<Vec<Named>, PsaError> {
        self.inner().work_options(which).await
    }
    async fn company(&self, id: &PsaId) -> Result<Company, PsaError> {
        self.inner().company(id).await
    }
    async fn contact(&self, id: &PsaId) -> Result<Contact, PsaError> {
        self.inner().contact(id).await
    }
    async fn ticket_configurations(&self, ticket: &PsaId) -> Result<Vec<Configuration>, PsaError> {
        self.inner().ticket_configurations(ticket).await
    }
    async fn company_configurations(&self, company: &PsaId) -> Result<Vec<Configuration>, PsaError> {
        self.inner().company_configurations(company).await
    }
    async fn listen(&self, ours: &str, address: &str) -> Result<PsaId, PsaError> {
        self.inner().listen(ours, address).await
    }
    async fn stop_listening(&self, ours: &str) -> Result<(), PsaError> {
        self.inner().stop_listening(ours).await
    }
    async fn read_callback(&self, body: &[u8], signature: &str) -> Result<Hint, PsaError> {
        match self.1 {
            Wrong::Trusting => Ok(Hint::Other),
            _ => self.inner().read_callback(body, signature).await,
        }
    }
}

impl Bench for Broken {
    fn provider(&self) -> &dyn PsaProvider {
        self
    }
    fn known(&self) -> Known {
        self.0.known()
    }
    fn trouble(&self, artefact: Artefact, trouble: Trouble) {
        self.0.trouble(artefact, trouble);
    }
    fn settle(&self) {
        self.0.settle();
    }
    fn callback(&self, ticket: &PsaId, deleted: bool) -> (Vec<u8>, String) {
        self.0.callback(ticket, deleted)
    }
    fn count(&self, artefact: Artefact, ticket: &PsaId, marker: &Marker) -> usize {
        self.0.count(artefact, ticket, marker)
    }
}

/// Whether a rule finds that something is wrong.
macro_rules! bites {
    ($wrong:expr, $rule:path) => {{
        let broken = Broken(Simulated::start().await, $wrong);
        let outcome = std::panic::AssertUnwindSafe($rule(&broken)).catch_unwind().await;
        assert!(outcome.is_err(), "{:?} passes {}", $wrong, stringify!($rule));
    }};
}

#[tokio::test]
async fn an_adapter_that_is_wrong_is_found() {
    bites!(Wrong::Impatient, trouble::a_write_whose_answer_was_lost_has_an_unknown_outcome);
    bites!(Wrong::Impatient, trouble::a_note_is_pushed_exactly_once_whatever_goes_wrong);
    bites!(Wrong::Sure, trouble::a_write_whose_answer_was_lost_has_an_unknown_outcome);
    bites!(Wrong::Sure, trouble::a_note_is_pushed_exactly_once_whatever_goes_wrong);
    bites!(Wrong::Sure, trouble::time_is_pushed_exactly_once_whatever_goes_wrong);
    bites!(Wrong::Blind, writing::a_marker_finds_its_own_artefact_alone);
    bites!(Wrong::Blind, trouble::a_note_is_pushed_exactly_once_whatever_goes_wrong);
    bites!(Wrong::Seeing, writing::a_marker_finds_its_own_artefact_alone);
    bites!(Wrong::Seeing, trouble::time_is_pushed_exactly_once_whatever_goes_wrong);
    bites!(Wrong::Circling, reading::pages_hold_every_ticket_once);
    bites!(Wrong::Trusting, reading::a_callback_that_was_altered_is_refused);
    bites!(Wrong::Chatty, writing::every_kind_of_note_is_shown_where_it_should_be);
}
