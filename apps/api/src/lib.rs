//! The HTTP shell. A handler extracts, calls one use case, maps the answer; no rule lives here.
//!
//! `routes` has one module per area with a `configure` function, mounted the same way by the server and by
//! tests. `middleware` has what every request goes through, outermost first in [`server`].

mod error;
mod extract;
mod live;
mod map;
mod middleware;
mod once;
mod openapi;
mod routes;
mod server;
mod vanished;
mod web;

pub use openapi::document;
pub use routes::events::StreamSettings;
pub use server::{GuessLimits, RateLimits, Server, ServerError, ServerOptions};

/// The HTTP status a failure code is answered with.
#[must_use]
pub fn status_of(code: rf_kernel::Code) -> u16 {
    error::status_of(code).as_u16()
}

/// Every failure code the product can answer with, for the generated reference.
#[must_use]
pub fn all_codes() -> Vec<rf_kernel::Code> {
    [
        rf_kernel::codes::ALL,
        rf_audit::codes::ALL,
        rf_auth_policy::codes::ALL,
        rf_jobs::codes::ALL,
        rf_accounts::codes::ALL,
        rf_trees::codes::ALL,
        rf_sessions::codes::ALL,
        rf_flowpilot::codes::ALL,
        rf_assistant::codes::ALL,
        rf_handoff::codes::ALL,
        rf_psa::codes::ALL,
        rf_uploads::codes::ALL,
    ]
    .concat()
}
