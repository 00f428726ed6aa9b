//! Tickets: found, looked at, and kept with the sessions that work on them.

use std::time::Duration;

use rf_auth_policy::{Action, require};
use rf_kernel::{Failure, SessionId};
use rf_psa::{
    Board, Company, Configuration, Contact, Named, Note, PsaError, PsaId, PsaPage, PsaProvider, Status,
    Ticket, TicketQuery, TicketSnapshot, WorkOption,
};

use crate::{App, BeginAiSession, Caller, StartSession, sessions::session_not_found};

/// How long a session waits for its ticket before it begins without.
const INTAKE_PATIENCE: Duration = Duration::from_secs(10);

/// A ticket with what belongs to it.
#[derive(Clone, Debug)]
pub struct TicketCard {
    /// The ticket.
    pub ticket: Ticket,
    /// The client.
    pub company: Option<Company>,
    /// Who reported it.
    pub contact: Option<Contact>,
    /// The devices it is about.
    pub configurations: Vec<Configuration>,
    /// Its newest notes, the oldest of them first.
    pub recent_notes: Vec<Note>,
    /// What statuses its board has.
    pub statuses: Vec<Status>,
}

/// What of a PSA can be chosen from.
#[derive(Clone, Debug)]
pub struct PsaOptions {
    /// Boards or queues in use.
    pub boards: Vec<Board>,
    /// Kinds of work.
    pub work_types: Vec<Named>,
    /// Roles it is done in.
    pub work_roles: Vec<Named>,
}

impl App {
    /// What can be chosen from: the boards tickets are on, what time is charged as.
    ///
    /// # Errors
    /// `psa_not_connected`, what the PSA refuses, `forbidden`.
    pub async fn psa_options(&self, caller: &Caller) -> Result<PsaOptions, Failure> {
        let connection = self.connection_for(caller, Action::RunSessions).await?;
        let provider = self.provider_of(&connection)?;
        let (boards, work_types, work_roles) = tokio::join!(
            provider.boards(),
            provider.work_options(WorkOption::Types),
            provider.work_options(WorkOption::Roles),
        );
        let mut boards = boards?;
        boards.retain(|board| board.active);
        // Somebody who may not read them can still charge time as the PSA decides.
        let (work_types, work_roles) = (work_types.unwrap_or_default(), work_roles.unwrap_or_default());
        Ok(PsaOptions { boards, work_types, work_roles })
    }

    /// Tickets of the account's PSA, those changed last first.
    ///
    /// # Errors
    /// `psa_not_connected`, what the PSA refuses, `forbidden`.
    pub async fn psa_tickets(
        &self,
        caller: &Caller,
        query: &TicketQuery,
    ) -> Result<PsaPage<Ticket>, Failure> {
        let connection = self.connection_for(caller, Action::RunSessions).await?;
        Ok(self.provider_of(&connection)?.search_tickets(query).await?)
    }

