//! Flows (wire name: trees): the model of the three types, lint, versions, forks and the portable flow file.
#![warn(missing_docs)]

mod archive;
mod blanks;
mod file;
mod folder;
mod intake;
mod limits;
mod lint;
mod repository;
mod search;
mod snapshot;
mod starter;
mod structure;
#[cfg(test)]
mod testing;
mod tree;

pub use archive::{
    ArchiveError, ArchivedFile, ArchivedFlow, FolderPath, LibraryArchive, MAX_ARCHIVED_FLOWS, read_archive,
    write_archive,
};
pub use blanks::{replace_names, with_blanks};
pub use file::{FlowFileError, file_slug, from_yaml, json_schema, to_yaml};
pub use folder::{Folder, FolderScope, FolderTree, MAX_FOLDER_DEPTH, MAX_FOLDERS};
pub use intake::{Field, FieldType, IntakeForm};
pub use lint::{LINT_RULES, LintFinding, LintReport, LintRule, Severity, lint};
pub use repository::{
    Facet, FolderRepository, InsertVersionOutcome, LibraryStamp, TreeFacets, TreeFacts, TreeFilter,
    TreeListItem, TreeRepository, TreeSort, UpdateOutcome,
};
pub use search::{
    SearchField, SearchQuery, WordMatch, fold, least_shared_trigrams, match_words, points, trigrams,
};
pub use snapshot::{Snapshot, SnapshotContent};
pub use starter::{StarterFlow, starter_flows};
pub use structure::{
    Checklist, ChoiceOption, Graph, Node, NodeType, OutcomeKind, Script, ScriptLanguage, ScriptOutput,
    Section, Step, Structure, TreeType,
};
pub use tree::{FlowDraft, ForkOrigin, Tree, TreePatch, TreeStatus, TreeVersion, refuse_unpublishable};

/// Names a text may use as `{{name}}` without an intake field of that name.
pub const BUILT_IN_VARIABLES: [&str; 4] = ["ticket_number", "client_name", "engineer_name", "target_label"];

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// No such flow for this account.
    pub const TREE_NOT_FOUND: Code = Code::new("tree_not_found", Kind::NotFound);
    /// The flow exists, but not for this person.
    pub const TREE_ACCESS_DENIED: Code = Code::new("tree_access_denied", Kind::Forbidden);
    /// Lint errors stand in the way of publishing.
    pub const TREE_NOT_PUBLISHABLE: Code = Code::new("tree_not_publishable", Kind::Invalid);
    /// The flow file cannot be read; the detail names line and column.
    pub const FLOW_FILE_UNREADABLE: Code = Code::new("flow_file_unreadable", Kind::Invalid);

    /// The archive cannot be unpacked, or holds more than any library.
    pub const ARCHIVE_UNREADABLE: Code = Code::new("archive_unreadable", Kind::Invalid);
    /// The account has more flows than one archive holds.
    pub const LIBRARY_TOO_LARGE: Code = Code::new("library_too_large", Kind::Invalid);
    /// The flow was not forked from another.
    pub const NOT_A_FORK: Code = Code::new("not_a_fork", Kind::Conflict);
    /// No such folder for this person.
    pub const FOLDER_NOT_FOUND: Code = Code::new("folder_not_found", Kind::NotFound);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[
        TREE_NOT_FOUND,
        TREE_ACCESS_DENIED,
        TREE_NOT_PUBLISHABLE,
        FLOW_FILE_UNREADABLE,
        FOLDER_NOT_FOUND,
        ARCHIVE_UNREADABLE,
        LIBRARY_TOO_LARGE,
        NOT_A_FORK,
    ];
}
