//! Folders of the library: who sees which, nesting, and what is in them.

use std::collections::BTreeMap;

use rf_audit::events;
use rf_auth_policy::{Action, Actor, decide, require};
use rf_kernel::{Failure, FolderId, TeamId, TreeId, codes::FORBIDDEN};
use rf_trees::{Folder, FolderScope, FolderTree, TreeFilter, codes::FOLDER_NOT_FOUND};
use serde_json::{Value, json};

use crate::{
    App, Caller, Work,
    audit::Event,
    trees::{check_team, for_actor, visible_tree},
};

/// Whose a new folder is; one inside another has the scope of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewFolderScope {
    /// The caller's own.
    Personal,
    /// A team's.
    Team(TeamId),
    /// The whole account's.
    Account,
}

/// A folder somebody makes.
#[derive(Clone, Debug)]
pub struct NewFolder {
    /// What it is called.
    pub name: String,
    /// The folder it goes into.
    pub parent_id: Option<FolderId>,
    /// Whose it is, where it goes into none.
    pub scope: NewFolderScope,
}

/// Changes to a folder; `None` leaves a value as it is.
#[derive(Clone, Debug, Default)]
pub struct FolderPatch {
    /// A new name.
    pub name: Option<String>,
    /// Another folder to be in; `Some(None)` takes it out of all.
    pub parent_id: Option<Option<FolderId>>,
}

/// A folder as the caller sees it.
#[derive(Clone, Debug)]
pub struct FolderView {
    /// The folder.
    pub folder: Folder,
    /// Flows in it that the caller can list; those of inner folders not counted.
    pub tree_count: i64,
    /// Whether the caller may change it and what is in it.
    pub can_edit: bool,
}

impl FolderView {
    fn of(folder: &Folder, tree_count: i64, actor: &Actor) -> Self {
        Self { can_edit: folder.can_edit(actor), tree_count, folder: folder.clone() }
    }
}

impl App {
    /// The folders the caller sees, by name.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn folders(&self, caller: &Caller) -> Result<Vec<FolderView>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let seen = seen_folders(work).await?;
            let filter = for_actor(&TreeFilter::default(), &work.actor);
            let counts: BTreeMap<FolderId, i64> =
                work.unit.folder_counts(work.actor.account_id, &filter).await?.into_iter().collect();
            let count = |id: FolderId| counts.get(&id).copied().unwrap_or(0);
            let mut views: Vec<_> = seen
                .folders()
                .iter()
                .map(|folder| FolderView::of(folder, count(folder.id), &work.actor))
                .collect();
            views.sort_by_cached_key(|view| (view.folder.name.to_lowercase(), view.folder.id));
            Ok(views)
        })
        .await
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// `validation_failed`, `folder_not_found`, `forbidden`.
    pub async fn create_folder(&self, caller: &Caller, new: &NewFolder) -> Result<FolderView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let seen = locked_folders(work).await?;
            let scope = match (new.parent_id, new.scope) {
                (Some(parent), _) => editable(&seen, parent, &work.actor)?.scope,
                (None, NewFolderScope::Personal) => FolderScope::Personal(work.actor.user_id),
                (None, NewFolderScope::Team(team)) => {
                    check_team(work, team).await?;
                    FolderScope::Team(team)
                }
                (None, NewFolderScope::Account) => FolderScope::Account,
            };
            let folder = Folder {
                id: self.new_id(),
                account_id: work.actor.account_id,
                parent_id: new.parent_id,
                scope,
                name: new.name.trim().to_owned(),
                created_at: work.ctx.now,
                updated_at: work.ctx.now,
            };
            refuse_unless_editable(&folder, &work.actor)?;
            seen.check(&folder)?;
            work.unit.insert_folder(&folder).await?;
            self.audit_folder(work, &folder, events::FOLDER_CREATED, &[]).await?;
            Ok(FolderView::of(&folder, 0, &work.actor))
        })
        .await
    }

    /// Renames or moves a folder. Inside another it and all in it get the scope of that one.
    ///
    /// # Errors
    /// `folder_not_found`, `validation_failed` for a taken name, a cycle or too many inside one another,
    /// `forbidden`.
    pub async fn update_folder(
        &self,
        caller: &Caller,
        id: FolderId,
        patch: &FolderPatch,
    ) -> Result<FolderView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let seen = locked_folders(work).await?;
            let old = editable(&seen, id, &work.actor)?;
            let parent_id = patch.parent_id.unwrap_or(old.parent_id);
            let scope = match parent_id {
                Some(parent) => editable(&seen, parent, &work.actor)?.scope,
                None => old.scope,
            };
            if matches!(scope, FolderScope::Personal(_)) && scope != old.scope {
                let message = "a shared folder cannot become one person's";
                return Err(Failure::invalid_field("parent_id", "other_scope", message));
            }
            let folder = Folder {
                parent_id,
                scope,
                name: patch.name.as_deref().unwrap_or(&old.name).trim().to_owned(),
                updated_at: work.ctx.now,
                ..old.clone()
            };
            seen.check(&folder)?;
            work.unit.update_folder(&folder).await?;
            for inner in seen.with_inner(id).into_iter().skip(1).filter_map(|inner| seen.get(inner)) {
                if inner.scope != scope {
                    work.unit.update_folder(&Folder { scope, ..inner.clone() }).await?;
                }
            }
            let was = [("before", json!({ "name": old.name, "parent_id": old.parent_id }))];
            self.audit_folder(work, &folder, events::FOLDER_UPDATED, &was).await?;
            let filter = for_actor(&TreeFilter::default(), &work.actor);
            let counts = work.unit.folder_counts(work.actor.account_id, &filter).await?;
            let count = counts.into_iter().find(|(counted, _)| *counted == id).map_or(0, |(_, count)| count);
            Ok(FolderView::of(&folder, count, &work.actor))
        })
        .await
    }

    /// Deletes a folder and those in it. Their flows stay in the library.
    ///
    /// # Errors
    /// `folder_not_found`, `forbidden`.
    pub async fn delete_folder(&self, caller: &Caller, id: FolderId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let seen = locked_folders(work).await?;
            let folder = editable(&seen, id, &work.actor)?;
            let gone = seen.with_inner(id);
            work.unit.delete_folders(work.actor.account_id, &gone).await?;
            let more = [("folders", json!(gone.len()))];
            self.audit_folder(work, folder, events::FOLDER_DELETED, &more).await
        })
        .await
    }

    /// Puts a flow into a folder or takes it out. Doing it again changes nothing.
    ///
    /// # Errors
    /// `folder_not_found`, `tree_not_found`, `tree_access_denied`, `forbidden`.
    pub async fn set_in_folder(
        &self,
        caller: &Caller,
        id: FolderId,
        tree: TreeId,
        is_in: bool,
    ) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let seen = locked_folders(work).await?;
            let folder = editable(&seen, id, &work.actor)?;
            let tenant = work.actor.account_id;
            let tree = visible_tree(work, tree).await?;
            if work.unit.folders_of_trees(tenant, &[tree.id]).await?.contains(&(id, tree.id)) == is_in {
                return Ok(());
            }
            work.unit.set_in_folder(tenant, id, tree.id, is_in).await?;
            let action = if is_in { events::FOLDER_TREE_ADDED } else { events::FOLDER_TREE_REMOVED };
            let more = [("tree_id", json!(tree.id)), ("tree_name", json!(tree.content.name))];
            self.audit_folder(work, folder, action, &more).await
        })
        .await
    }

    /// In which of the folders the caller sees a flow is.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`.
    pub async fn folders_of_tree(&self, caller: &Caller, id: TreeId) -> Result<Vec<FolderId>, Failure> {
        self.read(caller, async |work| {
            visible_tree(work, id).await?;
            let seen = seen_folders(work).await?;
            let all = work.unit.folders_of_trees(work.actor.account_id, &[id]).await?;
            Ok(all
                .into_iter()
                .map(|(folder, _)| folder)
                .filter(|folder| seen.get(*folder).is_some())
                .collect())
        })
        .await
    }

    async fn audit_folder(
        &self,
        work: &mut Work,
        folder: &Folder,
        action: &'static str,
        more: &[(&str, Value)],
    ) -> Result<(), Failure> {
        let mut payload = json!({ "name": folder.name, "parent_id": folder.parent_id });
        for (name, value) in more {
            payload[*name] = value.clone();
        }
        self.audit(work, Event::new(action, "folder", folder.id.uuid(), payload)).await
    }
}

