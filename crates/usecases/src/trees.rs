//! Flows: write, publish, fork, keep versions.

use rf_accounts::{Plan, check_tree_limit};
use rf_audit::events;
use rf_auth_policy::{Action, Actor, Role, decide, require};
use rf_kernel::{
    Checks, Failure, Page, Revision, TeamId, TreeId,
    codes::{FORBIDDEN, STALE_REVISION},
};
use rf_trees::{
    FlowDraft, ForkOrigin, LintReport, Tree, TreeFacets, TreeFacts, TreeFilter, TreeListItem, TreePatch,
    TreeStatus, TreeVersion, UpdateOutcome, codes, lint,
};
use serde_json::json;

use crate::{App, Caller, Work, folders::filter_for, tree_events::changes};

/// A flow somebody writes.
#[derive(Clone, Debug)]
pub struct NewTree {
    /// What it says.
    pub content: FlowDraft,
    /// Draft, or published at once.
    pub status: TreeStatus,
    /// Other accounts may use it.
    pub is_public: bool,
    /// The team it is limited to.
    pub team_id: Option<TeamId>,
}

/// A flow as the caller sees it.
#[derive(Clone, Debug)]
pub struct TreeView {
    /// The flow.
    pub tree: Tree,
    /// What else is known about it.
    pub facts: TreeFacts,
    /// Whether the caller may change it.
    pub can_edit: bool,
}

impl TreeView {
    pub(crate) async fn of(work: &mut Work, tree: Tree) -> Result<Self, Failure> {
        let Actor { account_id, user_id, .. } = work.actor;
        let facts = work.unit.tree_facts(account_id, user_id, tree.id).await?.unwrap_or_default();
        Ok(Self { can_edit: tree.can_edit(&work.actor), facts, tree })
    }
}

/// The filter, for what the actor may see and has marked.
pub(crate) fn for_actor(filter: &TreeFilter, actor: &Actor) -> TreeFilter {
    let sees_all = actor.is_super_admin || actor.role >= Role::TeamAdmin;
    let team = actor.team_id.filter(|_| !sees_all);
    TreeFilter { reader: Some(actor.user_id), team, ..filter.clone() }
}

