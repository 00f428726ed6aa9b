//! Flows (wire name: trees).

use rf_kernel::Timestamp;
use rf_trees::{Checklist, Graph, IntakeForm, LintFinding, TreeStatus, TreeType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::sent;

/// The body of a flow: a graph for `troubleshooting`, a checklist for `procedural` and `maintenance`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TreeStructure {
    /// Of a troubleshooting flow.
    Graph(Graph),
    /// Of a procedural or maintenance flow.
    Checklist(Checklist),
}

/// Which flows to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TreeQuery {
    /// Every word of it is found in the name, tags, category, description or steps: as a word, as the beginning or
    /// part of one, or as a similar one. Letter case and diacritics are ignored; what has signs in it is taken
    /// as it is written.
    #[serde(default)]
    pub search: Option<String>,
    /// Of this type.
    #[serde(default)]
    pub tree_type: Option<TreeType>,
    /// On this shelf, exactly.
    #[serde(default)]
    pub category: Option<String>,
    /// With this tag.
    #[serde(default)]
    pub tag: Option<String>,
    /// Draft or published.
    #[serde(default)]
    pub status: Option<TreeStatus>,
    /// Only those the caller wrote.
    #[serde(default)]
    pub mine: Option<bool>,
    /// Only the caller's favourites.
    #[serde(default)]
    pub favourite: Option<bool>,
    /// In this folder or one inside it.
    #[serde(default)]
    pub folder_id: Option<Uuid>,
    /// Archived ones too.
    #[serde(default)]
    pub include_inactive: Option<bool>,
    /// In what order; when not sent by relevance where something is searched for, else by name.
    #[serde(default)]
    #[param(inline)]
    pub sort: Option<TreeSortBody>,
    /// Flows to leave out.
    #[serde(default)]
    #[param(minimum = 0)]
    pub skip: Option<u64>,
    /// Flows to return, 1 to 100; 50 when not sent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// In what order flows are listed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TreeSortBody {
    /// By name.
    Name,
    /// Last changed first.
    Recent,
    /// Most used by this account first.
    Used,
    /// What fits `search` best first; without it by name.
    Relevance,
    /// Most often resolved by this account first; those never completed last.
    Success,
}

/// A flow to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TreeCreate {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub description: Option<String>,
    /// The shelf it stands on.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub category: Option<String>,
    /// Free words, at most 20.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its type; fixed from then on.
    pub tree_type: TreeType,
    /// Its body.
    #[schema(value_type = TreeStructure)]
    pub tree_structure: Value,
    /// Its variables.
    #[serde(default)]
    pub intake_form: IntakeForm,
    /// Draft when not sent.
    #[serde(default)]
    pub status: Option<TreeStatus>,
    /// Other accounts may use it.
    #[serde(default)]
    pub is_public: bool,
    /// The team it is limited to.
    #[serde(default)]
    pub team_id: Option<Uuid>,
}

/// Changes to a flow; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TreeUpdate {
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for; `null` clears it.
    #[serde(default, deserialize_with = "sent")]
    pub description: Option<Option<String>>,
    /// The shelf it stands on; `null` clears it.
    #[serde(default, deserialize_with = "sent")]
    pub category: Option<Option<String>>,
    /// Free words.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Its body.
    #[serde(default)]
    #[schema(value_type = Option<TreeStructure>)]
    pub tree_structure: Option<Value>,
    /// Its variables.
    #[serde(default)]
    pub intake_form: Option<IntakeForm>,
    /// Publish it, or take it back to draft.
    #[serde(default)]
    pub status: Option<TreeStatus>,
    /// Offer it, or archive it.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// Other accounts may use it.
    #[serde(default)]
    pub is_public: Option<bool>,
    /// The team it is limited to; `null` lifts the limit.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<Uuid>)]
    pub team_id: Option<Option<Uuid>>,
}

