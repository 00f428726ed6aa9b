//! The flow aggregate: draft, publish, fork, who may see and change it.

use std::str::FromStr;

use rf_auth_policy::{Action, Actor, Role, decide};
use rf_kernel::{AccountId, Checks, Failure, Revision, TeamId, Timestamp, TreeId, UserId, VersionId};
use serde::{Deserialize, Serialize};

use crate::{IntakeForm, LintReport, Structure, TreeType, codes, limits, lint};

/// Whether a flow is for use or still being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TreeStatus {
    /// Being written; exempt from the publishing rules.
    Draft,
    /// Passed the publishing rules.
    Published,
}

impl TreeStatus {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }
}

impl FromStr for TreeStatus {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "draft" => Ok(Self::Draft),
            "published" => Ok(Self::Published),
            other => Err(format!("unknown flow status {other:?}")),
        }
    }
}

/// What a person writes: everything about a flow that is not bookkeeping. Also the content of a flow file.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowDraft {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The shelf it stands on.
    pub category: Option<String>,
    /// Free words, lower case.
    pub tags: Vec<String>,
    /// Its type; fixed once created.
    pub tree_type: TreeType,
    /// Its body.
    pub structure: Structure,
    /// Its variables.
    pub intake_form: IntakeForm,
}

impl FlowDraft {
    /// Checks the sizes that hold for drafts too. Whether the flow makes sense is [`lint`]'s question.
    pub fn check(&self, checks: &mut Checks) {
        checks.text("name", &self.name, 1..=limits::NAME);
        checks.optional_text("description", self.description.as_deref(), 0..=limits::DESCRIPTION);
        checks.optional_text("category", self.category.as_deref(), 1..=limits::CATEGORY);
        checks.count("tags", self.tags.len(), limits::TAGS);
        for (index, tag) in self.tags.iter().enumerate() {
            checks.text(&format!("tags[{index}]"), tag, 1..=limits::TAG);
        }
        checks.count("tree_structure", self.structure.step_count(), limits::STEPS);
        checks.count("intake_form.fields", self.intake_form.fields.len(), limits::FIELDS);
        if let Structure::Checklist(list) = &self.structure {
            checks.count("tree_structure.targets", list.targets.len(), limits::TARGETS);
            if self.tree_type != TreeType::Maintenance && !list.targets.is_empty() {
                checks.refuse(
                    "tree_structure.targets",
                    "not_for_this_type",
                    "only maintenance flows have targets",
                );
            }
        }
        for (loc, has_nul) in
            [("tree_structure", has_nul(&self.structure)), ("intake_form", has_nul(&self.intake_form))]
        {
            if has_nul {
                checks.refuse(loc, "control_character", "must not contain the NUL character");
            }
        }
    }

    /// Trims what people leave around names, and lower-cases tags.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        self.description = self.description.map(|d| d.trim().to_owned()).filter(|d| !d.is_empty());
        self.category = self.category.map(|c| c.trim().to_owned()).filter(|c| !c.is_empty());
        let mut tags: Vec<String> = Vec::new();
        for tag in self.tags {
            let tag = tag.trim().to_lowercase();
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        self.tags = tags;
        self
    }
}

/// Where a fork comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct ForkOrigin {
    /// The flow it was made from.
    pub parent_tree_id: TreeId,
    /// The first of the line.
    pub root_tree_id: TreeId,
    /// How many forks away from the first.
    pub fork_depth: i64,
    /// Why it was made.
    pub fork_reason: Option<String>,
    /// The parent's change time when it was made; a later one means that upstream has changed.
    pub parent_updated_at: Timestamp,
}

/// A flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Its id.
    pub id: TreeId,
    /// The account that owns it.
    pub account_id: AccountId,
    /// The team it is limited to; `None` = the whole account.
    pub team_id: Option<TeamId>,
    /// Who wrote it; `None` for flows that ship with the product.
    pub author_id: Option<UserId>,
    /// What it says.
    pub content: FlowDraft,
    /// Number of the newest published version; 0 = never published.
    pub version: i64,
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
    /// Where it was forked from.
    pub fork: Option<ForkOrigin>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub revision: Revision,
}

/// Changes to a flow; `None` leaves a field alone.
#[derive(Clone, Debug, Default)]
pub struct TreePatch {
    /// New name.
    pub name: Option<String>,
    /// New description; `Some(None)` clears it.
    pub description: Option<Option<String>>,
    /// New category; `Some(None)` clears it.
    pub category: Option<Option<String>>,
    /// New tags.
    pub tags: Option<Vec<String>>,
    /// New body.
    pub structure: Option<Structure>,
    /// New variables.
    pub intake_form: Option<IntakeForm>,
    /// Publish it or take it back to draft.
    pub status: Option<TreeStatus>,
    /// Offer it or archive it.
    pub is_active: Option<bool>,
    /// Share it with other accounts or not.
    pub is_public: Option<bool>,
    /// Limit it to a team; `Some(None)` lifts the limit.
    pub team_id: Option<Option<TeamId>>,
}

