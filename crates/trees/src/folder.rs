//! Folders of the library: nested, of a person, a team or the whole account.

use std::collections::BTreeSet;

use rf_auth_policy::{Action, Actor, Role, decide};
use rf_kernel::{AccountId, Checks, Failure, FolderId, TeamId, Timestamp, UserId};

/// How many folders may be inside one another.
pub const MAX_FOLDER_DEPTH: usize = 6;
/// How many folders one person sees at most.
pub const MAX_FOLDERS: usize = 500;
/// Characters of a name.
const NAME: usize = 80;

/// Whose a folder is. Folders inside another have its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderScope {
    /// One person's, seen by nobody else.
    Personal(UserId),
    /// A team's.
    Team(TeamId),
    /// Everybody's of the account.
    Account,
}

impl FolderScope {
    /// Whether somebody of the account sees what is of that scope.
    #[must_use]
    pub fn is_seen_by(self, actor: &Actor) -> bool {
        match self {
            Self::Personal(owner) => owner == actor.user_id,
            Self::Team(team) => {
                actor.is_super_admin || actor.role >= Role::TeamAdmin || actor.team_id == Some(team)
            }
            Self::Account => true,
        }
    }
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its id.
    pub id: FolderId,
    /// The account.
    pub account_id: AccountId,
    /// The folder it is in.
    pub parent_id: Option<FolderId>,
    /// Whose it is.
    pub scope: FolderScope,
    /// What it is called; unlike those beside it, letter case ignored.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was renamed or moved.
    pub updated_at: Timestamp,
}

impl Folder {
    /// Whether the actor sees it: their own, their team's, the account's. Admins see every team's.
    #[must_use]
    pub fn can_see(&self, actor: &Actor) -> bool {
        self.account_id == actor.account_id && self.scope.is_seen_by(actor)
    }

    /// Whether the actor may change it and what is in it: one's own always, shared ones where flows may be written.
    #[must_use]
    pub fn can_edit(&self, actor: &Actor) -> bool {
        self.can_see(actor)
            && (matches!(self.scope, FolderScope::Personal(_)) || decide(actor, Action::AuthorTrees))
    }
}

/// The folders somebody sees, as a tree.
#[derive(Clone, Debug)]
pub struct FolderTree {
    folders: Vec<Folder>,
}

impl FolderTree {
    /// Of the folders of an account those that the actor sees.
    #[must_use]
    pub fn seen_by(mut folders: Vec<Folder>, actor: &Actor) -> Self {
        folders.retain(|folder| folder.can_see(actor));
        Self { folders }
    }