/// A flow to look over without keeping it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LintRequest {
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Its type.
    pub tree_type: TreeType,
    /// Its body.
    #[schema(value_type = TreeStructure)]
    pub tree_structure: Value,
    /// Its variables.
    #[serde(default)]
    pub intake_form: IntakeForm,
}

/// A publish.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// What changed, for colleagues.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub change_note: Option<String>,
}

/// A copy.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForkRequest {
    /// What the copy is called.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Why it is made.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub fork_reason: Option<String>,
}

/// A flow in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeSummary {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The shelf it stands on.
    pub category: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Number of the newest published version; 0 = never published.
    pub version: i64,
    /// Its type.
    pub tree_type: TreeType,
    /// Draft or published.
    pub status: TreeStatus,
    /// Archived flows are not offered and cannot be started.
    pub is_active: bool,
    /// Other accounts may use it.
    pub is_public: bool,
    /// Ships with the product.
    pub is_default: bool,
    /// Sessions this account has started with it.
    pub usage_count: i64,
    /// Who wrote it.
    pub author_id: Option<Uuid>,
    /// The account that owns it.
    pub account_id: Uuid,
    /// The team it is limited to.
    pub team_id: Option<Uuid>,
    /// Number of nodes or steps.
    pub step_count: i64,
    /// Minutes a run is expected to take, where the flow says.
    pub expected_minutes: Option<i64>,
    /// The flow it was forked from.
    pub parent_tree_id: Option<Uuid>,
    /// The first of its line.
    pub root_tree_id: Option<Uuid>,
    /// Forks away from the first.
    pub fork_depth: i64,
    /// Why it was forked.
    pub fork_reason: Option<String>,
    /// The parent's change time at the fork.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub parent_updated_at: Option<Timestamp>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Counts its changes; send it back as `If-Match`.
    pub revision: i64,
    /// Whether the caller may change it.
    pub can_edit: bool,
    /// Whether the caller has marked it.
    pub is_favourite: bool,
    /// Sessions this account has completed with it, cancelled ones aside.
    pub completed_count: i64,
    /// The share of them that was resolved, 0 to 1; `null` while there are none.
    pub success_rate: Option<f64>,
    /// The flow it was forked from can be seen, and has changed since.
    pub upstream_changed: bool,
}

/// A page of flows.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeList {
    /// The page.
    pub items: Vec<TreeSummary>,
    /// How many flows match in all.
    pub total: u64,
}

/// A flow with its body.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeResponse {
    /// All that a list shows.
    #[serde(flatten)]
    pub summary: TreeSummary,
    /// Its body.
    pub tree_structure: TreeStructure,
    /// Its variables.
    pub intake_form: IntakeForm,
}

/// A version in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeVersionSummary {
    /// Counted from 1.
    pub version: i64,
    /// What the flow was called then.
    pub name: String,
    /// What its publisher wrote about it.
    pub change_note: Option<String>,
    /// Who published.
    pub published_by_id: Option<Uuid>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
}

/// A version with its body.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeVersionResponse {
    /// All that a list shows.
    #[serde(flatten)]
    pub summary: TreeVersionSummary,
    /// What the flow was for then.
    pub description: Option<String>,
    /// Its body then.
    pub tree_structure: TreeStructure,
    /// Its variables then.
    pub intake_form: IntakeForm,
}

/// What lint says.
#[derive(Debug, Serialize, ToSchema)]
pub struct LintResponse {
    /// Whether nothing stands in the way of publishing.
    pub can_publish: bool,
    /// All findings.
    pub findings: Vec<LintFinding>,
}

/// What a list can be narrowed by, counted over all flows that match its filter.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetsResponse {
    /// By category.
    pub categories: Vec<FacetBody>,
    /// By tag.
    pub tags: Vec<FacetBody>,
    /// By type.
    pub types: Vec<FacetBody>,
}

/// A value with the number of flows that have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetBody {
    /// The value.
    pub name: String,
    /// How many flows.
    pub count: i64,
}
