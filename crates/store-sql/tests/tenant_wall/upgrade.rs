//! R15: a database of any earlier schema, with a row in every table, ends up as a new one would, and keeps every value.

use std::collections::BTreeMap;

use rf_store_conformance::testdb;
use rf_store_sql::{SqlOptions, SqlStore};
use sea_orm::{SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{
    catalogue::{postgres_schema, sqlite_schema},
    fill,
};

/// The columns of each table, in their order.
type Tables = BTreeMap<String, Vec<String>>;
/// The values of each table's rows, in no order of the engine's.
type Rows = BTreeMap<String, Vec<String>>;

/// Everything an upgrade may change that was there before: words and their version are made anew by every release.
const MADE_ANEW: [(&str, &str); 3] =
    [("trees", "search_text"), ("trees", "words_version"), ("audit_log", "hash")];

fn kept(table: &str, column: &str) -> bool {
    !MADE_ANEW.contains(&(table, column))
}

async fn sqlite_tables(db: &mut SqliteConnection, schema: &str) -> Tables {
    let sql = format!(
        "SELECT t.name, c.name FROM {schema}.sqlite_master t, pragma_table_info(t.name, '{schema}') c
         WHERE t.type = 'table' AND t.name <> 'seaql_migrations' ORDER BY t.name, c.cid"
    );
    let mut tables = Tables::new();
    for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(db).await.unwrap() {
        tables.entry(row.get(0)).or_default().push(row.get(1));
    }
    tables
}

async fn sqlite_rows(db: &mut SqliteConnection, tables: &Tables) -> Rows {
    let mut rows = Rows::new();
    for (table, columns) in tables {
        let values: Vec<String> = columns
            .iter()
            .filter(|column| kept(table, column))
            .map(|column| format!("'{column}=' || quote(\"{column}\")"))
            .collect();
        let sql = format!("SELECT {} AS line FROM {table} ORDER BY line", values.join(" || ' ' || "));
        rows.insert(table.clone(), sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *db).await.unwrap());
    }
    rows
}

#[tokio::test]
async fn every_earlier_schema_is_upgraded_on_sqlite() {
    let (new, mut upgraded, mut values) = (testdb::sqlite(), 0, 0);
    let store = SqlStore::connect(&SqlOptions::new(&new.url)).await.unwrap();
    store.migrate().await.unwrap();
    fill(&store).await;
    store.close().await;
    let expected = sqlite_schema(&new.url).await;
    for migrations in 1..migration::count() {
        let old = testdb::sqlite();
        let options =
            SqliteConnectOptions::new().filename(old.file()).create_if_missing(true).foreign_keys(false);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
        migration::up_by(&orm, Some(u32::try_from(migrations).unwrap())).await.unwrap();
        let mut db = pool.acquire().await.unwrap();
        let tables = sqlite_tables(&mut db, "main").await;
        let attach = format!("ATTACH '{}' AS filled", new.file().display());
        sqlx::raw_sql(AssertSqlSafe(attach)).execute(&mut *db).await.unwrap();
        for (table, columns) in &tables {
            let columns = columns.join(", ");
            let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM filled.{table}");
            let copied = sqlx::query(AssertSqlSafe(copy)).execute(&mut *db).await.unwrap().rows_affected();
            assert!(copied > 0, "{table} has no row to be upgraded");
        }
        sqlx::raw_sql("DETACH filled").execute(&mut *db).await.unwrap();
        let before = sqlite_rows(&mut db, &tables).await;
        drop(db);
        pool.close().await;

        let store = SqlStore::connect(&SqlOptions::new(&old.url)).await.unwrap();
        store.migrate().await.unwrap();
        assert!(store.is_migrated().await.unwrap());
        store.close().await;
        assert_eq!(sqlite_schema(&old.url).await, expected, "after {migrations} migrations and the rest");
        let mut db = SqliteConnection::connect(&old.url).await.unwrap();
        assert_eq!(sqlite_rows(&mut db, &tables).await, before, "after {migrations} migrations and the rest");
        let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut db).await.unwrap();
        assert!(broken.is_empty(), "{} references are broken", broken.len());
        upgraded += 1;
        values += before.values().map(Vec::len).sum::<usize>();
    }
    println!("R15: sqlite upgraded from {upgraded} earlier schemas, same schema, {values} rows, 0 changed");
}

async fn postgres_tables(db: &mut PgConnection) -> Tables {
    let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns
               WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'
               ORDER BY table_name, ordinal_position";
    let mut tables = Tables::new();
    for row in sqlx::query(sql).fetch_all(db).await.unwrap() {
        tables.entry(row.get(0)).or_default().push(row.get(1));
    }
    tables
}

/// Each row as JSON.
async fn postgres_rows(db: &mut PgConnection, tables: &Tables) -> Rows {
    let mut rows = Rows::new();
    for (table, columns) in tables {
        let columns: Vec<_> = columns.iter().filter(|column| kept(table, column)).cloned().collect();
        let sql =
            format!("SELECT row_to_json(t)::text FROM (SELECT {} FROM {table}) AS t", columns.join(", "));
        let mut found: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *db).await.unwrap();
        found.sort();
        rows.insert(table.clone(), found);
    }
    rows
}

#[tokio::test]
async fn every_earlier_schema_is_upgraded_on_postgres() {
    let (new, mut upgraded, mut values) = (testdb::postgres().await, 0, 0);
    let store = SqlStore::connect(&SqlOptions::new(&new.url)).await.unwrap();
    fill(&store).await;
    store.close().await;
    let expected = postgres_schema(&new.url).await;
    let mut filled = PgConnection::connect(&new.url).await.unwrap();
    for migrations in 1..migration::count() {
        let old = testdb::empty_postgres().await;
        let pool = PgPoolOptions::new().max_connections(1).connect(&old.url).await.unwrap();
        let orm = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        migration::up_by(&orm, Some(u32::try_from(migrations).unwrap())).await.unwrap();
        let mut db = pool.acquire().await.unwrap();
        let tables = postgres_tables(&mut db).await;
        // In whatever order: references are checked once all is there.
        sqlx::raw_sql("SET session_replication_role = replica").execute(&mut *db).await.unwrap();
        for (table, columns) in &tables {
            let columns = columns.join(", ");
            let read = format!("SELECT row_to_json(t)::text FROM {table} AS t");
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(read)).fetch_all(&mut filled).await.unwrap();
            assert!(!rows.is_empty(), "{table} has no row to be upgraded");
            let copy = format!(
                "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_record(NULL::{table}, $1::json)"
            );
            for row in rows {
                sqlx::query(AssertSqlSafe(copy.clone())).bind(row).execute(&mut *db).await.unwrap();
            }
        }
        let before = postgres_rows(&mut db, &tables).await;
        drop(db);
        pool.close().await;

        let store = SqlStore::connect(&SqlOptions::new(&old.url)).await.unwrap();
        store.migrate().await.unwrap();
        assert!(store.is_migrated().await.unwrap());
        store.close().await;
        assert_eq!(postgres_schema(&old.url).await, expected, "after {migrations} migrations and the rest");
        let mut db = PgConnection::connect(&old.url).await.unwrap();
        assert_eq!(
            postgres_rows(&mut db, &tables).await,
            before,
            "after {migrations} migrations and the rest"
        );
        upgraded += 1;
        values += before.values().map(Vec::len).sum::<usize>();
    }
    println!("R15: postgres upgraded from {upgraded} earlier schemas, same schema, {values} rows, 0 changed");
}
