//! The audit log.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::sent;

/// Which entries to list; what is not sent narrows nothing.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Of that action, such as `tree.published`.
    pub action: Option<String>,
    /// Done by that person.
    pub actor_id: Option<Uuid>,
    /// Done to that kind of thing.
    pub target_kind: Option<String>,
    /// Done to that thing.
    pub target_id: Option<Uuid>,
    /// From this instant on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub after: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub before: Option<Timestamp>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries in a page, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// Which entries to export, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditExportQuery {
    /// `jsonl` or `csv`.
    #[param(inline)]
    pub format: AuditFormatBody,
    /// Of that action.
    pub action: Option<String>,
    /// Done by that person.
    pub actor_id: Option<Uuid>,
    /// Done to that kind of thing.
    pub target_kind: Option<String>,
    /// Done to that thing.
    pub target_id: Option<Uuid>,
    /// From this instant on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub after: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub before: Option<Timestamp>,
}

/// In what form the log leaves.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditFormatBody {
    /// One JSON object a line.
    Jsonl,
    /// A table for a spreadsheet.
    Csv,
}

/// A page of the log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPageResponse {
    /// The entries.
    pub items: Vec<AuditEntryResponse>,
    /// Send it as `cursor` for the next page; `null` on the last.
    pub next_cursor: Option<String>,
}

/// What checking every entry against the chain it is part of found.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditCheckResponse {
    /// The number of the newest entry.
    pub seq: i64,
    /// Its digest, which seals all before it. Kept elsewhere, it shows later that nothing was rewritten.
    pub hash: Option<String>,
    /// How many entries hold; `null` when one does not.
    pub entries: Option<u64>,
    /// The first fault; `null` when there is none.
    pub fault: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryResponse {
    /// Its id.
    pub id: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it; `null` when nobody was signed in.
    pub actor: Option<AuditActor>,
    /// What was done.
    #[schema(example = "tree.published")]
    pub action: String,
    /// What kind of thing it was done to.
    #[schema(example = "tree")]
    pub target_kind: String,
    /// Which one.
    pub target_id: Option<Uuid>,
    /// What changed, with `before` and `after` where there is both.
    #[schema(value_type = Value)]
    pub payload: serde_json::Value,
    /// The request that did it.
    pub request_id: Uuid,
    /// The account it happened in; in the site admins' list alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Uuid>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// Their id.
    pub id: Uuid,
    /// What they are called; `null` for somebody of another account.
    pub name: Option<String>,
}

/// How long entries are kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditRetentionResponse {
    /// Days; `null` = for ever.
    pub retention_days: Option<i64>,
}

/// How long entries are to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditRetentionRequest {
    /// 30 to 3650 days; `null` = for ever.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<i64>, minimum = 30, maximum = 3650)]
    pub retention_days: Option<Option<i64>>,
}
