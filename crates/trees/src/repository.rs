//! Where flows are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, FolderId, Page, Revision, StoreError, TeamId, Timestamp, TreeId, UserId};

use crate::{Folder, Tree, TreeStatus, TreeType, TreeVersion};

/// What became of a conditional change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateOutcome {
    /// Kept.
    Updated,
    /// The row is at another revision; nothing was kept.
    Stale,
    /// No such row of this account.
    NotFound,
}

/// What became of a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertVersionOutcome {
    /// Kept.
    Inserted,
    /// That number exists already; nothing was kept.
    NumberTaken,
}

/// In what order flows are listed. Ties are broken by id, so pages never overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeSort {
    /// By name, letter case ignored.
    #[default]
    Name,
    /// Last changed first.
    Recent,
    /// Most used by this account first.
    Used,
    /// What fits the search best first; without a search by name.
    Relevance,
    /// Most often resolved first, of equals the more often completed; those never completed last.
    Success,
}

/// Which flows to list. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeFilter {
    /// Each piece is found in the name, tags, category, description or steps, as [`crate::SearchQuery`] says.
    pub search: Vec<String>,
    /// Of this type.
    pub tree_type: Option<TreeType>,
    /// On this shelf, exactly.
    pub category: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Draft or published.
    pub status: Option<TreeStatus>,
    /// Written by this person.
    pub author_id: Option<UserId>,
    /// Archived ones too.
    pub include_inactive: bool,
    /// Who reads: whose favourites are marked.
    pub reader: Option<UserId>,
    /// The reader's favourites only.
    pub favourite: bool,
    /// In one of these folders.
    pub folders: Option<Vec<FolderId>>,
    /// Without the tenant's own flows that are limited to another team than this one.
    pub team: Option<TeamId>,
    /// In what order.
    pub sort: TreeSort,
}

/// The state of what a tenant can run: published flows that are not archived. Equal stamps mean equal libraries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LibraryStamp {
    /// How many flows there are.
    pub flows: i64,
    /// Their revisions together: a flow that changes raises it.
    pub revisions: i64,
    /// When one of them was changed last.
    pub newest: Option<Timestamp>,
}

/// What is known about a flow beside what it says, for one account and one reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeFacts {
    /// The reader has marked it.
    pub is_favourite: bool,
    /// Sessions the account has ended with it, cancelled ones aside.
    pub completed_count: i64,
    /// Those of them that were resolved.
    pub resolved_count: i64,
    /// The flow it was forked from can be seen, and has changed since.
    pub upstream_changed: bool,
}

impl TreeFacts {
    /// The share of ended sessions that were resolved, 0 to 1; `None` while there are none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 sessions")]
    pub fn success_rate(&self) -> Option<f64> {
        (self.completed_count > 0).then(|| self.resolved_count as f64 / self.completed_count as f64)
    }

    /// What [`TreeSort::Success`] sorts by, the largest first: in whole millionths, so that every store agrees.
    #[must_use]
    pub const fn success_key(&self) -> (i64, i64) {
        match self.completed_count {
            0 => (-1, 0),
            completed => (self.resolved_count * 1_000_000 / completed, completed),
        }
    }
}

/// A flow in a list: all but its body, which lists do not read.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeListItem {
    /// The flow; its `content.structure` and `content.intake_form` are empty.
    pub tree: Tree,
    /// How many nodes or steps it has.
    pub step_count: i64,
    /// Minutes a run is expected to take.
    pub expected_minutes: Option<i64>,
    /// What else is known about it; favourites are those of [`TreeFilter::reader`].
    pub facts: TreeFacts,
}

/// A value with the number of flows that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The value.
    pub name: String,
    /// How many flows.
    pub count: i64,
}

/// What a list can be narrowed by; counted over the flows that match its filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeFacets {
    /// By category, most first, then by name.
    pub categories: Vec<Facet>,
    /// By tag, most first, then by name.
    pub tags: Vec<Facet>,
    /// By type, most first, then by name.
    pub types: Vec<Facet>,
}

