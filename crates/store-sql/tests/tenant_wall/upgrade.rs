//! R15: a database of any earlier schema, with a row in every table, ends up as a new one would, and keeps every value.

use std::collections::BTreeMap;

use rf_store_conformance::{
    contents::{Contents, contents},
    testdb,
};
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
/// What an upgrade may change although it was there before: words, their version and digests are made anew.
const MADE_ANEW: [(&str, &str); 3] =
    [("trees", "search_text"), ("trees", "words_version"), ("audit_log", "hash")];

/// Of what is there, the tables and columns of before, without what is made anew.
fn known_before(there: Contents, tables: &Tables) -> Contents {
    let of_table = |(table, mut rows): (String, Vec<BTreeMap<String, String>>)| {
        let columns = tables.get(&table)?;
        let kept = |column: &String| columns.contains(column) && !MADE_ANEW.contains(&(&table, column));
        rows.iter_mut().for_each(|row| row.retain(|column, _| kept(column)));
        rows.sort();
        Some((table, rows))
    };
    there.into_iter().filter_map(of_table).collect()
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
        drop(db);
        pool.close().await;
        let before = known_before(contents(&old.url).await, &tables);

        let store = SqlStore::connect(&SqlOptions::new(&old.url)).await.unwrap();
        store.migrate().await.unwrap();
        assert!(store.is_migrated().await.unwrap());
        store.close().await;
        assert_eq!(sqlite_schema(&old.url).await, expected, "after {migrations} migrations and the rest");
        let after = known_before(contents(&old.url).await, &tables);
        assert_eq!(after, before, "after {migrations} migrations and the rest");
        let mut db = SqliteConnection::connect(&old.url).await.unwrap();
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
        drop(db);
        pool.close().await;
        let before = known_before(contents(&old.url).await, &tables);

        let store = SqlStore::connect(&SqlOptions::new(&old.url)).await.unwrap();
        store.migrate().await.unwrap();
        assert!(store.is_migrated().await.unwrap());
        store.close().await;
        assert_eq!(postgres_schema(&old.url).await, expected, "after {migrations} migrations and the rest");
        let after = known_before(contents(&old.url).await, &tables);
        assert_eq!(after, before, "after {migrations} migrations and the rest");
        upgraded += 1;
        values += before.values().map(Vec::len).sum::<usize>();
    }
    println!("R15: postgres upgraded from {upgraded} earlier schemas, same schema, {values} rows, 0 changed");
}