/// The folders the actor sees.
pub(crate) async fn seen_folders(work: &mut Work) -> Result<FolderTree, Failure> {
    let folders = work.unit.folders(work.actor.account_id, work.actor.user_id).await?;
    Ok(FolderTree::seen_by(folders, &work.actor))
}

/// [`seen_folders`], which nobody else of the account changes until this unit ends: two moves that are each right
/// could make a cycle together.
pub(crate) async fn locked_folders(work: &mut Work) -> Result<FolderTree, Failure> {
    work.unit.lock_account(work.actor.account_id).await?;
    seen_folders(work).await
}

/// The filter, for what the actor may see; a folder stands for itself and all in it.
pub(crate) async fn filter_for(work: &mut Work, filter: &TreeFilter) -> Result<TreeFilter, Failure> {
    let mut filter = for_actor(filter, &work.actor);
    if let Some(asked) = &filter.folders {
        let seen = seen_folders(work).await?;
        if asked.iter().any(|id| seen.get(*id).is_none()) {
            return Err(folder_not_found());
        }
        filter.folders = Some(asked.iter().flat_map(|id| seen.with_inner(*id)).collect());
    }
    Ok(filter)
}

/// Whether the actor may make folders of that team, which is one of their account.
pub(crate) fn may_change_folders_of(actor: &Actor, team: TeamId) -> bool {
    FolderScope::Team(team).is_seen_by(actor) && decide(actor, Action::AuthorTrees)
}

fn editable<'a>(seen: &'a FolderTree, id: FolderId, actor: &Actor) -> Result<&'a Folder, Failure> {
    let folder = seen.get(id).ok_or_else(folder_not_found)?;
    refuse_unless_editable(folder, actor)?;
    Ok(folder)
}

fn refuse_unless_editable(folder: &Folder, actor: &Actor) -> Result<(), Failure> {
    if folder.can_edit(actor) {
        return Ok(());
    }
    require(actor, Action::AuthorTrees)?;
    Err(Failure::new(FORBIDDEN, "Only the team and admins can change folders of a team."))
}

fn folder_not_found() -> Failure {
    Failure::new(FOLDER_NOT_FOUND, "Folder not found")
}
