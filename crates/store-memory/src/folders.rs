//! Folders of the library.

use std::collections::BTreeMap;

use async_trait::async_trait;
use rf_kernel::{AccountId, FolderId, StoreError, TreeId, UserId};
use rf_trees::{Folder, FolderRepository, FolderScope, TreeFilter};

use crate::{
    state::{State, require},
    trees::{found, visible},
    unit::{MemoryUnit, View},
};

/// The folder exists, in that account, and the unit may see it.
fn own(state: &State, view: View, tenant: AccountId, id: FolderId) -> bool {
    view.covers(tenant) && state.folders.get(&id).is_some_and(|folder| folder.account_id == tenant)
}

/// What the schema asks of every folder.
fn check(state: &State, folder: &Folder) -> Result<(), StoreError> {
    let account = folder.account_id;
    state.require_account(account, "fk_folders_account")?;
    let parent = folder.parent_id.and_then(|id| state.folders.get(&id));
    let fits =
        parent.is_some_and(|parent| parent.account_id == account) || folder.parent_id == Some(folder.id);
    require(folder.parent_id.is_none() || fits, "fk_folders_parent")?;
    match folder.scope {
        FolderScope::Personal(owner) => state.require_user(account, Some(owner), "fk_folders_owner"),
        FolderScope::Team(team) => state.require_team(account, Some(team), "fk_folders_team"),
        FolderScope::Account => Ok(()),
    }
}

#[async_trait]
impl FolderRepository for MemoryUnit {
    async fn insert_folder(&mut self, folder: &Folder) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(folder.account_id)?;
            check(state, folder)?;
            state.folders.insert("pk_folders", folder.id, folder.clone())
        })
    }

    async fn folders(&mut self, tenant: AccountId, reader: UserId) -> Result<Vec<Folder>, StoreError> {
        self.read(|state, view| {
            let readers = |folder: &&Folder| {
                view.covers(tenant)
                    && folder.account_id == tenant
                    && !matches!(folder.scope, FolderScope::Personal(owner) if owner != reader)
            };
            Ok(state.folders.values().filter(readers).cloned().collect())
        })
    }

    async fn update_folder(&mut self, folder: &Folder) -> Result<bool, StoreError> {
        self.write(|state, view| {
            view.wall(folder.account_id)?;
            let kept = state.folders.get(&folder.id).filter(|kept| kept.account_id == folder.account_id);
            let Some(created_at) = kept.map(|kept| kept.created_at) else { return Ok(false) };
            check(state, folder)?;
            state.folders.put(folder.id, Folder { created_at, ..folder.clone() });
            Ok(true)
        })
    }

    async fn delete_folders(&mut self, tenant: AccountId, ids: &[FolderId]) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            let ids: Vec<FolderId> = ids.iter().copied().filter(|id| own(state, view, tenant, *id)).collect();
            let orphaned = state.folders.values().any(|folder| {
                folder.parent_id.is_some_and(|parent| ids.contains(&parent)) && !ids.contains(&folder.id)
            });
            require(!orphaned, "fk_folders_parent")?;
            let contents: Vec<_> =
                state.folder_trees.keys().filter(|(folder, _)| ids.contains(folder)).copied().collect();
            for key in contents {
                state.folder_trees.remove(&key);
            }
            for id in ids {
                state.folders.remove(&id);
            }
            Ok(())
        })
    }

    async fn set_in_folder(
        &mut self,
        tenant: AccountId,
        folder: FolderId,
        tree: TreeId,
        is_in: bool,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            let known = own(state, view, tenant, folder);
            if !is_in {
                if known {
                    state.folder_trees.remove(&(folder, tree));
                }
            } else if state.trees.get(&tree).is_some_and(|tree| visible(view, tenant, tree)) {
                require(known, "fk_folder_trees_folder")?;
                state.folder_trees.put((folder, tree), ());
            }
            Ok(())
        })
    }

    async fn folders_of_trees(
        &mut self,
        tenant: AccountId,
        trees: &[TreeId],
    ) -> Result<Vec<(FolderId, TreeId)>, StoreError> {
        self.read(|state, view| {
            let asked = |(folder, tree): &&(FolderId, TreeId)| {
                trees.contains(tree) && own(state, view, tenant, *folder)
            };
            Ok(state.folder_trees.keys().filter(asked).copied().collect())
        })
    }

    async fn folder_counts(
        &mut self,
        tenant: AccountId,
        filter: &TreeFilter,
    ) -> Result<Vec<(FolderId, i64)>, StoreError> {
        self.read(|state, view| {
            let matching: Vec<TreeId> = found(state, view, tenant, filter).map(|(_, tree)| tree.id).collect();
            let mut counts = BTreeMap::<FolderId, i64>::new();
            for (folder, tree) in state.folder_trees.keys() {
                if own(state, view, tenant, *folder) && matching.contains(tree) {
                    *counts.entry(*folder).or_default() += 1;
                }
            }
            Ok(counts.into_iter().collect())
        })
    }
}
