//! Folders of the library.

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::sent;

/// Whose a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FolderScopeBody {
    /// One person's, seen by nobody else.
    Personal,
    /// A team's.
    Team,
    /// The whole account's.
    Account,
}

/// A folder to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderCreate {
    /// What it is called.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// The folder it goes into; it then has the scope of that one.
    #[serde(default)]
    pub parent_id: Option<Uuid>,
    /// Whose it is; the caller's own when not sent.
    #[serde(default)]
    pub scope: Option<FolderScopeBody>,
    /// The team, with the scope `team`.
    #[serde(default)]
    pub team_id: Option<Uuid>,
}

/// Changes to a folder; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderUpdate {
    /// What it is called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// The folder it is in; `null` takes it out of all.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Option<Option<Uuid>>,
}

/// A folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct FolderResponse {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The folder it is in.
    pub parent_id: Option<Uuid>,
    /// Whose it is.
    pub scope: FolderScopeBody,
    /// The team, where it is a team's.
    pub team_id: Option<Uuid>,
    /// Flows in it, those of inner folders not counted.
    pub tree_count: i64,
    /// Whether the caller may change it and what is in it.
    pub can_edit: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was renamed or moved.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}
