//! ConnectWise PSA, as far as ResolutionFlow and the public clients use it: discovery, signing in, the query language,
//! paging, tickets with their notes and time, JSON Patch, the shapes of its errors; and faults on demand.
//!
//! What is true of the original and where it is known from is in the notes of each rule; where the documentation is
//! silent, the stricter reading was taken, so that a client that passes here asks for no favours there. Not simulated:
//! TLS, sending callbacks (they are made and signed on demand), documents, schedules, projects.

mod callback;
mod conditions;
mod faults;
mod fixtures;
mod listing;
mod patch;
mod reply;
mod routes;
mod schema;
mod server;
mod texts;
mod world;

pub use faults::{Fault, FaultRule};
pub use routes::keys;
pub use server::{Call, Simulator};