/// Keeps flows. A tenant sees its own and those shared with everybody ([`Tree::is_shared`]), and changes only
/// its own.
#[async_trait]
pub trait TreeRepository: Send {
    /// Keeps a new flow; its account is the tenant.
    async fn insert_tree(&mut self, tree: &Tree) -> Result<(), StoreError>;
    /// A flow the tenant can see, with `usage_count` counted for the tenant.
    async fn tree_by_id(&mut self, tenant: AccountId, id: TreeId) -> Result<Option<Tree>, StoreError>;
    /// Keeps a changed flow of the tenant's own if it is still at `expected`.
    async fn update_tree(
        &mut self,
        tenant: AccountId,
        tree: &Tree,
        expected: Revision,
    ) -> Result<UpdateOutcome, StoreError>;
    /// A page of the flows the tenant can see, and how many there are in all.
    async fn list_trees(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
        page: Page,
    ) -> Result<(Vec<TreeListItem>, u64), StoreError>;
    /// What the list of that filter can be narrowed by.
    async fn tree_facets(&mut self, tenant: AccountId, filter: &TreeFilter)
    -> Result<TreeFacets, StoreError>;
    /// What else is known about a flow the tenant can see; `None` where it cannot.
    async fn tree_facts(
        &mut self,
        tenant: AccountId,
        reader: UserId,
        id: TreeId,
    ) -> Result<Option<TreeFacts>, StoreError>;
    /// Marks a flow the tenant can see for a person, or takes the mark away. Doing it again changes nothing.
    async fn set_favourite(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: TreeId,
        is_favourite: bool,
    ) -> Result<(), StoreError>;
    /// Changes whenever a flow the tenant can see and run is added, changed or taken away.
    async fn library_stamp(&mut self, tenant: AccountId) -> Result<LibraryStamp, StoreError>;
    /// How many flows of its own the tenant has that are not archived.
    async fn count_own_trees(&mut self, tenant: AccountId) -> Result<u64, StoreError>;
    /// Counts one more session of the tenant's with the flow, in one statement.
    async fn increment_usage(&mut self, tenant: AccountId, id: TreeId) -> Result<(), StoreError>;
    /// Counts one more ended session of the tenant's with the flow, in one statement.
    async fn increment_completions(
        &mut self,
        tenant: AccountId,
        id: TreeId,
        resolved: bool,
    ) -> Result<(), StoreError>;
    /// Keeps a new version.
    async fn insert_tree_version(
        &mut self,
        version: &TreeVersion,
    ) -> Result<InsertVersionOutcome, StoreError>;
    /// The versions of a flow the tenant can see, newest first.
    async fn tree_versions(&mut self, tenant: AccountId, id: TreeId) -> Result<Vec<TreeVersion>, StoreError>;
}

/// Keeps folders of the library. Who of an account sees which is for the use cases to say.
#[async_trait]
pub trait FolderRepository: Send {
    /// Keeps a new folder.
    async fn insert_folder(&mut self, folder: &Folder) -> Result<(), StoreError>;
    /// The account's shared folders and those of that person, in the order of their ids.
    async fn folders(&mut self, tenant: AccountId, reader: UserId) -> Result<Vec<Folder>, StoreError>;
    /// Keeps another name, place and scope of a folder of the tenant's; whether there is one.
    async fn update_folder(&mut self, folder: &Folder) -> Result<bool, StoreError>;
    /// Takes folders of the tenant's away with what says that flows are in them; the flows stay. Folders inside
    /// those must be among them.
    async fn delete_folders(&mut self, tenant: AccountId, ids: &[FolderId]) -> Result<(), StoreError>;
    /// Puts a flow the tenant can see into a folder of the tenant's, or takes it out. Doing it again changes
    /// nothing.
    async fn set_in_folder(
        &mut self,
        tenant: AccountId,
        folder: FolderId,
        tree: TreeId,
        is_in: bool,
    ) -> Result<(), StoreError>;
    /// In which folders of the tenant's these flows are, in the order of folder and flow.
    async fn folders_of_trees(
        &mut self,
        tenant: AccountId,
        trees: &[TreeId],
    ) -> Result<Vec<(FolderId, TreeId)>, StoreError>;
    /// How many flows of the filter each folder of the tenant's holds itself; empty ones are left out.
    async fn folder_counts(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<Vec<(FolderId, i64)>, StoreError>;
}
