//! The simulator on a socket.

use serde_json::{Value, json};

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

    /// The time entries charged to a ticket, as the API would answer them.
    #[must_use]
    pub fn time_entry_rows(&self, ticket: i64) -> Vec<Value> {
        self.with(|world| {
            let rows = world.rows(Table::TimeEntries);
            rows.filter(|row| row["chargeToId"].as_i64() == Some(ticket)).cloned().collect()
        })
    }

    fn texts(&self, table: Table, of: impl Fn(&Value) -> bool, field: &str) -> Vec<String> {
        self.site.with(|world| {
            let rows = world.rows(table).filter(|row| of(row));
            rows.map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
        })
    }

    /// Somebody of the client writes to a ticket.
    pub fn write_as_client(&self, ticket: i64, text: &str) {
        self.with(|world| {
            let note = json!({ "text": text, "detailDescriptionFlag": true });
            // The fixtures' tickets take notes.
            if let Ok(mut row) = world.create(Table::Notes, &note, "client") {
                row["ticketId"] = ticket.into();
                world.seed(Table::Notes, row);
                world.touch(ticket, "client");
            }
        });
    }

    /// A dispatcher changes a ticket: a JSON object with what is different.
    pub fn change_ticket(&self, ticket: i64, change: &Value) {
        self.with(|world| {
            let Some(mut row) = world.row(Table::Tickets, ticket).cloned() else { return };
            for (field, value) in change.as_object().into_iter().flatten() {
                row[field.as_str()] = value.clone();
            }
            // What it does not take is left as it was, and the test sees that.
            let _ = world.replace(Table::Tickets, ticket, &row, "dispatcher");
        });
    }

    /// Somebody sets up the status that a ticket has so that it takes no time.
    pub fn refuse_time(&self, ticket: i64) {
        self.with(|world| {
            let status = world.row(Table::Tickets, ticket).and_then(|row| row["status"]["id"].as_i64());
            let Some(mut row) = status.and_then(|id| world.row(Table::Statuses, id)).cloned() else { return };
            row["timeEntryNotAllowed"] = true.into();
            world.seed(Table::Statuses, row);
        });
    }

    /// Somebody deletes a ticket.
    pub fn delete_ticket(&self, ticket: i64) {
        self.with(|world| {
            let _ = world.delete(Table::Tickets, ticket);
        });
    }

    /// Looks at the world, or changes it.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        self.site.with(look)
    }

    /// The row of a ticket, as the API would answer it.
    #[must_use]
    pub fn ticket(&self, id: i64) -> Option<Value> {
        self.site.with(|world| world.row(Table::Tickets, id).cloned())
    }
}
