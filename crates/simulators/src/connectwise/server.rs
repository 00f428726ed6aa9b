//! The simulator on a socket.

use serde_json::Value;

use super::{
    fixtures,
    reply::{Reply, Request},
    routes::respond,
    schema::Table,
    world::World,
};
use crate::site::{Call, FaultRule, Site, site_methods};

/// A running simulator, until [`Simulator::stop`].
#[derive(Debug)]
pub struct Simulator {
    site: Site<World>,
}

site_methods!(Simulator);

impl crate::site::World for World {
    const CONTENT_TYPE: &'static str = "application/vnd.connectwise.com+json; version=2025.1; charset=utf-8";

    fn begin() -> Self {
        Self::new()
    }

    fn respond(&mut self, request: &Request) -> Reply {
        respond(self, request)
    }

    fn refusal(status: u16, code: &str, message: &str) -> Reply {
        Reply::error(status, code, message)
    }
}

impl Simulator {
    /// Moves the API to another path, as an upgrade of the original does.
    pub fn set_codebase(&self, codebase: &str) {
        self.site.with(|world| codebase.trim_matches('/').clone_into(&mut world.codebase));
    }

    /// Whether wrong keys are answered with 404, as by the cloud.
    pub fn hide_wrong_keys(&self, hide: bool) {
        self.site.with(|world| world.hides_wrong_keys = hide);
    }

    /// Whether `allNotes` is missing, as on older servers.
    pub fn without_all_notes(&self, without: bool) {
        self.site.with(|world| world.without_all_notes = without);
    }

    /// The numbers of all tickets of the fixtures.
    pub fn tickets() -> impl Iterator<Item = i64> {
        (fixtures::FIRST_TICKET..).take(fixtures::TICKET_COUNT)
    }

    /// The texts of a ticket's notes, in the order they came.
    #[must_use]
    pub fn notes(&self, ticket: i64) -> Vec<String> {
        self.texts(Table::Notes, |row| row["ticketId"].as_i64() == Some(ticket), "text")
    }

    /// The texts of the time entries charged to a ticket.
    #[must_use]
    pub fn time_entries(&self, ticket: i64) -> Vec<String> {
        self.texts(Table::TimeEntries, |row| row["chargeToId"].as_i64() == Some(ticket), "notes")
    }

    fn texts(&self, table: Table, of: impl Fn(&Value) -> bool, field: &str) -> Vec<String> {
        self.site.with(|world| {
            let rows = world.rows(table).filter(|row| of(row));
            rows.map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
        })
    }

    /// The row of a ticket, as the API would answer it.
    #[must_use]
    pub fn ticket(&self, id: i64) -> Option<Value> {
        self.site.with(|world| world.row(Table::Tickets, id).cloned())
    }
}
