//! Saving and restoring Postgres as `docs/operations.md` says, as the role that owns the tables and is bound by
//! row-level security as everybody is (promise R16).
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    path::Path,
    process::{Command, Output},
};

use rf_store_conformance::testdb;
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};

/// One for the whole cluster; it may log in and nothing else.
const OWNER: &str = "rf_test_backup_owner";

/// The owner's address of that database, which is given to them.
async fn given_to_owner(url: &str) -> String {
    let mut admin = PgConnection::connect(url).await.unwrap();
    // Another test process may make it at the same moment.
    let role = format!(
        "DO $$ BEGIN CREATE ROLE {OWNER} LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    admin.execute(sqlx::AssertSqlSafe(role)).await.unwrap();
    let (name,): (String,) = sqlx::query_as("SELECT current_database()").fetch_one(&mut admin).await.unwrap();
    for statement in [
        "DO $$ BEGIN CREATE ROLE rf_app NOLOGIN; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            .to_owned(),
        format!("GRANT rf_app TO {OWNER}"),
        format!("ALTER DATABASE \"{name}\" OWNER TO {OWNER}"),
    ] {
        admin.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
    admin.close().await.unwrap();
    let (_, place) = url.rsplit_once('@').unwrap();
    format!("postgres://{OWNER}:owner@{place}")
}

fn rf(data: &Path, url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rf"))
        .args(["--json", "--data-dir", data.to_str().unwrap(), "--database-url", url])
        .args(arguments)
        .env_remove("ADMIN_DATABASE_URL")
        .output()
        .unwrap()
}

#[track_caller]
fn said(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// How many rows each table has, for who sees them all.
async fn counts(url: &str) -> Vec<(String, i64)> {
    let mut admin = PgConnection::connect(url).await.unwrap();
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    let mut counts = Vec::new();
    for (table,) in tables {
        let count = format!("SELECT count(*) FROM \"{table}\"");
        let (count,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(count)).fetch_one(&mut admin).await.unwrap();
        counts.push((table, count));
    }
    admin.close().await.unwrap();
    counts
}

#[tokio::test]
async fn what_the_documented_commands_save_they_restore() {
    let (from, to) = (testdb::empty_postgres().await, testdb::empty_postgres().await);
    let (source, target) = (given_to_owner(&from.url).await, given_to_owner(&to.url).await);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("saved.dump");
    let file = file.to_str().unwrap();
    let admin = ["admin", "create-site-admin", "--email", "ada@example.test"];
    assert_eq!(said(&rf(dir.path(), &source, &admin))["outcome"], "created");

    run("pg_dump", &["--enable-row-security", "--format=custom", "--file", file, &source]);
    run("pg_restore", &["--exit-on-error", "--dbname", &target, file]);

    let before = counts(&from.url).await;
    assert!(before.iter().any(|(table, count)| table == "trees" && *count > 20), "{before:?}");
    assert_eq!(counts(&to.url).await, before);
    // The wall is back too, and the server takes the database as its own.
    let findings = rf(dir.path(), &target, &["doctor"]);
    let findings: Value = serde_json::from_slice(&findings.stdout).unwrap();
    let found = |what: &str| {
        findings["findings"].as_array().unwrap().iter().find(|f| f["what"] == what).unwrap().clone()
    };
    assert_eq!(
        (found("schema")["is_fault"].clone(), found("row-level security")["is_fault"].clone()),
        (false.into(), false.into())
    );
    assert_eq!(said(&rf(dir.path(), &target, &["audit", "verify"]))["faults"], 0);
    assert_eq!(said(&rf(dir.path(), &target, &admin))["outcome"], "unchanged");
}
