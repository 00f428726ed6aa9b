//! The whole library in one archive, out and in.

use std::collections::{BTreeMap, BTreeSet};

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{Detail, Failure, FolderId, Kind, Page, TeamId, TreeId};
use rf_trees::{
    ArchivedFlow, Folder, FolderPath, FolderScope, FolderTree, LibraryArchive, MAX_ARCHIVED_FLOWS,
    TreeFilter, TreeStatus,
    codes::{ARCHIVE_UNREADABLE, FLOW_FILE_UNREADABLE, LIBRARY_TOO_LARGE},
    read_archive, write_archive,
};
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::{
    App, Caller, NewTree, Work,
    audit::Event,
    folders::{filter_for, locked_folders, may_change_folders_of, seen_folders},
};

/// What became of one file of an archive.
#[derive(Clone, Debug)]
pub struct ImportedFile {
    /// Its name in the archive.
    pub file: String,
    /// The new flow, or why there is none.
    pub outcome: Result<ImportedFlow, RefusedFile>,
}

/// A flow that came out of an archive.
#[derive(Clone, Debug)]
pub struct ImportedFlow {
    /// Its id.
    pub id: TreeId,
    /// Its name.
    pub name: String,
    /// Draft or published.
    pub status: TreeStatus,
}

/// Why a file of an archive was not kept.
#[derive(Clone, Debug)]
pub struct RefusedFile {
    /// The code of the failure.
    pub code: &'static str,
    /// What is wrong, for people.
    pub message: String,
}

/// What became of an archive.
#[derive(Clone, Debug)]
pub struct ImportedLibrary {
    /// Of each of its files.
    pub files: Vec<ImportedFile>,
    /// What is not as it was where it came from.
    pub notes: Vec<String>,
}

