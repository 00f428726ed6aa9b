//! The whole library in one archive, out and in.

use std::collections::BTreeMap;

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{Detail, Failure, FolderId, Kind, Page, TreeId};
use rf_trees::{
    ArchivedFlow, Folder, FolderScope, LibraryArchive, MAX_ARCHIVED_FLOWS, TreeFilter, TreeStatus,
    codes::{ARCHIVE_UNREADABLE, FLOW_FILE_UNREADABLE, LIBRARY_TOO_LARGE},
    read_archive, write_archive,
};
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::{
    App, Caller, NewTree, Work,
    audit::Event,
    folders::{filter_for, locked_folders, seen_folders},
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
                let shared = |folder: &&Folder| !matches!(folder.scope, FolderScope::Personal(_));
                let paths: BTreeMap<FolderId, Vec<String>> = seen
                    .folders()
                    .iter()
                    .filter(shared)
                    .map(|folder| {
                        let path = seen.path(folder.id);
                        (folder.id, path.into_iter().map(|folder| folder.name.clone()).collect())
                    })
                    .collect();
                let ids: Vec<TreeId> = flows.iter().map(|(id, _)| *id).collect();
                let mut held = BTreeMap::<TreeId, Vec<Vec<String>>>::new();
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
                let mut paths: Vec<Vec<String>> = paths.into_values().collect();
                paths.sort();
                paths.dedup();
                Ok((paths, flows))
            })
            .await?;
        let packed = spawn_blocking(move || write_archive(&folders, &flows)).await;
        packed.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Keeps the flows of an archive and the folders they are in, and says of each file what became of it. One that
    /// is refused stops no other. Published flows are published again, as their first version.
    ///
    /// # Errors
    /// `archive_unreadable`, `forbidden`, `validation_failed` for folders that cannot be.
    pub async fn import_library(&self, caller: &Caller, bytes: &[u8]) -> Result<Vec<ImportedFile>, Failure> {
        // Nothing is unpacked for somebody who may keep nothing.
        self.read(caller, async |work| require(&work.actor, Action::AuthorTrees)).await?;
        let bytes = bytes.to_vec();
        let read = spawn_blocking(move || read_archive(&bytes)).await.map_err(Failure::internal)?;
        let archive = read.map_err(|error| Failure::new(ARCHIVE_UNREADABLE, error.to_string()))?;
        self.write(caller, async |work| {
            // Again: the role may have changed meanwhile.
            require(&work.actor, Action::AuthorTrees)?;
            let folders = self.keep_folders(work, &archive).await?;
            let mut report = Vec::with_capacity(archive.files.len());
            for file in &archive.files {
                let outcome = match &file.flow {
                    Ok(flow) => self.keep_archived(work, flow, &folders).await?,
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
            Ok(report)
        })
        .await
    }

    async fn keep_archived(
        &self,
        work: &mut Work,
        flow: &ArchivedFlow,
        folders: &BTreeMap<Vec<String>, FolderId>,
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
            if let Some(folder) = folders.get(&key_of(path)) {
                work.unit.set_in_folder(work.actor.account_id, *folder, tree.id, true).await?;
            }
        }
        Ok(Ok(ImportedFlow { id: tree.id, name: tree.content.name, status: tree.status }))
    }

    /// The account's folders of the archive's paths, made where they are not there yet.
    async fn keep_folders(
        &self,
        work: &mut Work,
        archive: &LibraryArchive,
    ) -> Result<BTreeMap<Vec<String>, FolderId>, Failure> {
        let mut seen = locked_folders(work).await?;
        let mut known = BTreeMap::<Vec<String>, FolderId>::new();
        for folder in seen.folders().iter().filter(|folder| folder.scope == FolderScope::Account) {
            let path: Vec<String> = seen.path(folder.id).into_iter().map(|f| f.name.clone()).collect();
            known.insert(key_of(&path), folder.id);
        }
        let of_flows = archive.files.iter().filter_map(|file| file.flow.as_ref().ok());
        let paths = archive.folders.iter().chain(of_flows.flat_map(|flow| &flow.folders));
        for path in paths {
            let mut parent_id = None;
            for depth in 1..=path.len() {
                let key = key_of(&path[..depth]);
                if let Some(id) = known.get(&key) {
                    parent_id = Some(*id);
                    continue;
                }
                let folder = Folder {
                    id: self.new_id(),
                    account_id: work.actor.account_id,
                    parent_id,
                    scope: FolderScope::Account,
                    name: path[depth - 1].trim().to_owned(),
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
