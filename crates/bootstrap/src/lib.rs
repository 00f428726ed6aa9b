//! Configuration, telemetry, and the wiring of adapters into the application: the only crate that names the
//! concrete adapters.
#![warn(missing_docs)]

mod backup;
mod config;
mod doctor;
mod identity_providers;
mod keys;
mod model;
mod payments;
mod psa;
mod telemetry;
#[cfg(debug_assertions)]
mod test_clock;
mod wiring;

pub use backup::{backup, restore, sqlite_file};
pub use config::{Config, ConfigError, Environment, LogFormat, Overrides, built_in_values};
pub use doctor::{Finding, examine};
pub use keys::KeyError;
pub use psa::{PsaKeys, psa};
pub use telemetry::init_telemetry;
#[cfg(debug_assertions)]
pub use test_clock::ClockAhead;
pub use wiring::{Started, WiringError, connect, migrate, start, start_at, start_in_memory};
