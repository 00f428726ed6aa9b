//! The PSA: connecting to it, its tickets and people, and getting notes and time into tickets.
//!
//! No unit is ever open while the PSA is asked: what is needed is read, then the PSA is talked to, then the outcome is
//! kept.

mod announce;
mod connection;
mod content;
mod deliver;
mod feed;
mod members;
mod push;
mod status;
mod tickets;
mod time;

use std::sync::Arc;

use rf_auth_policy::{Action, require};
use rf_kernel::Failure;
use rf_psa::{PsaConnection, PsaCredentials, PsaError, PsaProvider, codes};

pub use self::{
    connection::{ConnectPsa, ManagedPsa, PsaStatus},
    feed::SYNC_EVERY_SECONDS,
    members::{MappedHow, MemberLine, MemberList},
    push::{PsaResult, PushPage, PushPreview, PushSubject},
    tickets::{PsaOptions, TicketCard},
    time::{EditTime, TimeLedger, TimeLine},
};
pub(crate) use self::{
    deliver::PushToPsa,
    feed::{RefreshTicket, SyncPsa},
    push::occasion_of,
    status::SetPsaStatus,
    tickets::ticket_id,
};
use crate::{App, Caller};

impl App {
    /// The way to the PSA of a connection.
    fn provider_of(&self, connection: &PsaConnection) -> Result<Arc<dyn PsaProvider>, PsaError> {
        let unreadable = || {
            PsaError::Auth(
                "The kept keys cannot be opened with the keys of this installation. Enter them again.".into(),
            )
        };
        let secret = self.vault.open(connection.place(), &connection.credentials);
        let credentials = secret.ok().and_then(|secret| PsaCredentials::from_secret(&secret));
        self.psa_providers.provider(connection, &credentials.ok_or_else(unreadable)?)
    }

    /// The account's connection, for somebody who may do that.
    async fn connection_for(&self, caller: &Caller, action: Action) -> Result<PsaConnection, Failure> {
        let connection = self
            .read(caller, async |work| {
                require(&work.actor, action)?;
                Ok(work.unit.psa_connection(work.actor.account_id).await?)
            })
            .await?;
        connection.ok_or_else(not_connected)
    }
}

fn not_connected() -> Failure {
    let detail = "No PSA is connected. An owner or admin can connect one under Integrations.";
    Failure::new(codes::PSA_NOT_CONNECTED, detail)
}