/// A version, kept at every publish.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeVersion {
    /// Its id.
    pub id: VersionId,
    /// The flow.
    pub tree_id: TreeId,
    /// The account that owns the flow.
    pub account_id: AccountId,
    /// Counted from 1.
    pub version: i64,
    /// What the flow said then.
    pub content: FlowDraft,
    /// What the publisher wrote about it.
    pub change_note: Option<String>,
    /// Who published; `None` for flows that ship with the product.
    pub published_by_id: Option<UserId>,
    /// When.
    pub published_at: Timestamp,
}

impl Tree {
    /// Whether the flow is offered beyond its own account.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        (self.is_public || self.is_default) && self.is_active && self.status == TreeStatus::Published
    }

    /// Whether `actor` may see and run it: own account (and own team, where the flow is limited to one and the
    /// actor has one), shared flows, or a super admin. The store hides other accounts' flows before this asks.
    #[must_use]
    pub fn can_access(&self, actor: &Actor) -> bool {
        if actor.is_super_admin || self.is_shared() {
            return true;
        }
        self.account_id == actor.account_id && !self.is_other_team(actor)
    }

    /// Limited to a team the actor is not in. Team admins and owners see all teams of their account.
    #[must_use]
    pub fn is_other_team(&self, actor: &Actor) -> bool {
        match (self.team_id, actor.team_id) {
            (Some(own), Some(theirs)) => own != theirs && actor.role < Role::TeamAdmin,
            _ => false,
        }
    }

    /// Whether `actor` may change it: the author, or a team admin or owner of the account.
    #[must_use]
    pub fn can_edit(&self, actor: &Actor) -> bool {
        if self.account_id != actor.account_id {
            return actor.is_super_admin && self.is_default;
        }
        if self.author_id == Some(actor.user_id) {
            return decide(actor, Action::AuthorTrees);
        }
        decide(actor, Action::ManageTrees)
    }

    /// Applies `patch` at `now`; the caller publishes separately when the status asks for it.
    pub fn apply(&mut self, patch: TreePatch, now: Timestamp) {
        let TreePatch {
            name,
            description,
            category,
            tags,
            structure,
            intake_form,
            status,
            is_active,
            is_public,
            team_id,
        } = patch;
        let content = &mut self.content;
        set(&mut content.name, name);
        set(&mut content.description, description);
        set(&mut content.category, category);
        set(&mut content.tags, tags);
        set(&mut content.structure, structure);
        set(&mut content.intake_form, intake_form);
        if status == Some(TreeStatus::Draft) {
            self.status = TreeStatus::Draft;
        }
        set(&mut self.is_active, is_active);
        set(&mut self.is_public, is_public);
        set(&mut self.team_id, team_id);
        self.content = self.content.clone().normalised();
        self.updated_at = now;
        self.revision = self.revision.next();
    }

    /// Whether what the flow says now could be published.
    ///
    /// # Errors
    /// `tree_not_publishable` with `{message, errors}` when lint finds errors.
    pub fn check_publishable(&self) -> Result<(), Failure> {
        refuse_unpublishable(&lint(&self.content), "Cannot publish tree with validation errors")
    }

    /// Publishes what the flow says now as its next version.
    ///
    /// # Errors
    /// `tree_not_publishable` with `{message, errors}` when lint finds errors.
    pub fn publish(
        &mut self,
        id: VersionId,
        by: Option<UserId>,
        change_note: Option<String>,
        now: Timestamp,
    ) -> Result<TreeVersion, Failure> {
        self.check_publishable()?;
        self.status = TreeStatus::Published;
        self.version += 1;
        self.updated_at = now;
        Ok(TreeVersion {
            id,
            tree_id: self.id,
            account_id: self.account_id,
            version: self.version,
            content: self.content.clone(),
            change_note,
            published_by_id: by,
            published_at: now,
        })
    }

    /// The lineage of a fork made of this flow.
    #[must_use]
    pub fn fork_origin(&self, reason: Option<String>) -> ForkOrigin {
        ForkOrigin {
            parent_tree_id: self.id,
            root_tree_id: self.fork.as_ref().map_or(self.id, |fork| fork.root_tree_id),
            fork_depth: self.fork.as_ref().map_or(0, |fork| fork.fork_depth) + 1,
            fork_reason: reason,
            parent_updated_at: self.updated_at,
        }
    }
}

/// Whether any text of it contains NUL, ids and names included: no database keeps it.
fn has_nul(part: &impl Serialize) -> bool {
    fn found(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('\0'),
            serde_json::Value::Array(items) => items.iter().any(found),
            serde_json::Value::Object(fields) => fields.values().any(found),
            _ => false,
        }
    }
    serde_json::to_value(part).is_ok_and(|value| found(&value))
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Turns lint errors into the refusal of a publish, with the message the contract fixes for the occasion.
///
/// # Errors
/// `tree_not_publishable`.
pub fn refuse_unpublishable(report: &LintReport, message: &'static str) -> Result<(), Failure> {
    if report.can_publish() {
        return Ok(());
    }
    Err(Failure::new(
        codes::TREE_NOT_PUBLISHABLE,
        serde_json::json!({ "message": message, "errors": report.errors().collect::<Vec<_>>() }),
    ))
}

#[cfg(test)]
mod tests;
