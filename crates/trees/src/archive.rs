//! A whole library in one file: a zip archive of flow files with a manifest of their folders.
//!
//! The same library gives the same bytes: flows and folders are sorted, and nothing of the time or the place of
//! writing is in it. Reading is bounded in entries and in unpacked bytes, whatever the archive claims.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{FlowDraft, FlowFileError, TreeStatus, file_slug, from_yaml, to_yaml};

/// Most flows of one archive.
pub const MAX_ARCHIVED_FLOWS: usize = 1_000;
/// Most unpacked bytes of one flow file.
const MAX_FILE_BYTES: u64 = 1_024 * 1_024;
/// Most unpacked bytes of all files together.
const MAX_TOTAL_BYTES: u64 = 64 * 1_024 * 1_024;
const MANIFEST: &str = "manifest.json";
const FORMAT: &str = "resolutionflow-library";

/// Where a folder is: of the whole account or of a team, from the outermost inwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderPath {
    /// The name of the team it is of.
    pub team: Option<String>,
    /// The names.
    pub names: Vec<String>,
}

/// A flow in an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchivedFlow {
    /// What it says.
    pub content: FlowDraft,
    /// Draft or published.
    pub status: TreeStatus,
    /// The folders it is in.
    pub folders: Vec<FolderPath>,
}

/// A flow file of an archive as it was read.
#[derive(Debug)]
pub struct ArchivedFile {
    /// Its name in the archive.
    pub name: String,
    /// The flow, or why it could not be read.
    pub flow: Result<ArchivedFlow, FlowFileError>,
}

/// A whole library.
#[derive(Debug, Default)]
pub struct LibraryArchive {
    /// Every folder, also those without flows.
    pub folders: Vec<FolderPath>,
    /// The flows.
    pub files: Vec<ArchivedFile>,
}

/// Why an archive cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// Not a zip archive, or a damaged one.
    #[error("this is not a readable zip archive: {0}")]
    Unreadable(String),
    /// More than is taken.
    #[error("{0}")]
    TooLarge(String),
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    #[serde(flatten)]
    folders: ManifestFolders,
    #[serde(default)]
    flows: Vec<ManifestFlow>,
}

#[derive(Serialize, Deserialize)]
struct ManifestFlow {
    file: String,
    status: TreeStatus,
    #[serde(flatten)]
    folders: ManifestFolders,
}

/// Folders as a manifest has them: those of teams beside those of the account.
#[derive(Default, Serialize, Deserialize)]
struct ManifestFolders {
    #[serde(default)]
    folders: Vec<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    team_folders: Vec<TeamFolder>,
}

#[derive(Serialize, Deserialize)]
struct TeamFolder {
    team: String,
    path: Vec<String>,
}

impl ManifestFolders {
    fn of(paths: &[FolderPath]) -> Self {
        let mut paths = paths.to_vec();
        paths.sort();
        paths.dedup();
        let mut folders = Self::default();
        for FolderPath { team, names } in paths {
            match team {
                None => folders.folders.push(names),
                Some(team) => folders.team_folders.push(TeamFolder { team, path: names }),
            }
        }
        folders
    }

    fn paths(self) -> Vec<FolderPath> {
        let of_account = self.folders.into_iter().map(|names| FolderPath { team: None, names });
        let of_teams = self.team_folders.into_iter();
        of_account
            .chain(of_teams.map(|TeamFolder { team, path }| FolderPath { team: Some(team), names: path }))
            .collect()
    }
}

