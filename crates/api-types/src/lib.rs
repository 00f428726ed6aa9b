//! The wire: request and answer bodies with their OpenAPI schemas. Plain data, no rules; unknown fields of a
//! request are refused.

pub mod accounts;
pub mod admin;
pub mod assistant;
pub mod audit;
pub mod auth;
pub mod billing;
pub mod channels;
pub mod error;
pub mod events;
pub mod folders;
pub mod handoff;
pub mod library;
pub mod links;
pub mod notifications;
pub mod oauth;
pub mod people;
pub mod pilot;
pub mod psa;
pub mod queue;
pub mod redaction;
pub mod sessions;
pub mod system;
pub mod trees;
pub mod uploads;

use serde::{Deserialize, Deserializer};

/// Tells a field that was sent as `null` (clear it) from one that was not sent (leave it alone).
#[expect(clippy::option_option, reason = "absent, null and a value are three different things here")]
pub(crate) fn sent<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