impl App {
    /// A page of the library, how many flows match in all, and for each whether the caller may change it.
    ///
    /// # Errors
    /// `validation_failed`, `folder_not_found`, `forbidden`.
    pub async fn list_trees(
        &self,
        caller: &Caller,
        filter: &TreeFilter,
        page: Page,
    ) -> Result<(Vec<(TreeListItem, bool)>, u64), Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let filter = filter_for(work, filter).await?;
            let (items, total) = work.unit.list_trees(work.actor.account_id, &filter, page).await?;
            let with_rights = items.into_iter().map(|item| {
                let can_edit = item.tree.can_edit(&work.actor);
                (item, can_edit)
            });
            Ok((with_rights.collect(), total))
        })
        .await
    }

    /// What the list of that filter can be narrowed by.
    ///
    /// # Errors
    /// `folder_not_found`, `forbidden`.
    pub async fn tree_facets(&self, caller: &Caller, filter: &TreeFilter) -> Result<TreeFacets, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let filter = filter_for(work, filter).await?;
            Ok(work.unit.tree_facets(work.actor.account_id, &filter).await?)
        })
        .await
    }

    /// Marks a flow as the caller's favourite, or takes the mark away. Doing it again changes nothing.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn set_favourite(
        &self,
        caller: &Caller,
        id: TreeId,
        is_favourite: bool,
    ) -> Result<(), Failure> {
        self.write(caller, async |work| {
            visible_tree(work, id).await?;
            let Actor { account_id, user_id, .. } = work.actor;
            Ok(work.unit.set_favourite(account_id, user_id, id, is_favourite).await?)
        })
        .await
    }

    /// One flow.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn tree(&self, caller: &Caller, id: TreeId) -> Result<TreeView, Failure> {
        self.read(caller, async |work| {
            let tree = visible_tree(work, id).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// Keeps a new flow.
    ///
    /// # Errors
    /// `validation_failed`, `tree_not_publishable`, `tree_limit_reached`, `forbidden`.
    pub async fn create_tree(&self, caller: &Caller, new: &NewTree) -> Result<TreeView, Failure> {
        self.write(caller, async |work| {
            let tree = self.keep_new_tree(work, new.clone(), None, (events::TREE_CREATED, &[])).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// Changes a flow. With `expected`, only if nobody was faster.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`, `stale_revision`, `validation_failed`, `tree_not_publishable`,
    /// `tree_limit_reached` when an archived flow is brought back.
    pub async fn update_tree(
        &self,
        caller: &Caller,
        id: TreeId,
        patch: &TreePatch,
        expected: Option<Revision>,
    ) -> Result<TreeView, Failure> {
        self.write(caller, async |work| {
            let mut tree = editable_tree(work, id).await?;
            let (before, old) = (tree.revision, tree.clone());
            if expected.is_some_and(|expected| expected != before) {
                return Err(stale());
            }
            if let Some(Some(team)) = patch.team_id {
                check_team(work, team).await?;
            }
            let was_active = tree.is_active;
            tree.apply(patch.clone(), work.ctx.now);
            let mut checks = Checks::new();
            tree.content.check(&mut checks);
            checks.finish()?;
            if tree.is_active && !was_active {
                // Brought back it counts again.
                require_room(work).await?;
            }
            if patch.status == Some(TreeStatus::Published) {
                self.publish(work, &mut tree, None).await?;
            } else if tree.status == TreeStatus::Published {
                // A published flow stays usable: what would not publish is not kept as published.
                tree.check_publishable()?;
            }
            self.keep_tree(work, &tree, before).await?;
            self.audit_tree(work, &tree, events::TREE_UPDATED, &changes(&old, &tree)).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// Archives a flow: not offered any more, its sessions untouched.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn archive_tree(&self, caller: &Caller, id: TreeId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            let mut tree = editable_tree(work, id).await?;
            let before = tree.revision;
            tree.apply(TreePatch { is_active: Some(false), ..TreePatch::default() }, work.ctx.now);
            self.keep_tree(work, &tree, before).await?;
            self.audit_tree(work, &tree, events::TREE_ARCHIVED, &[]).await
        })
        .await
    }

    /// Publishes what the flow says now as its next version.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`, `tree_not_publishable`, `validation_failed`.
    pub async fn publish_tree(
        &self,
        caller: &Caller,
        id: TreeId,
        change_note: Option<&str>,
    ) -> Result<TreeView, Failure> {
        self.write(caller, async |work| {
            let mut checks = Checks::new();
            checks.optional_text("change_note", change_note, 0..=1_000);
            checks.finish()?;
            let mut tree = editable_tree(work, id).await?;
            let before = tree.revision;
            tree.apply(TreePatch::default(), work.ctx.now);
            self.publish(work, &mut tree, change_note.map(str::to_owned)).await?;
            self.keep_tree(work, &tree, before).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// Copies a flow into the caller's account, as a draft that knows where it came from.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`, `tree_limit_reached`, `validation_failed`, `forbidden`.
    pub async fn fork_tree(
        &self,
        caller: &Caller,
        id: TreeId,
        name: Option<&str>,
        reason: Option<&str>,
    ) -> Result<TreeView, Failure> {
        self.write(caller, async |work| {
            let mut checks = Checks::new();
            checks.optional_text("fork_reason", reason, 0..=1_000);
            checks.finish()?;
            let parent = visible_tree(work, id).await?;
            let origin = parent.fork_origin(reason.map(str::to_owned));
            let name = name.map_or_else(|| copy_name(&parent.content.name), str::to_owned);
            let new = NewTree {
                content: FlowDraft { name, ..parent.content },
                status: TreeStatus::Draft,
                is_public: false,
                team_id: None,
            };
            let made = (events::TREE_FORKED, &[("parent_tree_id", json!(id))][..]);
            let tree = self.keep_new_tree(work, new, Some(origin), made).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// Takes note that the flow a fork was made from has changed: the notice goes until it changes again. The fork
    /// itself is as it was.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`, `forbidden`, `not_a_fork`.
    pub async fn acknowledge_upstream(&self, caller: &Caller, id: TreeId) -> Result<TreeView, Failure> {
        self.write(caller, async |work| {
            let mut tree = editable_tree(work, id).await?;
            let before = tree.revision;
            let Some(origin) = tree.fork.as_mut() else {
                return Err(Failure::new(codes::NOT_A_FORK, "This flow was not forked from another."));
            };
            let parent = work.unit.tree_by_id(work.actor.account_id, origin.parent_tree_id).await?;
            let Some(parent) = parent.filter(|parent| parent.updated_at > origin.parent_updated_at) else {
                return TreeView::of(work, tree).await;
            };
            let seen = json!({ "before": origin.parent_updated_at, "after": parent.updated_at });
            origin.parent_updated_at = parent.updated_at;
            // Its own change time stays: forks of this fork have nothing to look at.
            tree.revision = before.next();
            self.keep_tree(work, &tree, before).await?;
            let more = [("parent_updated_at", seen)];
            self.audit_tree(work, &tree, events::TREE_UPSTREAM_ACKNOWLEDGED, &more).await?;
            TreeView::of(work, tree).await
        })
        .await
    }

    /// The versions of a flow, newest first.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn tree_versions(&self, caller: &Caller, id: TreeId) -> Result<Vec<TreeVersion>, Failure> {
        self.read(caller, async |work| {
            visible_tree(work, id).await?;
            Ok(work.unit.tree_versions(work.actor.account_id, id).await?)
        })
        .await
    }

    /// What lint says about a kept flow.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn lint_tree(&self, caller: &Caller, id: TreeId) -> Result<LintReport, Failure> {
        self.tree(caller, id).await.map(|view| lint(&view.tree.content))
    }

    /// What lint says about a flow that is not kept.
    ///
    /// # Errors
    /// `forbidden`, `validation_failed`.
    pub async fn lint_draft(&self, caller: &Caller, draft: &FlowDraft) -> Result<LintReport, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::AuthorTrees)?;
            let mut checks = Checks::new();
            draft.check(&mut checks);
            checks.finish()?;
            Ok(lint(draft))
        })
        .await
    }

    /// Keeps a new flow of the actor's, within the plan's limit. `made` is what the audit log calls it, and says
    /// beside its name.
    pub(crate) async fn keep_new_tree(
        &self,
        work: &mut Work,
        new: NewTree,
        fork: Option<ForkOrigin>,
        made: (&'static str, &[(&str, serde_json::Value)]),
    ) -> Result<Tree, Failure> {
        require(&work.actor, Action::AuthorTrees)?;
        let tenant = work.actor.account_id;
        let content = new.content.normalised();
        let mut checks = Checks::new();
        content.check(&mut checks);
        checks.finish()?;
        if let Some(team) = new.team_id {
            check_team(work, team).await?;
        }
        let now = work.ctx.now;
        let mut tree = Tree {
            id: self.new_id(),
            account_id: tenant,
            team_id: new.team_id,
            author_id: Some(work.actor.user_id),
            content,
            version: 0,
            status: TreeStatus::Draft,
            is_active: true,
            is_public: new.is_public,
            is_default: false,
            usage_count: 0,
            fork,
            created_at: now,
            updated_at: now,
            revision: Revision::FIRST,
        };
        // Validation before the limit, as the contract orders them (RUN-19).
        let publish = new.status == TreeStatus::Published;
        if publish {
            tree.check_publishable()?;
        }
        require_room(work).await?;
        work.unit.insert_tree(&tree).await?;
        self.audit_tree(work, &tree, made.0, made.1).await?;
        if publish {
            let before = tree.revision;
            tree.revision = before.next();
            self.publish(work, &mut tree, None).await?;
            self.keep_tree(work, &tree, before).await?;
        }
        Ok(tree)
    }

    async fn publish(
        &self,
        work: &mut Work,
        tree: &mut Tree,
        change_note: Option<String>,
    ) -> Result<(), Failure> {
        let version = tree.publish(self.new_id(), Some(work.actor.user_id), change_note, work.ctx.now)?;
        if work.unit.insert_tree_version(&version).await? == rf_trees::InsertVersionOutcome::NumberTaken {
            return Err(stale());
        }
        self.audit_tree(work, tree, events::TREE_PUBLISHED, &[]).await
    }

    async fn keep_tree(&self, work: &mut Work, tree: &Tree, before: Revision) -> Result<(), Failure> {
        match work.unit.update_tree(tree.account_id, tree, before).await? {
            UpdateOutcome::Updated => Ok(()),
            UpdateOutcome::Stale => Err(stale()),
            UpdateOutcome::NotFound => Err(tree_not_found()),
        }
    }
}

/// The flow, if the actor may see it.
pub(crate) async fn visible_tree(work: &mut Work, id: TreeId) -> Result<Tree, Failure> {
    let tree = work.unit.tree_by_id(work.actor.account_id, id).await?.ok_or_else(tree_not_found)?;
    if tree.can_access(&work.actor) {
        return Ok(tree);
    }
    Err(Failure::new(codes::TREE_ACCESS_DENIED, "You don't have access to this tree"))
}

/// The flow, if the actor may change it. Writers of one account take turns, so that a change which names no
/// revision is never refused for another's.
async fn editable_tree(work: &mut Work, id: TreeId) -> Result<Tree, Failure> {
    work.unit.lock_account(work.actor.account_id).await?;
    let tree = visible_tree(work, id).await?;
    if tree.account_id == work.actor.account_id && tree.can_edit(&work.actor) {
        return Ok(tree);
    }
    if !decide(&work.actor, Action::AuthorTrees) {
        require(&work.actor, Action::AuthorTrees)?;
    }
    Err(Failure::new(
        FORBIDDEN,
        "Only the author, a team admin or an owner can change this flow. Fork it to make your own.",
    ))
}

/// One more flow fits the account's plan. Nobody else of the account counts until this unit ends.
async fn require_room(work: &mut Work) -> Result<(), Failure> {
    let tenant = work.actor.account_id;
    work.unit.lock_account(tenant).await?;
    let plan = work.unit.subscription_of(tenant).await?.map_or(Plan::Free, |s| s.plan);
    check_tree_limit(plan, work.unit.count_own_trees(tenant).await?)
}

pub(crate) async fn check_team(work: &mut Work, team: TeamId) -> Result<(), Failure> {
    match work.unit.team_by_id(work.actor.account_id, team).await? {
        Some(_) => Ok(()),
        None => Err(Failure::invalid_field("team_id", "unknown_team", "your account has no such team")),
    }
}

pub(crate) fn tree_not_found() -> Failure {
    Failure::new(codes::TREE_NOT_FOUND, "Tree not found")
}

fn stale() -> Failure {
    Failure::new(
        STALE_REVISION,
        "Somebody else changed this flow first. Reload it and apply your change again.",
    )
}

fn copy_name(name: &str) -> String {
    const SUFFIX: &str = " (copy)";
    let kept: String = name.chars().take(200 - SUFFIX.len()).collect();
    kept + SUFFIX
}
