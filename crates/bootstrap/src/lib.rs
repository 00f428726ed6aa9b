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
mod wiring;

pub use backup::{CopyError, backup, restore, sqlite_file};
pub use config::{Config, ConfigError, Environment, LogFormat, Overrides, built_in_values};
pub use doctor::{Finding, examine};
pub use keys::KeyError;
pub use psa::{ConnectWiseKeys, connectwise};
pub use telemetry::init_telemetry;
pub use wiring::{Started, WiringError, connect, migrate, start, start_in_memory};
