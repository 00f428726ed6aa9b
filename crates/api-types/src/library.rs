//! The whole library, in and out.

use rf_trees::TreeStatus;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of an archive.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Flows that were kept.
    pub imported: usize,
    /// Files that were refused; nothing of them was kept.
    pub refused: usize,
    /// Every flow file, in the archive's order.
    pub files: Vec<ImportedFileBody>,
    /// What is not as it was where the archive came from, for people.
    pub notes: Vec<String>,
}

/// What became of one file: a flow, or a refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedFileBody {
    /// Its name in the archive.
    pub file: String,
    /// The new flow.
    pub tree_id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// Draft or published.
    pub status: Option<TreeStatus>,
    /// Why it was refused: the failure's code.
    pub code: Option<String>,
    /// Why it was refused, for people.
    pub message: Option<String>,
}