/// Writes an archive.
///
/// # Errors
/// What cannot be written as a flow file.
pub fn write_archive(folders: &[FolderPath], flows: &[ArchivedFlow]) -> Result<Vec<u8>, FlowFileError> {
    let mut texts = Vec::with_capacity(flows.len());
    for flow in flows {
        texts.push((flow.content.name.to_lowercase(), to_yaml(&flow.content)?, flow));
    }
    texts.sort_by(|a, b| (&a.0, &a.1, a.2.status.as_str()).cmp(&(&b.0, &b.1, b.2.status.as_str())));
    let mut used = BTreeMap::<String, u32>::new();
    let mut listed = Vec::with_capacity(texts.len());
    let mut files = Vec::with_capacity(texts.len());
    for (_, text, flow) in texts {
        let slug = file_slug(&flow.content.name);
        let count = used.entry(slug.clone()).or_default();
        *count += 1;
        let file = match *count {
            1 => format!("flows/{slug}.flow.yaml"),
            // A dot is in no slug, so this is nobody else's name.
            number => format!("flows/{slug}.{number}.flow.yaml"),
        };
        let folders = ManifestFolders::of(&flow.folders);
        listed.push(ManifestFlow { file: file.clone(), status: flow.status, folders });
        files.push((file, text));
    }
    let folders = ManifestFolders::of(folders);
    let manifest = Manifest { format: FORMAT.into(), version: 1, folders, flows: listed };
    let mut manifest =
        serde_json::to_string_pretty(&manifest).map_err(|e| FlowFileError::new(e.to_string()))?;
    manifest.push('\n');
    pack(&manifest, &files).map_err(|error| FlowFileError::new(error.to_string()))
}

