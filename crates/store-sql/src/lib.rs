//! The store on SQLite and Postgres, one code base: the only crate that knows sea-orm.
//!
//! What differs between the engines is in three places: `connect` (pools), `begin` in `store` (how a unit is
//! opened) and `dialect` (what an error means). Everything else builds statements with sea-query and sends them
//! through the unit.
#![warn(missing_docs)]

mod ai_sessions;
mod assistant;
mod audit;
mod backup;
mod backup_postgres;
#[cfg(test)]
mod cancelled_begin;
mod channels;
mod connect;
mod convert;
mod dialect;
mod entities;
mod events;
mod folders;
mod handoffs;
mod idempotency;
mod identities;
mod jobs;
mod kept_notes;
mod links;
mod mails;
mod model_calls;
mod notifications;
mod payments;
mod people;
mod psa;
mod psa_feed;
mod psa_time;
mod redaction;
mod refresh;
mod sealed;
mod search;
mod second_factors;
mod session_lists;
mod sessions;
mod snapshots;
mod store;
mod tree_lists;
mod trees;
mod unit;
mod uploads;
mod writing;

pub use backup::{BackupError, BackupManifest, backup_sqlite, restore_sqlite};
pub use backup_postgres::{backup_postgres, restore_postgres};
pub use connect::{ConnectError, SqlOptions};
pub use store::{RoleError, SqlStore};
