//! All that is in a database, as text: to be compared before and after.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// A row: the text of each column's value.
pub type ContentsRow = BTreeMap<String, String>;
/// The rows of each table, in no order of the engine's.
pub type Contents = BTreeMap<String, Vec<ContentsRow>>;

/// Everything in that database but the list of migrations.
pub async fn contents(url: &str) -> Contents {
    let mut contents = if url.starts_with("sqlite:") { sqlite(url).await } else { postgres(url).await };
    contents.remove("seaql_migrations");
    for rows in contents.values_mut() {
        rows.sort();
    }
    contents
}

async fn sqlite(url: &str) -> Contents {
    let mut db = SqliteConnection::connect(url).await.expect("the database");
    let tables = "SELECT t.name, group_concat(c.name)
                  FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' GROUP BY t.name";
    let tables: Vec<(String, String)> = sqlx::query_as(tables).fetch_all(&mut db).await.expect("the tables");
    let mut contents = Contents::new();
    for (table, columns) in tables {
        let values: Vec<_> =
            columns.split(',').map(|column| format!("'{column}', quote(\"{column}\")")).collect();
        let sql = format!("SELECT json_object({}) FROM {table}", values.join(", "));
        let rows: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut db).await.expect("rows");
        let read = |row: &String| serde_json::from_str(row).expect("an object of texts");
        contents.insert(table, rows.iter().map(read).collect());
    }
    contents
}

async fn postgres(url: &str) -> Contents {
    let mut db = PgConnection::connect(url).await.expect("the database");
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut db).await.expect("the tables");
    let mut contents = Contents::new();
    for table in tables {
        let sql = format!("SELECT row_to_json(t)::text FROM {table} AS t");
        let rows: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut db).await.expect("rows");
        let read = |row: &String| {
            let row: Map<String, Value> = serde_json::from_str(row).expect("an object");
            row.into_iter().map(|(column, value)| (column, value.to_string())).collect()
        };
        contents.insert(table, rows.iter().map(read).collect());
    }
    contents
}