    /// The folders, in no order that means something.
    #[must_use]
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// One more of them.
    pub fn add(&mut self, folder: Folder) {
        self.folders.push(folder);
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: FolderId) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.id == id)
    }

    /// A folder and all that are inside it.
    #[must_use]
    pub fn with_inner(&self, id: FolderId) -> Vec<FolderId> {
        let mut found = vec![id];
        let mut seen = BTreeSet::from([id]);
        let mut at = 0;
        while let Some(outer) = found.get(at).copied() {
            at += 1;
            let inner = self.folders.iter().filter(|folder| folder.parent_id == Some(outer));
            found.extend(inner.map(|folder| folder.id).filter(|id| seen.insert(*id)));
        }
        found
    }

    /// The folder and those around it, the outermost first.
    #[must_use]
    pub fn path(&self, id: FolderId) -> Vec<&Folder> {
        let mut path = Vec::new();
        let mut next = self.get(id);
        while let Some(folder) = next.filter(|_| path.len() <= MAX_FOLDERS) {
            path.push(folder);
            next = folder.parent_id.and_then(|id| self.get(id));
        }
        path.reverse();
        path
    }

    /// How many folders are inside one another below `id`, itself counted.
    fn height(&self, id: FolderId) -> usize {
        let around = self.path(id).len();
        self.with_inner(id).into_iter().map(|inner| self.path(inner).len() + 1 - around).max().unwrap_or(1)
    }

    /// Checks that a folder fits where it says: a name of its own among those beside it, not inside itself, not too
    /// deep, not one too many.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn check(&self, folder: &Folder) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.text("name", &folder.name, 1..=NAME);
        let key = folder.name.to_lowercase();
        let beside = |other: &&Folder| {
            other.id != folder.id && other.parent_id == folder.parent_id && other.scope == folder.scope
        };
        if self.folders.iter().filter(beside).any(|other| other.name.to_lowercase() == key) {
            checks.refuse("name", "taken", "there is a folder of this name here already");
        }
        let known = self.get(folder.id).is_some();
        if !known && self.folders.len() >= MAX_FOLDERS {
            checks.refuse("name", "too_many", format!("at most {MAX_FOLDERS} folders are kept"));
        }
        if let Some(parent) = folder.parent_id {
            let (around, height) = (self.path(parent).len(), if known { self.height(folder.id) } else { 1 });
            if known && self.with_inner(folder.id).contains(&parent) {
                checks.refuse("parent_id", "cycle", "a folder cannot be moved into itself");
            } else if around + height > MAX_FOLDER_DEPTH {
                let message = format!("at most {MAX_FOLDER_DEPTH} folders may be inside one another");
                checks.refuse("parent_id", "too_deep", message);
            }
        }
        checks.finish()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> FolderId {
        Uuid::from_u128(number).into()
    }

    fn folder(number: u128, parent: Option<u128>, name: &str) -> Folder {
        let at = Timestamp::from_unix(0).expect("an instant");
        Folder {
            id: id(number),
            account_id: Uuid::nil().into(),
            parent_id: parent.map(id),
            scope: FolderScope::Account,
            name: name.into(),
            created_at: at,
            updated_at: at,
        }
    }

    /// 1 > 2 > 3, and 4.
    fn tree() -> FolderTree {
        let folders = vec![
            folder(1, None, "Mail"),
            folder(2, Some(1), "M365"),
            folder(3, Some(2), "Old"),
            folder(4, None, "Net"),
        ];
        FolderTree { folders }
    }

    fn refusal(tree: &FolderTree, folder: &Folder) -> Option<&'static str> {
        tree.check(folder).err().map(|failure| failure.errors[0].code)
    }

    #[test]
    fn paths_and_what_is_inside() {
        let tree = tree();
        assert_eq!(tree.with_inner(id(1)), [id(1), id(2), id(3)]);
        assert_eq!(
            tree.path(id(3)).iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
            ["Mail", "M365", "Old"]
        );
        assert_eq!((tree.height(id(1)), tree.height(id(3))), (3, 1));
    }

    #[test]
    fn a_folder_never_ends_up_inside_itself() {
        let tree = tree();
        for parent in [1, 2, 3] {
            assert_eq!(refusal(&tree, &folder(1, Some(parent), "Mail")), Some("cycle"), "{parent}");
        }
        assert_eq!(refusal(&tree, &folder(1, Some(4), "Mail")), None);
    }

    #[test]
    fn what_a_folder_brings_along_counts_in_its_depth() {
        let mut tree = tree();
        tree.folders.extend([folder(5, Some(4), "a"), folder(6, Some(5), "b"), folder(7, Some(6), "c")]);
        assert_eq!(refusal(&tree, &folder(1, Some(6), "Mail")), None);
        assert_eq!(refusal(&tree, &folder(1, Some(7), "Mail")), Some("too_deep"));
        assert_eq!(refusal(&tree, &folder(9, Some(7), "new")), None);
    }

    #[test]
    fn names_differ_beside_one_another() {
        let tree = tree();
        assert_eq!(refusal(&tree, &folder(9, None, "mAIL")), Some("taken"));
        assert_eq!(refusal(&tree, &folder(9, Some(4), "Mail")), None);
        assert_eq!(refusal(&tree, &folder(1, None, "mail")), None);
        assert_eq!(refusal(&tree, &folder(9, None, " ")), Some("too_short"));
    }
}
