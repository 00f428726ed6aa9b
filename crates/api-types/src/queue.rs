//! Jobs and mails, for site admins.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which jobs to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// `ready`, `running`, `parked` or `done`; all when not given.
    pub state: Option<String>,
    /// How many to pass over.
    pub skip: Option<u64>,
    /// How many to list, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// Which mails to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutboxQuery {
    /// `queued`, `sent`, `kept` or `failed`; all when not given.
    pub state: Option<String>,
    /// How many to pass over.
    pub skip: Option<u64>,
    /// How many to list, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// Work that waits, runs, was done or failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobResponse {
    /// Its id.
    pub id: Uuid,
    /// For which account.
    pub account_id: Uuid,
    /// What does it, such as `mail.send`.
    pub kind: String,
    /// What it was told.
    pub payload: Value,
    /// `ready`, `running`, `parked` or `done`.
    pub state: &'static str,
    /// How often it was begun.
    pub attempts: i64,
    /// When it is due.
    #[schema(value_type = String, format = DateTime)]
    pub run_at: Timestamp,
    /// Why it failed the last time.
    pub last_error: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was done or parked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
}

/// A mail and the record of its delivery.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutboxMailResponse {
    /// Its id.
    pub id: Uuid,
    /// The account it concerns.
    pub account_id: Uuid,
    /// To whom.
    pub to: String,
    /// What it is about, such as `verify_email`.
    pub about: &'static str,
    /// `queued`, `sent`, `kept` or `failed`.
    pub state: &'static str,
    /// How often it was tried to send it.
    pub attempts: i64,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When a mail server took it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// What the mail server said the last time.
    pub response: Option<String>,
    /// Its subject, where the mail is kept here because nothing sends it.
    pub subject: Option<String>,
    /// Its text, likewise; not in a list.
    pub text: Option<String>,
    /// Its text with markup, likewise; not in a list.
    pub html: Option<String>,
}
