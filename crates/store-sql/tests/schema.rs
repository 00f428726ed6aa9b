//! The schema: the same after any number of migrations, written down, and what the settings promise.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a failed test")]

mod catalogue;

use catalogue::{postgres_schema, sqlite_schema};
use futures_util::future::join_all;
use rf_store::{Access, Store};
use rf_store_conformance::{
    fixtures::{self as fx, Tenant},
    testdb,
};
use rf_store_sql::{SqlOptions, SqlStore};
use sqlx::{Connection, PgConnection, SqliteConnection};

#[tokio::test]
async fn the_schema_on_sqlite() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), None);
    assert!(!store.is_migrated().await.unwrap());
    store.migrate().await.unwrap();
    assert!(store.is_migrated().await.unwrap());
    insta::assert_snapshot!(sqlite_schema(&db.url).await);
}

#[tokio::test]
async fn the_schema_on_postgres() {
    let db = testdb::empty_postgres().await;
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), None);
    store.migrate().await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), Some(migration::newest()));
    assert!(store.is_migrated().await.unwrap());
    insta::assert_snapshot!(postgres_schema(&db.url).await);
}

/// Migrating a database in use changes neither schema nor rows.
async fn migrating_again_changes_nothing(store: SqlStore, schema: impl AsyncFn() -> String) {
    store.migrate().await.unwrap();
    let tenant = Tenant::keep(&store).await;
    let before = schema().await;
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(schema().await, before);
    assert_eq!(
        tenant.read(&store).await.user_by_id(tenant.id(), tenant.user.id).await.unwrap(),
        Some(tenant.user)
    );
}

#[tokio::test]
async fn migrating_again_changes_nothing_on_sqlite() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    migrating_again_changes_nothing(store, async || sqlite_schema(&db.url).await).await;
}

#[tokio::test]
async fn migrating_again_changes_nothing_on_postgres() {
    let db = testdb::postgres().await;
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    migrating_again_changes_nothing(store, async || postgres_schema(&db.url).await).await;
}

/// Several servers that start at once: all succeed, and the schema is there once.
async fn many_migrate_at_once(url: &str) {
    join_all((0..4).map(async |_| {
        let store = SqlStore::connect(&SqlOptions::new(url)).await.unwrap();
        store.migrate().await.unwrap();
        assert!(store.is_migrated().await.unwrap());
        store.close().await;
    }))
    .await;
}

#[tokio::test]
async fn many_servers_migrate_one_sqlite_file_at_once() {
    let db = testdb::sqlite();
    many_migrate_at_once(&db.url).await;
    assert!(sqlite_schema(&db.url).await.contains("pk_session_log"));
}

#[tokio::test]
async fn many_servers_migrate_one_postgres_database_at_once() {
    let db = testdb::empty_postgres().await;
    many_migrate_at_once(&db.url).await;
    assert!(postgres_schema(&db.url).await.contains("pk_session_log"));
}

/// One text per account, however many sessions refer to it.
async fn snapshots(store: &SqlStore) -> (Tenant, Tenant) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    for _ in 0..3 {
        tenant.keep_sessions(store, &[&fx::session(&tenant), &fx::session(&tenant)]).await;
        other.keep_sessions(store, &[&fx::session(&other)]).await;
    }
    (tenant, other)
}

#[tokio::test]
async fn a_snapshot_is_stored_once_per_account_on_sqlite() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    store.migrate().await.unwrap();
    snapshots(&store).await;
    let mut raw = SqliteConnection::connect(&db.url).await.unwrap();
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tree_snapshots").fetch_one(&mut raw).await.unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_snapshot_is_stored_once_per_account_on_postgres() {
    let db = testdb::postgres().await;
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    snapshots(&store).await;
    let mut raw = PgConnection::connect(&db.url).await.unwrap();
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tree_snapshots").fetch_one(&mut raw).await.unwrap();
    assert_eq!(count, 2);
}

/// The list of flows reads no body: it works where every body is unreadable.
#[tokio::test]
async fn a_list_of_trees_reads_no_structure() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    store.migrate().await.unwrap();
    let tenant = Tenant::keep(&store).await;
    let tree = fx::tree(&tenant, "Printer");
    tenant.keep_trees(&store, &[&tree]).await;
    let mut raw = SqliteConnection::connect(&db.url).await.unwrap();
    sqlx::raw_sql("UPDATE trees SET structure = 'not json', intake_form = 'neither'")
        .execute(&mut raw)
        .await
        .unwrap();
    assert_eq!(tenant.listed(&store, &rf_trees::TreeFilter::default()).await, ["Printer"]);
    let mut unit = store.begin(Access::read(tenant.id())).await.unwrap();
    let answer = unit.tree_by_id(tenant.id(), tree.id).await;
    assert!(matches!(answer, Err(rf_kernel::StoreError::Corrupt(_))), "{answer:?}");
    // A row that cannot be read is an error like any other.
    assert!(matches!(unit.commit().await, Err(rf_kernel::StoreError::Poisoned)));
}