    /// A ticket with what belongs to it. Where a part cannot be read the rest is shown.
    ///
    /// # Errors
    /// `psa_not_connected`, `psa_not_found`, what else the PSA refuses, `forbidden`.
    pub async fn psa_ticket(&self, caller: &Caller, id: &PsaId) -> Result<TicketCard, Failure> {
        let connection = self.connection_for(caller, Action::RunSessions).await?;
        let provider = self.provider_of(&connection)?;
        let mut snapshot = TicketSnapshot::empty(connection.id, id.clone(), self.now());
        let ticket = provider.ticket(id).await?;
        read_around(provider.as_ref(), &ticket, &mut snapshot).await;
        let statuses = match &ticket.board {
            Some(board) => provider.statuses(&board.id).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let TicketSnapshot { company, contact, configurations, recent_notes, .. } = snapshot;
        Ok(TicketCard { ticket, company, contact, configurations, recent_notes, statuses })
    }

    /// The ticket as it is now, to be kept with a session; none where no PSA is connected or what was named is no number
    /// of one. A PSA that does not answer keeps nobody from working: the snapshot says so then.
    pub(crate) async fn ticket_snapshot(
        &self,
        caller: &Caller,
        ticket: Option<&str>,
    ) -> Result<Option<TicketSnapshot>, Failure> {
        let Some(id) = ticket.and_then(ticket_id) else { return Ok(None) };
        let connection = self
            .read(caller, async |work| {
                require(&work.actor, Action::RunSessions)?;
                Ok(work.unit.psa_connection(work.actor.account_id).await?)
            })
            .await?;
        let Some(connection) = connection else { return Ok(None) };
        let mut snapshot = TicketSnapshot::empty(connection.id, id.clone(), self.now());
        let reading = async {
            let provider = self.provider_of(&connection)?;
            let ticket = provider.ticket(&id).await?;
            read_around(provider.as_ref(), &ticket, &mut snapshot).await;
            Ok::<_, PsaError>(ticket)
        };
        let read = tokio::time::timeout(INTAKE_PATIENCE, reading).await;
        let read =
            read.unwrap_or_else(|_| Err(PsaError::Transient("It did not answer within 10 seconds.".into())));
        match read {
            Ok(ticket) => snapshot.take_ticket(ticket),
            Err(error) => {
                tracing::info!(class = error.class(), "a ticket could not be read for a session");
                snapshot = TicketSnapshot::empty(connection.id, id, self.now());
                snapshot.warning = Some(format!("The ticket could not be read from the PSA: {error}"));
            }
        }
        Ok(Some(snapshot))
    }

    /// The conversation to begin with its ticket read. Done before the unit that begins it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn with_ticket(
        &self,
        caller: &Caller,
        mut begin: BeginAiSession,
    ) -> Result<BeginAiSession, Failure> {
        if let Some(snapshot) = self.ticket_snapshot(caller, begin.psa_ticket_id.as_deref()).await? {
            if begin.client_name.is_none() {
                begin.client_name = snapshot.client_name();
            }
            begin.intake.ticket_data = Some(serde_json::to_value(&snapshot).map_err(Failure::internal)?);
        }
        Ok(begin)
    }

    /// What is kept of a guided session's ticket; none where it has no ticket, or that was not read yet.
    ///
    /// # Errors
    /// What refuses the session, `forbidden`.
    pub async fn kept_ticket(
        &self,
        caller: &Caller,
        id: SessionId,
    ) -> Result<Option<TicketSnapshot>, Failure> {
        self.read(caller, async |work| {
            let tenant = work.actor.account_id;
            let session = work.unit.session_by_id(tenant, id).await?.ok_or_else(session_not_found)?;
            session.require_access(&work.actor)?;
            let ticket = session.ticket_number.as_deref().and_then(ticket_id);
            let kept = work.unit.kept_ticket(tenant, id).await?;
            // Of the ticket it has now, and of no other.
            Ok(kept.filter(|kept| Some(&kept.ticket_id) == ticket.as_ref()))
        })
        .await
    }

    /// The guided session to start with its client named after its ticket's. Done before the unit that starts it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn with_tickets_client(
        &self,
        caller: &Caller,
        mut start: StartSession,
    ) -> Result<StartSession, Failure> {
        if start.client_name.is_none() {
            let snapshot = self.ticket_snapshot(caller, start.ticket_number.as_deref()).await?;
            start.client_name = snapshot.and_then(|snapshot| snapshot.client_name());
        }
        Ok(start)
    }
}

/// Reads what belongs to a ticket; what cannot be read is left out.
pub(super) async fn read_around(provider: &dyn PsaProvider, ticket: &Ticket, snapshot: &mut TicketSnapshot) {
    let company = async {
        match &ticket.company {
            Some(company) => provider.company(&company.id).await.map(Some),
            None => Ok(None),
        }
    };
    let contact = async {
        match &ticket.contact {
            Some(contact) => provider.contact(&contact.id).await.map(Some),
            None => Ok(None),
        }
    };
    let devices = provider.ticket_configurations(&ticket.id);
    let notes = provider.notes(&ticket.id);
    let (company, contact, devices, notes) = tokio::join!(company, contact, devices, notes);
    snapshot.company = company.unwrap_or_default();
    snapshot.contact = contact.unwrap_or_default();
    snapshot.take_configurations(devices.unwrap_or_default());
    snapshot.take_notes(notes.unwrap_or_default());
}

/// The number of a ticket as people write it: `100`, `#100`.
pub(crate) fn ticket_id(text: &str) -> Option<PsaId> {
    text.trim().trim_start_matches('#').parse().ok()
}
