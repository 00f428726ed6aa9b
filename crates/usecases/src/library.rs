//! Flow files in and out of the library.

use rf_audit::events;
use rf_kernel::{Failure, TreeId};
use rf_trees::{
    FlowDraft, FlowFileError, TreeStatus, codes::FLOW_FILE_UNREADABLE, file_slug, from_yaml, to_yaml,
};
use serde_json::json;

use crate::{App, Caller, NewTree, TreeView, trees::visible_tree};

/// Reads a flow file; a refusal says where.
///
/// # Errors
/// `flow_file_unreadable` with `{message, line, column}`.
pub(crate) fn read_flow_file(text: &str) -> Result<FlowDraft, Failure> {
    from_yaml(text).map_err(|error| {
        let FlowFileError { line, column, message } = &error;
        let detail = json!({ "message": message, "line": line, "column": column });
        Failure { cause: None, ..Failure::new(FLOW_FILE_UNREADABLE, detail) }
    })
}

impl App {
    /// Keeps the flow of a flow file, as a draft.
    ///
    /// # Errors
    /// `flow_file_unreadable`, `validation_failed`, `tree_limit_reached`, `forbidden`.
    pub async fn import_tree(&self, caller: &Caller, text: &str) -> Result<TreeView, Failure> {
        let content = read_flow_file(text)?;
        let new = NewTree { content, status: TreeStatus::Draft, is_public: false, team_id: None };
        self.write(caller, async |work| {
            let tree = self.keep_new_tree(work, new.clone(), None, (events::TREE_IMPORTED, &[])).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// A flow as a flow file, with a name to save it under.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn export_tree(&self, caller: &Caller, id: TreeId) -> Result<(String, String), Failure> {
        self.write(caller, async |work| {
            let tree = visible_tree(work, id).await?;
            let text = to_yaml(&tree.content).map_err(Failure::internal)?;
            self.audit_tree(work, &tree, events::TREE_EXPORTED, &[]).await?;
            Ok((file_name(&tree.content.name), text))
        })
        .await
    }
}

/// A file name of plain letters, digits and dashes: it goes into a header.
fn file_name(name: &str) -> String {
    format!("{}.flow.yaml", file_slug(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_nothing_a_header_could_trip_over() {
        assert_eq!(file_name("Outlook: not syncing?"), "outlook-not-syncing.flow.yaml");
        assert_eq!(file_name("\r\nX-Evil: 1"), "x-evil-1.flow.yaml");
        assert_eq!(file_name("日本"), "flow.flow.yaml");
    }
}
