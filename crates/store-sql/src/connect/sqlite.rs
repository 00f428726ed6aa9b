//! SQLite: a file in WAL mode, one connection that writes and a pool that reads.
//!
//! One writing connection makes writers in this process queue up in order instead of trying against each other
//! until a timeout; another process is waited for with the busy timeout.

use std::{path::Path, str::FromStr, time::Duration};

use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions, Connection, Error, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::Instant;

use super::{ConnectError, SqlOptions};

pub(super) async fn connect(
    options: &SqlOptions,
) -> Result<(DatabaseConnection, DatabaseConnection), ConnectError> {
    let file = file_options(options)?;
    let place = file.get_filename().display().to_string();
    let said = |error| failed(place.clone(), &error);
    let opened = patiently(options.busy_timeout, async || {
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // Kept open: as long as one connection is, the log of changes need not be rebuilt.
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(std::future::ready(Ok(is_clean(connection)))))
            .connect_with(file.clone().create_if_missing(options.create_if_missing))
            .await?;
        // Opening reads; whether writing works shows here, and not at somebody's first click.
        sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK").execute(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(options.max_connections.max(1))
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(std::future::ready(Ok(is_clean(connection)))))
            .connect_with(file.clone().pragma("query_only", "ON"))
            .await?;
        Ok((writer, reader))
    });
    let (writer, reader) = opened.await.map_err(said)?;
    Ok((
        SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
    ))
}

/// Whether the connection is in nobody's transaction; else it is closed and another one opened.
///
/// When the disk is full or does not sync, SQLite ends the transaction by itself. The driver asks it to roll back, is told
/// that there is nothing to, and takes the transaction for open ever after: the next one would be a savepoint, its commit
/// would answer well, and nothing of it would be kept. The pool has waited for that answer when it asks here: it asks the
/// connection for a sign of life when it comes back. Asking once more when it is handed out would only cost.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// Tries again for as long as another process may hold the file. To switch a file to the write-ahead log, and to
/// recover one after a crash, SQLite waits for nobody: it says "locked" at once, whatever the busy timeout.
async fn patiently<T>(busy_timeout: Duration, open: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
    let deadline = Instant::now() + busy_timeout;
    loop {
        match open().await {
            Err(error) if Instant::now() < deadline && is_locked(&error) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => return other,
        }
    }
}

fn primary_code(error: &Error) -> Option<u32> {
    match error {
        Error::Database(said) => {
            said.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff)
        }
        _ => None,
    }
}

fn is_locked(error: &Error) -> bool {
    matches!(primary_code(error), Some(5 | 6))
}

fn file_options(options: &SqlOptions) -> Result<SqliteConnectOptions, ConnectError> {
    let file = SqliteConnectOptions::from_str(&options.url)
        .map_err(|error| ConnectError::BadAddress(error.to_string(), "sqlite:path/to/file.db"))?;
    let path = file.get_filename();
    let shown = || path.display().to_string();
    if options.url.contains(":memory:") || options.url.contains("mode=memory") || path.as_os_str().is_empty()
    {
        return Err(ConnectError::InMemory);
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !parent.is_dir() {
        return Err(ConnectError::ParentMissing(parent.display().to_string()));
    }
    if path.exists() {
        if !path.is_file() {
            return Err(ConnectError::NotAFile(shown()));
        }
    } else if !options.create_if_missing {
        return Err(ConnectError::FileMissing(shown()));
    }
    Ok(file
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was answered survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.busy_timeout)
        .disable_statement_logging())
}

fn failed(place: String, error: &Error) -> ConnectError {
    match primary_code(error) {
        Some(5 | 6) => ConnectError::Locked(place),
        Some(3 | 8 | 14 | 23) => ConnectError::NotWritable(place),
        Some(11 | 26) => ConnectError::NotADatabase(place),
        _ => ConnectError::Other { place, cause: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn writing_is_durable_and_reading_only_reads() {
        let db = rf_store_conformance::testdb::sqlite();
        let (writer, reader) = connect(&SqlOptions::new(&db.url)).await.unwrap();
        for (pool, pragma, expected) in [
            (&writer, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1),
            (&writer, "PRAGMA synchronous", 2),
            (&writer, "PRAGMA foreign_keys", 1),
            (&writer, "PRAGMA query_only", 0),
            (&reader, "PRAGMA query_only", 1),
        ] {
            let found: i64 =
                sqlx::query_scalar(pragma).fetch_one(pool.get_sqlite_connection_pool()).await.unwrap();
            assert_eq!(found, expected, "{pragma}");
        }
    }

    /// As SQLite does after a full disk, behind the driver's back.
    #[tokio::test]
    async fn a_transaction_sqlite_has_ended_by_itself_is_handed_to_nobody() {
        let db = rf_store_conformance::testdb::sqlite();
        let (writer, _) = connect(&SqlOptions::new(&db.url)).await.unwrap();
        let pool = writer.get_sqlite_connection_pool();
        let mut transaction = pool.begin().await.unwrap();
        sqlx::raw_sql("ROLLBACK").execute(&mut *transaction).await.unwrap();
        drop(transaction);
        assert!(!pool.acquire().await.unwrap().is_in_transaction());
    }
}
