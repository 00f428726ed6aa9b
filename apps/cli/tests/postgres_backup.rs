//! Saving and restoring Postgres by `rf` and by the commands of `docs/operations.md`, as the role that owns the tables and is
//! bound by row-level security as everybody is (promise R16).
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
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

/// A folder of programs by these names, each a script.
fn tools(dir: &Path, scripts: &[(&str, String)]) -> String {
    fs::create_dir_all(dir).unwrap();
    for (name, script) in scripts {
        let file = dir.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    dir.to_str().unwrap().to_owned()
}

fn rf_with(path: &str, data: &Path, url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rf"))
        .args(["--json", "--data-dir", data.to_str().unwrap(), "--database-url", url])
        .args(arguments)
        .env_remove("ADMIN_DATABASE_URL")
        .env("PATH", path)
        .output()
        .unwrap()
}

#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    for words in words {
        assert!(said.contains(words), "{words:?} in {said}");
    }
}

#[tokio::test]
async fn rf_saves_and_restores_without_showing_the_password() {
    let (from, to) = (testdb::empty_postgres().await, testdb::empty_postgres().await);
    let (source, target) = (given_to_owner(&from.url).await, given_to_owner(&to.url).await);
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (file, seen) = (at("saved.backup"), at("arguments"));
    let system = std::env::var_os("PATH").unwrap().into_string().unwrap();
    // The real tools, with what they were told written down.
    let recording = |tool: &str| {
        format!("printf '%s\\n' \"$0\" \"$@\" >> '{seen}'\nPATH='{system}'; export PATH; exec {tool} \"$@\"")
    };
    let recorders = [("pg_dump", recording("pg_dump")), ("pg_restore", recording("pg_restore"))];
    let path = format!("{}:{system}", tools(&dir.path().join("tools"), &recorders));
    let admin = ["admin", "create-site-admin", "--email", "ada@example.test"];
    refused(&rf_with(&path, dir.path(), &source, &["backup", &file]), &["nothing to save"]);
    assert_eq!(said(&rf(dir.path(), &source, &admin))["outcome"], "created");

    let saved = said(&rf_with(&path, dir.path(), &source, &["backup", &file]));
    assert_eq!(saved["manifest"]["kind"], "resolutionflow-postgres");
    let before = counts(&from.url).await;
    refused(&rf_with(&path, dir.path(), &source, &["backup", &file]), &["nothing is overwritten"]);
    let restored = said(&rf_with(&path, dir.path(), &target, &["restore", &file]));
    assert!(restored["database"].as_str().unwrap().starts_with("the database "), "{restored}");
    assert_eq!(counts(&to.url).await, before);
    assert_eq!(said(&rf(dir.path(), &target, &["audit", "verify"]))["faults"], 0);
    assert_eq!(said(&rf(dir.path(), &target, &admin))["outcome"], "unchanged");
    refused(&rf_with(&path, dir.path(), &target, &["restore", &file]), &["empty database"]);
    let told = fs::read_to_string(&seen).unwrap();
    assert!(told.contains("/pg_dump") && told.contains("/pg_restore"), "{told}");
    assert!(told.contains(&format!("postgres://{OWNER}@")) && !told.contains(":owner"), "{told}");

    // Somebody else than the owner is shown no rows, and would save none.
    let (_, place) = source.rsplit_once('@').unwrap();
    let mut db = PgConnection::connect(&from.url).await.unwrap();
    let role = "DO $$ BEGIN CREATE ROLE rf_test_backup_web LOGIN PASSWORD 'web' NOSUPERUSER NOBYPASSRLS; \
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
    db.execute(role).await.unwrap();
    db.close().await.unwrap();
    let web = format!("postgres://rf_test_backup_web:web@{place}");
    let other = at("other.backup");
    refused(&rf_with(&path, dir.path(), &web, &["backup", &other]), &[OWNER, "admin_database_url"]);

    // Another byte in it, and nothing is restored.
    let empty = testdb::empty_postgres().await;
    let empty = given_to_owner(&empty.url).await;
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    refused(&rf_with(&path, dir.path(), &empty, &["restore", &file]), &["damaged"]);
}

#[tokio::test]
async fn a_tool_that_is_missing_or_too_old_is_named() {
    let database = testdb::empty_postgres().await;
    let url = given_to_owner(&database.url).await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("saved.backup").to_str().unwrap().to_owned();
    said(&rf(dir.path(), &url, &["admin", "create-site-admin", "--email", "ada@example.test"]));
    let none = tools(&dir.path().join("none"), &[]);
    refused(
        &rf_with(&none, dir.path(), &url, &["backup", &file]),
        &["pg_dump is not there", "postgresql-client"],
    );
    let old = [("pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'".to_owned())];
    let old = tools(&dir.path().join("old"), &old);
    refused(&rf_with(&old, dir.path(), &url, &["backup", &file]), &["pg_dump is of version 9", "newer one"]);
    let failing =
        "case $1 in --version) echo 'pg_dump (PostgreSQL) 99.1';; *) echo 'no space left' >&2; exit 1;; esac";
    let failing = tools(&dir.path().join("failing"), &[("pg_dump", failing.to_owned())]);
    let path = format!("{failing}:/usr/bin:/bin");
    refused(
        &rf_with(&path, dir.path(), &url, &["backup", &file]),
        &["pg_dump did not do it", "no space left"],
    );
    assert!(
        !Path::new(&file).exists() && !Path::new(&format!("{file}.json")).exists(),
        "nothing is left behind"
    );
}
