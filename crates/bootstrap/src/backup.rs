//! Backup and restore of the configured database, and of files that lie beside it.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use rf_kernel::Clock;
use rf_store_sql::{
    BackupError, BackupManifest, backup_postgres, backup_sqlite, restore_postgres, restore_sqlite,
};
use rf_usecases::SystemClock;
use secrecy::{ExposeSecret, SecretString};

use crate::Config;

/// The configured database.
enum Place {
    /// A file, which need not exist.
    File(PathBuf),
    /// The address of the role that owns the tables.
    Postgres(SecretString),
}

/// Copies the database while the server may be writing, then the files people brought, where they lie in the data folder.
/// A file is never changed, so that every one the copy of the database speaks of is in the copy or was deleted meanwhile.
/// Answers how many files there are.
///
/// # Errors
/// [`BackupError`].
pub async fn backup(config: &Config, target: &Path) -> Result<(BackupManifest, u64), BackupError> {
    let beside = files_beside(target);
    if beside.exists() {
        return Err(BackupError::Exists(beside));
    }
    let now = SystemClock.now();
    let manifest = match place_of(config) {
        Place::File(file) => backup_sqlite(&file, target, now).await?,
        Place::Postgres(url) => backup_postgres(&url, target, now).await?,
    };
    let files = match config.uploads_folder().filter(|folder| folder.is_dir()) {
        Some(folder) => copy_files(&folder, &beside)?,
        None => 0,
    };
    Ok((manifest, files))
}

/// Puts a backup in the place of the database, which must not exist yet, or be empty, and its files to those that are
/// there. Answers where, and how many files those are.
///
/// # Errors
/// [`BackupError`].
pub async fn restore(config: &Config, source: &Path) -> Result<(String, BackupManifest, u64), BackupError> {
    let (place, manifest) = match place_of(config) {
        Place::File(file) => {
            let manifest = restore_sqlite(source, &file).await?;
            (file.display().to_string(), manifest)
        }
        Place::Postgres(url) => restore_postgres(source, &url).await?,
    };
    let beside = files_beside(source);
    let files = match config.uploads_folder().filter(|_| beside.is_dir()) {
        Some(folder) => copy_files(&beside, &folder)?,
        None => 0,
    };
    Ok((place, manifest, files))
}

/// The files of a backup lie beside it.
fn files_beside(backup: &Path) -> PathBuf {
    PathBuf::from(format!("{}.uploads", backup.display()))
}

/// Copies the folders of accounts with their files; one that is there already is the same. Answers how many there are.
fn copy_files(from: &Path, to: &Path) -> Result<u64, BackupError> {
    let refused = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| BackupError::File(path, error)
    };
    let mut count = 0;
    for account in entries(from).map_err(refused(from))?.into_iter().filter(|path| path.is_dir()) {
        let folder = to.join(account.file_name().unwrap_or_default());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(refused(&folder))?;
        for file in entries(&account).map_err(refused(&account))? {
            let target = folder.join(file.file_name().unwrap_or_default());
            if !target.exists() {
                match fs::copy(&file, &target) {
                    Ok(_) => {}
                    // Deleted since the folder was read.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(BackupError::File(target, error)),
                }
            }
            count += 1;
        }
    }
    Ok(count)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

/// The file of the configured SQLite database, which need not exist; none of Postgres.
#[must_use]
pub fn sqlite_file(config: &Config) -> Option<PathBuf> {
    match place_of(config) {
        Place::File(file) => Some(file),
        Place::Postgres(_) => None,
    }
}

fn place_of(config: &Config) -> Place {
    let url = config.effective_database_url();
    match url.expose_secret().strip_prefix("sqlite:") {
        Some(place) => {
            let place = place.strip_prefix("//").unwrap_or(place);
            Place::File(PathBuf::from(place.split('?').next().unwrap_or(place)))
        }
        // A limited role is shown no rows.
        None => Place::Postgres(config.admin_database_url.clone().unwrap_or(url)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn files_are_copied_with_their_folders_and_what_is_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("uploads"), dir.path().join("copy.uploads"));
        fs::create_dir_all(from.join("account")).unwrap();
        fs::write(from.join("account/one"), b"one").unwrap();
        fs::write(from.join("account/two"), b"two").unwrap();
        fs::write(from.join("stray"), b"nobody's").unwrap();
        assert_eq!(copy_files(&from, &to).unwrap(), 2);
        assert_eq!(fs::read(to.join("account/two")).unwrap(), b"two");
        assert!(!to.join("stray").exists());
        assert_eq!(fs::metadata(to.join("account")).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(to.join("account/one"), b"newer").unwrap();
        assert_eq!(copy_files(&from, &to).unwrap(), 2);
        assert_eq!(fs::read(to.join("account/one")).unwrap(), b"newer");
        fs::write(dir.path().join("file"), b"x").unwrap();
        assert!(copy_files(&from, &dir.path().join("file")).is_err());
    }
}
