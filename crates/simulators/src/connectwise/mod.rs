//! ConnectWise PSA, as far as ResolutionFlow and the public clients use it: discovery, signing in, the query language,
//! paging, tickets with their notes and time, JSON Patch, the shapes of its errors; plain and over TLS; and faults on demand.
//!
//! It was made from public documentation and clients, never beside an original. Where those are silent, the stricter reading
//! was taken, so that a client that passes here asks for no favours there. Not simulated: documents, schedules, projects.
//! Callbacks are sent on demand ([`Simulator::deliveries`]), so that a test says when, how often and in which order.
//!
//! Other programs steer it over HTTP, with no keys: `POST /sim/reset`, `POST /sim/faults` with a [`FaultRule`] as JSON,
//! `DELETE /sim/faults`, `GET /sim/journal`.

mod callback;
mod conditions;
mod fixtures;
mod listing;
mod patch;
mod reply;
mod routes;
mod schema;
mod server;
mod texts;
mod world;

pub use crate::site::{Call, Fault, FaultRule, Tls};
pub use callback::{Delivery, Dispatch};
pub use routes::keys;
pub use server::Simulator;
