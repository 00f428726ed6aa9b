//! Backup and restore of the configured database.

use std::path::{Path, PathBuf};

use rf_kernel::Clock;
use rf_store_sql::{BackupError, BackupManifest, backup_sqlite, restore_sqlite};
use rf_usecases::SystemClock;
use secrecy::ExposeSecret;

use crate::Config;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Postgres has tools of its own that do this better.
    #[error(
        "Postgres is backed up with its own tools: `pg_dump --format=custom --file FILE URL`, and restored with \
         `pg_restore --dbname URL FILE` into an empty database; connect as the role that owns the tables"
    )]
    Postgres,
    /// The copy failed; says what to do.
    #[error(transparent)]
    Backup(#[from] BackupError),
}

/// Copies the database while the server may be writing.
///
/// # Errors
/// [`CopyError`].
pub async fn backup(config: &Config, target: &Path) -> Result<BackupManifest, CopyError> {
    Ok(backup_sqlite(&sqlite_file(config)?, target, SystemClock.now()).await?)
}

/// Puts a backup in the place of the database, which must not exist yet.
///
/// # Errors
/// [`CopyError`].
pub async fn restore(config: &Config, source: &Path) -> Result<(PathBuf, BackupManifest), CopyError> {
    let target = sqlite_file(config)?;
    let manifest = restore_sqlite(source, &target).await?;
    Ok((target, manifest))
}

/// The file of the configured SQLite database, which need not exist.
///
/// # Errors
/// [`CopyError::Postgres`].
pub fn sqlite_file(config: &Config) -> Result<PathBuf, CopyError> {
    let url = config.effective_database_url();
    let place = url.expose_secret().strip_prefix("sqlite:").ok_or(CopyError::Postgres)?;
    let place = place.strip_prefix("//").unwrap_or(place);
    Ok(PathBuf::from(place.split('?').next().unwrap_or(place)))
}
