//! HaloPSA, as far as an adapter needs it: tokens, tickets in pages, actions as notes and time, ticket types with their
//! statuses, agents, clients, users, assets; and faults on demand. Smaller than its ConnectWise neighbour.
//!
//! It was made from public documentation and clients, never beside an original; where those are silent the stricter
//! reading was taken. Not simulated: signing people in, attachments, webhooks, reports.
//!
//! Other programs steer it as its neighbour: `POST /sim/reset`, `POST /sim/faults`, `DELETE /sim/faults`, `GET /sim/journal`.

mod routes;
mod world;

use serde_json::Value;

pub use crate::site::{Call, Fault, FaultRule, Tls};
use crate::site::{Reply, Request, Site, site_methods};
pub use routes::keys;
use world::World;

/// A running simulator, until [`Simulator::stop`].
#[derive(Debug)]
pub struct Simulator {
    site: Site<World>,
}

site_methods!(Simulator);

impl crate::site::World for World {
    const CONTENT_TYPE: &'static str = "application/json; charset=utf-8";

    fn begin() -> Self {
        Self::new()
    }

    fn respond(&mut self, request: &Request) -> Reply {
        routes::respond(self, request)
    }

    fn refusal(status: u16, _: &str, message: &str) -> Reply {
        routes::refused(status, message)
    }
}

impl Simulator {
    /// The rows of all tickets.
    #[must_use]
    pub fn tickets(&self) -> Vec<Value> {
        self.site.with(|world| world.tickets.clone())
    }

    /// The texts of a ticket's actions in the order they came: those with hours, or those without.
    #[must_use]
    pub fn actions(&self, ticket: i64, with_hours: bool) -> Vec<String> {
        self.site.with(|world| {
            let of_ticket = world.actions.iter().filter(|row| row["ticket_id"].as_i64() == Some(ticket));
            let wanted = of_ticket.filter(|row| (row["timetaken"].as_f64() > Some(0.0)) == with_hours);
            wanted.map(|row| row["note"].as_str().unwrap_or_default().to_owned()).collect()
        })
    }

    /// Takes no token any more that was given out so far.
    pub fn expire_tokens(&self) {
        self.site.with(World::expire_tokens);
    }

    /// Refuses what is at an address below `/api` for want of a right: `Asset`.
    pub fn forbid(&self, resource: &str) {
        self.site.with(|world| world.forbidden.push(resource.to_owned()));
    }
}
