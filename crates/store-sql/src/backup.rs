//! Copies of an SQLite database, made while the server writes, and proved before they are used.
//!
//! `VACUUM INTO` reads in one transaction, so a copy holds everything acknowledged before it began and nothing
//! half done. Beside the copy lies a manifest; a copy without its manifest, or with another content, is not
//! restored.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use rf_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

/// What a backup says about itself, in `<file>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    /// `resolutionflow-sqlite` or `resolutionflow-postgres`.
    pub kind: String,
    /// The newest migration in the copy.
    pub schema: String,
    /// When the copy was begun.
    pub created_at: Timestamp,
    /// Of the copy.
    pub bytes: u64,
    /// SHA-256 of the copy, lower-case hexadecimal.
    pub sha256: String,
    /// The version of the Postgres it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postgres: Option<u32>,
}

/// Why there is no backup, or why one is not restored. Says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is overwritten.
    #[error("{0} exists already; nothing is overwritten, so move it away or choose another name")]
    Exists(PathBuf),
    /// A file cannot be read or written.
    #[error("{0} cannot be used: {1}")]
    File(PathBuf, io::Error),
    /// The database said no.
    #[error("{0} cannot be copied: {1}")]
    Database(PathBuf, sqlx::Error),
    /// The manifest is missing or no manifest.
    #[error("{0} has no readable manifest beside it ({1}); a backup is the file and its .json together")]
    NoManifest(PathBuf, String),
    /// The copy is not the one the manifest speaks of.
    #[error("{0} is damaged: its content is not what its manifest says; use another backup")]
    Damaged(PathBuf),
    /// The copy's pages do not fit together.
    #[error("{0} is damaged inside: {1}")]
    Integrity(PathBuf, String),
    /// Made by a newer version of the product.
    #[error(
        "{0} has the schema {1}, which is newer than this version of rf knows; restore it with the version that made it"
    )]
    Newer(PathBuf, String),
    /// A tool of Postgres is missing.
    #[error(
        "{0} is not there: install the client of Postgres (Debian: postgresql-client) in the server's version or a newer \
         one, and see that it is in PATH"
    )]
    NoTool(&'static str),
    /// A tool is older than the server, which it does not know.
    #[error(
        "{tool} is of version {version} and the server of version {server}: install the client of Postgres {server} or \
         a newer one, and see that it comes first in PATH"
    )]
    OlderTool {
        /// Which.
        tool: &'static str,
        /// Its version.
        version: u32,
        /// The server's.
        server: u32,
    },
    /// A copy is brought back into the version it is of, or a newer one.
    #[error(
        "the backup is of Postgres {made_by} and the server here of version {there}: restore it into {made_by} or newer"
    )]
    OlderServer {
        /// The server's version.
        there: u32,
        /// The version the copy is of.
        made_by: u32,
    },
    /// A tool did not do it.
    #[error("{0} did not do it: {1}")]
    Tool(&'static str, String),
    /// The address is none.
    #[error("the address of the database is none: postgres://ROLE:PASSWORD@HOST/DATABASE")]
    Address,
    /// The database does not answer, or refuses.
    #[error("{0} cannot be used: {1}")]
    Connection(String, sqlx::Error),
    /// The database has no tables of ours.
    #[error("{0} has no tables of ResolutionFlow: nothing to save")]
    NothingThere(String),
    /// Whoever does not own the tables is shown no rows.
    #[error(
        "{0} belongs to the role {1}, and any other is shown no rows: set admin_database_url to that role's address"
    )]
    NotTheOwner(String, String),
    /// Nothing is overwritten.
    #[error("{0} has tables already; nothing is overwritten, so restore into an empty database")]
    NotEmpty(String),
}

const KIND: &str = "resolutionflow-sqlite";

/// Copies the database file `source` to `target` and writes the manifest beside it.
///
/// # Errors
/// [`BackupError`]; nothing is left behind at `target`.
pub async fn backup_sqlite(
    source: &Path,
    target: &Path,
    now: Timestamp,
) -> Result<BackupManifest, BackupError> {
    refuse_existing(target)?;
    let made = copy(source, target, now).await;
    finish(target, made)
}

/// Refuses to write over a copy.
pub(crate) fn refuse_existing(target: &Path) -> Result<(), BackupError> {
    match [target, &manifest_path(target)].into_iter().find(|path| path.exists()) {
        Some(path) => Err(BackupError::Exists(path.to_owned())),
        None => Ok(()),
    }
}

