//! Databases that cannot be opened: whoever starts the server learns what is wrong and what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

use std::{path::Path, time::Duration};

use rf_store::{Access, Store};
use rf_store_conformance::testdb;
use rf_store_sql::{ConnectError, SqlOptions, SqlStore};
use sqlx::{Connection, SqliteConnection};

async fn refusal(options: &SqlOptions) -> ConnectError {
    SqlStore::connect(options).await.expect_err("the database cannot be opened")
}

fn sqlite(path: &Path) -> SqlOptions {
    SqlOptions {
        busy_timeout: Duration::from_millis(50),
        ..SqlOptions::new(format!("sqlite:{}", path.display()))
    }
}

#[tokio::test]
async fn another_kind_of_database_is_refused_with_the_kinds_there_are() {
    for url in ["mysql://root@localhost/x", "resolutionflow.db", ""] {
        let error = refusal(&SqlOptions::new(url)).await;
        assert!(matches!(error, ConnectError::WrongScheme(_)), "{error:?}");
        assert!(error.to_string().contains("sqlite:path/to/file.db"), "{error}");
    }
}

#[tokio::test]
async fn sqlite_in_memory_is_refused() {
    for url in ["sqlite::memory:", "sqlite:file.db?mode=memory"] {
        assert!(matches!(refusal(&SqlOptions::new(url)).await, ConnectError::InMemory), "{url}");
    }
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = refusal(&sqlite(&folder.path().join("gone/test.db"))).await;
    assert!(matches!(&error, ConnectError::ParentMissing(parent) if parent.ends_with("gone")), "{error:?}");
}

#[tokio::test]
async fn a_missing_file_is_named_unless_it_is_to_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let options = SqlOptions { create_if_missing: false, ..sqlite(&path) };
    let error = refusal(&options).await;
    assert!(matches!(&error, ConnectError::FileMissing(file) if file.ends_with("test.db")), "{error:?}");
    assert!(!path.exists());
    SqlStore::connect(&sqlite(&path)).await.unwrap().close().await;
    SqlStore::connect(&options).await.unwrap();
}

#[tokio::test]
async fn a_folder_is_not_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = refusal(&sqlite(folder.path())).await;
    assert!(matches!(error, ConnectError::NotAFile(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_of_something_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "Dear diary, this is long enough to have a header. ".repeat(100)).unwrap();
    let error = refusal(&sqlite(&path)).await;
    assert!(matches!(error, ConnectError::NotADatabase(_)), "{error:?}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear diary"), "the file is as it was");
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let store = SqlStore::connect(&sqlite(&path)).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await;
    let mut other = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let error = refusal(&sqlite(&path)).await;
    assert!(matches!(error, ConnectError::Locked(_)), "{error:?}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    SqlStore::connect(&sqlite(&path)).await.unwrap();
}

#[tokio::test]
async fn a_writer_in_another_process_is_waited_for_and_then_the_store_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let store = SqlStore::connect(&sqlite(&path)).await.unwrap();
    store.migrate().await.unwrap();
    let mut other = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let Err(error) = store.begin(Access::system_write()).await else { panic!("the file is locked") };
    assert!(error.is_transient(), "{error:?}");
    store.begin(Access::system_read()).await.unwrap().commit().await.unwrap();
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    store.begin(Access::system_write()).await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    // Nothing listens on port 1.
    let error = refusal(&SqlOptions::new("postgres://rf:secret@127.0.0.1:1/rf")).await;
    assert!(matches!(&error, ConnectError::Unreachable { place, .. } if place == "127.0.0.1:1"), "{error:?}");
    assert!(!error.to_string().contains("secret"), "{error}");
    assert!(!format!("{:?}", SqlOptions::new("postgres://rf:secret@127.0.0.1:1/rf")).contains("secret"));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let (server, _) =
        testdb::postgres_url().rsplit_once('/').map(|(s, d)| (s.to_owned(), d.to_owned())).unwrap();
    let error = refusal(&SqlOptions::new(format!("{server}/rf_no_such_database"))).await;
    assert!(
        matches!(&error, ConnectError::DatabaseMissing { database, .. } if database == "rf_no_such_database"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_user_that_is_not_let_in_is_named() {
    let url = testdb::postgres_url().replacen("postgres@", "rf_no_such_role@", 1);
    let error = refusal(&SqlOptions::new(url)).await;
    assert!(
        matches!(&error, ConnectError::AuthFailed { user, .. } if user == "rf_no_such_role"),
        "{error:?}"
    );
}