fn pack(manifest: &str, files: &[(String, String)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(MANIFEST, options)?;
    zip.write_all(manifest.as_bytes())?;
    for (name, text) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Reads an archive: one of [`write_archive`], or any zip of flow files, which are then drafts in no folder.
/// A file that is no flow is said to be none; the others are read all the same.
///
/// # Errors
/// What cannot be unpacked, and what is larger than any library.
pub fn read_archive(bytes: &[u8]) -> Result<LibraryArchive, ArchiveError> {
    let unreadable = |error: zip::result::ZipError| ArchiveError::Unreadable(error.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut left = MAX_TOTAL_BYTES;
    let mut manifest = None;
    let mut texts: Vec<(String, Result<String, FlowFileError>)> = Vec::new();
    // Twice as many: folders have entries too.
    if zip.len() > MAX_ARCHIVED_FLOWS * 2 {
        return Err(too_many());
    }
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(unreadable)?;
        let name = entry.name().map_err(unreadable)?.into_owned();
        let is_flow = [".yaml", ".yml"].iter().any(|ending| name.to_lowercase().ends_with(ending));
        if !is_flow && name != MANIFEST {
            continue;
        }
        // What an entry claims to hold is not believed: reading stops at the bound.
        let bound = left.min(MAX_FILE_BYTES);
        let mut read = Vec::new();
        entry
            .take(bound + 1)
            .read_to_end(&mut read)
            .map_err(|error| ArchiveError::Unreadable(format!("{name}: {error}")))?;
        if read.len() as u64 > left {
            let message = format!("the files hold more than {} MiB together", MAX_TOTAL_BYTES / 1_048_576);
            return Err(ArchiveError::TooLarge(message));
        }
        left -= read.len() as u64;
        let text = if read.len() as u64 > MAX_FILE_BYTES {
            Err(FlowFileError::new(format!("the file is larger than {} KiB", MAX_FILE_BYTES / 1_024)))
        } else {
            String::from_utf8(read).map_err(|_| FlowFileError::new("the file is not UTF-8 text"))
        };
        if name == MANIFEST {
            let text = text.map_err(|error| ArchiveError::Unreadable(format!("{MANIFEST}: {error}")))?;
            manifest = Some(read_manifest(&text)?);
        } else {
            texts.push((name, text));
        }
    }
    if texts.len() > MAX_ARCHIVED_FLOWS {
        return Err(too_many());
    }
    let manifest = manifest.unwrap_or_else(|| Manifest {
        format: FORMAT.into(),
        version: 1,
        folders: ManifestFolders::default(),
        flows: Vec::new(),
    });
    let mut listed: BTreeMap<String, (TreeStatus, Vec<FolderPath>)> = manifest
        .flows
        .into_iter()
        .map(|ManifestFlow { file, status, folders }| (file, (status, folders.paths())))
        .collect();
    let files = texts.into_iter().map(|(name, text)| {
        let (status, folders) = listed.remove(&name).unwrap_or((TreeStatus::Draft, Vec::new()));
        let flow =
            text.and_then(|text| from_yaml(&text)).map(|content| ArchivedFlow { content, status, folders });
        ArchivedFile { name, flow }
    });
    Ok(LibraryArchive { files: files.collect(), folders: manifest.folders.paths() })
}

fn read_manifest(text: &str) -> Result<Manifest, ArchiveError> {
    let manifest: Manifest = serde_json::from_str(text)
        .map_err(|error| ArchiveError::Unreadable(format!("{MANIFEST}: {error}")))?;
    if manifest.format == FORMAT && manifest.version == 1 {
        return Ok(manifest);
    }
    Err(ArchiveError::Unreadable(format!("{MANIFEST}: not a library of version 1")))
}

fn too_many() -> ArchiveError {
    ArchiveError::TooLarge(format!("an archive holds at most {MAX_ARCHIVED_FLOWS} flows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::starter_flows;

    fn path(team: Option<&str>, names: &[&str]) -> FolderPath {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        FolderPath { team: team.map(str::to_owned), names }
    }

    fn flows() -> Vec<ArchivedFlow> {
        let starters = starter_flows().into_iter().take(5).map(|flow| from_yaml(flow.yaml).expect("a flow"));
        let mut flows: Vec<_> = starters
            .map(|content| ArchivedFlow {
                content,
                status: TreeStatus::Published,
                folders: vec![
                    path(None, &["Mail", "M365"]),
                    path(None, &["All"]),
                    path(Some("Network"), &["Mail"]),
                ],
            })
            .collect();
        // Two of one name.
        flows.push(ArchivedFlow { status: TreeStatus::Draft, folders: vec![], ..flows[0].clone() });
        flows
    }

    #[test]
    fn a_library_comes_back_as_it_was_whatever_its_order() {
        let folders = [path(None, &["Mail"]), path(Some("Network"), &["Empty"])];
        let written = write_archive(&folders, &flows()).expect("an archive");
        let read = read_archive(&written).expect("a library");
        let mut back: Vec<_> = read.files.into_iter().map(|file| file.flow.expect("a flow")).collect();
        assert_eq!(back.len(), 6);
        back.reverse();
        assert_eq!(write_archive(&read.folders, &back).expect("an archive"), written);
    }

    #[test]
    fn a_zip_of_flow_files_needs_no_manifest_and_a_bad_file_stops_no_other() {
        let good = starter_flows()[0].yaml.to_owned();
        let files = [("a.flow.yaml".to_owned(), good), ("b.yml".to_owned(), "type: what".to_owned())];
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in &files {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
            zip.write_all(text.as_bytes()).expect("a text");
        }
        let read = read_archive(&zip.finish().expect("a zip").into_inner()).expect("a library");
        let fine: Vec<_> = read.files.iter().map(|file| file.flow.is_ok()).collect();
        assert_eq!(fine, [true, false]);
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let zeroes = "0".repeat(1_000_000);
        let many: Vec<_> = (0..100).map(|number| (format!("{number}.yaml"), zeroes.clone())).collect();
        let bomb = pack("{}", &many).expect("a zip");
        assert!(bomb.len() < 1_000_000, "{}", bomb.len());
        let manifest = format!("{{\"format\":\"{FORMAT}\",\"version\":1}}");
        let bomb = pack(&manifest, &many).expect("a zip");
        assert!(matches!(read_archive(&bomb), Err(ArchiveError::TooLarge(_))));
        let large = pack(&manifest, &[("a.yaml".into(), "0".repeat(5_000_000))]).expect("a zip");
        assert!(read_archive(&large).expect("a library").files[0].flow.is_err());
        let entries: Vec<_> = (0..2_100).map(|number| (format!("{number}.yaml"), String::new())).collect();
        let crowd = pack(&manifest, &entries).expect("a zip");
        assert!(matches!(read_archive(&crowd), Err(ArchiveError::TooLarge(_))));
        assert!(matches!(read_archive(b"PK nothing"), Err(ArchiveError::Unreadable(_))));
    }
}