/// Writes the manifest beside a copy that was made; where it was not, nothing is left of it.
pub(crate) fn finish(
    target: &Path,
    made: Result<BackupManifest, BackupError>,
) -> Result<BackupManifest, BackupError> {
    let manifest_path = manifest_path(target);
    let made = made.and_then(|manifest| {
        let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from);
        text.and_then(|text| write_durably(&manifest_path, &text))
            .and_then(|()| sync_folder_of(target))
            .map_err(|error| BackupError::File(manifest_path.clone(), error))?;
        Ok(manifest)
    });
    if made.is_err() {
        // A copy without its manifest, or half a one, would only mislead.
        let _ = fs::remove_file(target);
        let _ = fs::remove_file(&manifest_path);
    }
    made
}

async fn copy(source: &Path, target: &Path, now: Timestamp) -> Result<BackupManifest, BackupError> {
    let failed = |error| BackupError::Database(source.to_owned(), error);
    let options = SqliteConnectOptions::new().filename(source).create_if_missing(false).read_only(true);
    let mut db = options.disable_statement_logging().connect().await.map_err(failed)?;
    sqlx::query("VACUUM INTO ?").bind(target.to_string_lossy()).execute(&mut db).await.map_err(failed)?;
    db.close().await.map_err(failed)?;
    File::open(target)
        .and_then(|file| file.sync_all())
        .map_err(|error| BackupError::File(target.to_owned(), error))?;
    let schema = inspect(target).await?;
    let (bytes, sha256) = digest(target)?;
    Ok(BackupManifest { kind: KIND.to_owned(), schema, created_at: now, bytes, sha256, postgres: None })
}

/// Puts the backup `source` in the place of `target`, which must not exist.
///
/// # Errors
/// [`BackupError`]; `target` appears only when everything about the backup was right.
pub async fn restore_sqlite(source: &Path, target: &Path) -> Result<BackupManifest, BackupError> {
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", target.display()));
    for path in [target.to_owned(), beside("-wal"), beside("-shm")] {
        if path.exists() {
            return Err(BackupError::Exists(path));
        }
    }
    let manifest = proved(source, KIND)?;
    inspect(source).await?;
    let file = |path: &Path| {
        let path = path.to_owned();
        move |error| BackupError::File(path, error)
    };
    if let Some(parent) = target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(file(parent))?;
    }
    // Under another name first: a restore that is interrupted leaves no half database in the place.
    let partial = beside(".restoring");
    let put = fs::copy(source, &partial)
        .and_then(|_| File::open(&partial)?.sync_all())
        .and_then(|()| fs::rename(&partial, target))
        .and_then(|()| sync_folder_of(target));
    if let Err(error) = put {
        let _ = fs::remove_file(&partial);
        return Err(BackupError::File(target.to_owned(), error));
    }
    Ok(manifest)
}

/// The manifest of a copy of that kind which is what it says, and of a schema this version knows.
pub(crate) fn proved(source: &Path, kind: &str) -> Result<BackupManifest, BackupError> {
    let missing = |why: String| BackupError::NoManifest(source.to_owned(), why);
    let text = fs::read(manifest_path(source)).map_err(|error| missing(error.to_string()))?;
    let manifest: BackupManifest =
        serde_json::from_slice(&text).map_err(|error| missing(error.to_string()))?;
    if manifest.kind != kind {
        return Err(missing(format!("it is of kind {:?}, and this database needs {kind:?}", manifest.kind)));
    }
    if digest(source)? != (manifest.bytes, manifest.sha256.clone()) {
        return Err(BackupError::Damaged(source.to_owned()));
    }
    if manifest.schema > migration::newest() {
        return Err(BackupError::Newer(source.to_owned(), manifest.schema));
    }
    Ok(manifest)
}

/// Checks that the pages fit together, and answers the newest migration.
async fn inspect(path: &Path) -> Result<String, BackupError> {
    let failed = |error| BackupError::Database(path.to_owned(), error);
    let options =
        SqliteConnectOptions::new().filename(path).create_if_missing(false).read_only(true).immutable(true);
    let mut db: SqliteConnection = options.disable_statement_logging().connect().await.map_err(failed)?;
    let verdict: String =
        sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut db).await.map_err(failed)?;
    if verdict != "ok" {
        return Err(BackupError::Integrity(path.to_owned(), verdict));
    }
    let schema: String = sqlx::query_scalar("SELECT max(version) FROM seaql_migrations")
        .fetch_one(&mut db)
        .await
        .map_err(failed)?;
    db.close().await.map_err(failed)?;
    Ok(schema)
}

pub(crate) fn digest(path: &Path) -> Result<(u64, String), BackupError> {
    let failed = |error| BackupError::File(path.to_owned(), error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0_u8; 64 * 1_024]);
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

fn manifest_path(backup: &Path) -> PathBuf {
    PathBuf::from(format!("{}.json", backup.display()))
}

/// Makes the names of new files in the folder outlive a power cut.
fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn write_durably(path: &Path, text: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let mut file = File::create_new(path)?;
    file.write_all(text)?;
    file.sync_all()
}