impl App {
    /// The account's own flows that the caller can see and that are not archived, with the shared folders they are
    /// in, as a zip archive. The same library gives the same bytes.
    ///
    /// # Errors
    /// `forbidden`, `library_too_large`.
    pub async fn export_library(&self, caller: &Caller) -> Result<Vec<u8>, Failure> {
        let (folders, flows) = self
            .write(caller, async |work| {
                require(&work.actor, Action::AuthorTrees)?;
                let flows = own_flows(work).await?;
                let seen = seen_folders(work).await?;
                let teams = work.unit.teams(work.actor.account_id).await?;
                let teams: BTreeMap<TeamId, String> = teams.into_iter().map(|t| (t.id, t.name)).collect();
                let shared = |folder: &Folder| {
                    let team = match folder.scope {
                        FolderScope::Personal(_) => return None,
                        FolderScope::Team(team) => Some(teams.get(&team)?.clone()),
                        FolderScope::Account => None,
                    };
                    Some((folder.id, FolderPath { team, names: names_of(&seen, folder.id) }))
                };
                let paths: BTreeMap<FolderId, FolderPath> =
                    seen.folders().iter().filter_map(shared).collect();
                let ids: Vec<TreeId> = flows.iter().map(|(id, _)| *id).collect();
                let mut held = BTreeMap::<TreeId, Vec<FolderPath>>::new();
                for (folder, tree) in work.unit.folders_of_trees(work.actor.account_id, &ids).await? {
                    if let Some(path) = paths.get(&folder) {
                        held.entry(tree).or_default().push(path.clone());
                    }
                }
                let flows: Vec<ArchivedFlow> = flows
                    .into_iter()
                    .map(|(id, flow)| ArchivedFlow { folders: held.remove(&id).unwrap_or_default(), ..flow })
                    .collect();
                let payload = json!({ "flows": flows.len(), "folders": paths.len() });
                let account = work.actor.account_id.uuid();
                self.audit(work, Event::new(events::LIBRARY_EXPORTED, "account", account, payload)).await?;
                Ok((paths.into_values().collect::<Vec<_>>(), flows))
            })
            .await?;
        let packed = spawn_blocking(move || write_archive(&folders, &flows)).await;
        packed.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Keeps the flows of an archive and the folders they are in, and says of each file what became of it. One that
    /// is refused stops no other. Published flows are published again, as their first version. A team's folder becomes one
    /// of the team of that name where the caller may change its folders, else one of the account, which is told.
    ///
    /// # Errors
    /// `archive_unreadable`, `forbidden`, `validation_failed` for folders that cannot be.
    pub async fn import_library(&self, caller: &Caller, bytes: &[u8]) -> Result<ImportedLibrary, Failure> {
        // Nothing is unpacked for somebody who may keep nothing.
        self.read(caller, async |work| require(&work.actor, Action::AuthorTrees)).await?;
        let bytes = bytes.to_vec();
        let read = spawn_blocking(move || read_archive(&bytes)).await.map_err(Failure::internal)?;
        let archive = read.map_err(|error| Failure::new(ARCHIVE_UNREADABLE, error.to_string()))?;
        self.write(caller, async |work| {
            // Again: the role may have changed meanwhile.
            require(&work.actor, Action::AuthorTrees)?;
            let (teams, notes) = teams_for(work, &archive).await?;
            let folders = self.keep_folders(work, &archive, &teams).await?;
            let mut report = Vec::with_capacity(archive.files.len());
            for file in &archive.files {
                let outcome = match &file.flow {
                    Ok(flow) => self.keep_archived(work, flow, &teams, &folders).await?,
                    Err(error) => {
                        let message = error.to_string();
                        Err(RefusedFile { code: FLOW_FILE_UNREADABLE.name, message })
                    }
                };
                report.push(ImportedFile { file: file.name.clone(), outcome });
            }
            let kept = report.iter().filter(|file| file.outcome.is_ok()).count();
            let payload = json!({ "flows": kept, "refused": report.len() - kept, "folders": folders.len() });
            let account = work.actor.account_id.uuid();
            self.audit(work, Event::new(events::LIBRARY_IMPORTED, "account", account, payload)).await?;
            Ok(ImportedLibrary { files: report, notes })
        })
        .await
    }

    async fn keep_archived(
        &self,
        work: &mut Work,
        flow: &ArchivedFlow,
        teams: &Teams,
        folders: &Kept,
    ) -> Result<Result<ImportedFlow, RefusedFile>, Failure> {
        let new =
            NewTree { content: flow.content.clone(), status: flow.status, is_public: false, team_id: None };
        let tree = match self.keep_new_tree(work, new, None, (events::TREE_IMPORTED, &[])).await {
            Ok(tree) => tree,
            // The flow's own fault, found before anything was written.
            Err(failure) if matches!(failure.code.kind, Kind::Invalid | Kind::PaymentRequired) => {
                return Ok(Err(RefusedFile { code: failure.code.name, message: reason(&failure) }));
            }
            Err(failure) => return Err(failure),
        };
        for path in &flow.folders {
            if let Some(folder) = folders.get(&(scope_of(teams, path), key_of(&path.names))) {
                work.unit.set_in_folder(work.actor.account_id, *folder, tree.id, true).await?;
            }
        }
        Ok(Ok(ImportedFlow { id: tree.id, name: tree.content.name, status: tree.status }))
    }

    /// The shared folders of the archive's paths, made where they are not there yet.
    async fn keep_folders(
        &self,
        work: &mut Work,
        archive: &LibraryArchive,
        teams: &Teams,
    ) -> Result<Kept, Failure> {
        let mut seen = locked_folders(work).await?;
        let mut known = Kept::new();
        for folder in seen.folders() {
            let team = match folder.scope {
                FolderScope::Personal(_) => continue,
                FolderScope::Team(team) => Some(team),
                FolderScope::Account => None,
            };
            known.insert((team, key_of(&names_of(&seen, folder.id))), folder.id);
        }
        for path in paths_of(archive) {
            let team = scope_of(teams, path);
            let mut parent_id = None;
            for depth in 1..=path.names.len() {
                let key = (team, key_of(&path.names[..depth]));
                if let Some(id) = known.get(&key) {
                    parent_id = Some(*id);
                    continue;
                }
                let folder = Folder {
                    id: self.new_id(),
                    account_id: work.actor.account_id,
                    parent_id,
                    scope: team.map_or(FolderScope::Account, FolderScope::Team),
                    name: path.names[depth - 1].trim().to_owned(),
                    created_at: work.ctx.now,
                    updated_at: work.ctx.now,
                };
                seen.check(&folder)?;
                work.unit.insert_folder(&folder).await?;
                known.insert(key, folder.id);
                parent_id = Some(folder.id);
                seen.add(folder);
            }
        }
        Ok(known)
    }
}

/// Of the teams an archive names those whose folders the caller may change, by their names as they are compared.
type Teams = BTreeMap<String, TeamId>;
/// Shared folders by their team and their names as they are compared.
type Kept = BTreeMap<(Option<TeamId>, Vec<String>), FolderId>;

/// Every folder an archive speaks of.
fn paths_of(archive: &LibraryArchive) -> impl Iterator<Item = &FolderPath> {
    let of_flows = archive.files.iter().filter_map(|file| file.flow.as_ref().ok());
    archive.folders.iter().chain(of_flows.flat_map(|flow| &flow.folders))
}

/// Whose a folder becomes.
fn scope_of(teams: &Teams, path: &FolderPath) -> Option<TeamId> {
    path.team.as_ref().and_then(|team| teams.get(&team.trim().to_lowercase()).copied())
}

/// The teams whose folders can be made, and what is to be told of the others.
async fn teams_for(work: &mut Work, archive: &LibraryArchive) -> Result<(Teams, Vec<String>), Failure> {
    let asked: BTreeSet<&str> =
        paths_of(archive).filter_map(|path| path.team.as_deref().map(str::trim)).collect();
    let present = work.unit.teams(work.actor.account_id).await?;
    let (mut teams, mut notes) = (Teams::new(), Vec::new());
    for name in asked {
        let key = name.to_lowercase();
        let why = match present.iter().find(|team| team.name.to_lowercase() == key) {
            None => "there is no such team here",
            Some(team) if !may_change_folders_of(&work.actor, team.id) => {
                "only the team and admins change its folders"
            }
            Some(team) => {
                teams.insert(key, team.id);
                continue;
            }
        };
        notes.push(format!("Folders of the team “{name}” were kept for the whole account: {why}."));
    }
    Ok((teams, notes))
}

/// The names of a folder and those around it, the outermost first.
fn names_of(seen: &FolderTree, id: FolderId) -> Vec<String> {
    seen.path(id).into_iter().map(|folder| folder.name.clone()).collect()
}

/// What is wrong, in one line.
fn reason(failure: &Failure) -> String {
    if !failure.errors.is_empty() {
        let each = failure.errors.iter().map(|error| format!("{}: {}", error.loc, error.message));
        return each.collect::<Vec<_>>().join("; ");
    }
    match &failure.detail {
        Detail::Text(text) => text.to_string(),
        Detail::Object(object) => {
            object.get("message").and_then(|message| message.as_str()).unwrap_or("refused").to_owned()
        }
    }
}

/// Names that count as the same.
fn key_of(path: &[String]) -> Vec<String> {
    path.iter().map(|name| name.trim().to_lowercase()).collect()
}

/// The account's own flows, without folders.
async fn own_flows(work: &mut Work) -> Result<Vec<(TreeId, ArchivedFlow)>, Failure> {
    let filter = filter_for(work, &TreeFilter::default()).await?;
    let tenant = work.actor.account_id;
    let mut ids = Vec::new();
    let mut skip = 0;
    loop {
        let page = Page { skip, limit: Page::MAX_LIMIT };
        let (items, total) = work.unit.list_trees(tenant, &filter, page).await?;
        let own = items.iter().filter(|item| item.tree.account_id == tenant && !item.tree.is_default);
        ids.extend(own.map(|item| item.tree.id));
        skip += Page::MAX_LIMIT;
        if items.is_empty() || skip >= total {
            break;
        }
    }
    if ids.len() > MAX_ARCHIVED_FLOWS {
        let message = format!("An archive holds at most {MAX_ARCHIVED_FLOWS} flows. Export them one by one.");
        return Err(Failure::new(LIBRARY_TOO_LARGE, message));
    }
    let mut flows = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(tree) = work.unit.tree_by_id(tenant, id).await? {
            let flow = ArchivedFlow { status: tree.status, content: tree.content, folders: Vec::new() };
            flows.push((id, flow));
        }
    }
    Ok(flows)
}
