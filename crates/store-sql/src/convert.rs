//! Values on their way into columns and back.

use std::{error::Error, str::FromStr};

use chrono::DateTime;
use rf_kernel::{StoreError, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// What a row that breaks the schema's promises amounts to.
pub(crate) fn corrupt(cause: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt(cause.into())
}

/// Microseconds since 1970.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.utc().timestamp_micros()
}

pub(crate) fn maybe_micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(micros)
}

pub(crate) fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .map(Timestamp::new)
        .ok_or_else(|| corrupt(format!("{micros} microseconds since 1970 is no instant")))
}

pub(crate) fn maybe_instant(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(instant).transpose()
}

/// A value by its name in the database.
pub(crate) fn named<T>(name: &str) -> Result<T, StoreError>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>,
{
    name.parse().map_err(corrupt)
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Other(error.into()))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(corrupt)
}

/// How texts are compared when letter case does not matter, on every engine.
pub(crate) fn key(text: &str) -> String {
    text.to_lowercase()
}

pub(crate) fn maybe_key(text: Option<&str>) -> Option<String> {
    text.map(key)
}

/// The bare UUIDs of optional ids.
pub(crate) fn uuids<T: Into<Uuid>>(id: Option<T>) -> Option<Uuid> {
    id.map(Into::into)
}
