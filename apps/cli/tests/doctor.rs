//! `rf doctor` over each fault it knows, and over a healthy installation, which it leaves as it was.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use sqlx::Connection;

/// An installation in a folder of its own, on a port nobody has.
struct Installation {
    dir: tempfile::TempDir,
    settings: String,
}

impl Installation {
    fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::with(&format!("listen = '127.0.0.1:{port}'\npublic_url = 'http://localhost:{port}'\n"))
    }

    fn with(settings: &str) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), settings: settings.to_owned() }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn run(&self, shell: &str, arguments: &[&str]) -> Output {
        let config = self.path("resolutionflow.toml");
        let data = self.path("data");
        fs::write(&config, format!("data_dir = '{data}'\n{}", self.settings)).unwrap();
        Command::new("sh")
            .args([
                "-c",
                &format!("{shell} exec \"$0\" \"$@\""),
                env!("CARGO_BIN_EXE_rf"),
                "--config",
                &config,
            ])
            .args(arguments)
            .env_remove("DATABASE_URL")
            .env_remove("ADMIN_DATABASE_URL")
            .output()
            .unwrap()
    }

    fn migrated(self) -> Self {
        let output = self.run("", &["migrate"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self
    }

    /// The faults found, with their words; the exit code says whether there are any.
    fn faults(&self) -> Vec<(String, String)> {
        self.faults_after("")
    }

    fn faults_after(&self, shell: &str) -> Vec<(String, String)> {
        let output = self.run(shell, &["doctor", "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        let faults: Vec<_> = findings
            .filter(|finding| finding["is_fault"] == true)
            .map(|finding| (text(&finding["what"]), text(&finding["text"])))
            .collect();
        assert_eq!(report["faults"], faults.len());
        assert_eq!(output.status.code(), Some(i32::from(!faults.is_empty())));
        faults
    }

    #[track_caller]
    fn one_fault(&self, what: &str, words: &str) {
        check_one(&self.faults(), what, words);
    }

    async fn sql(&self, sql: &'static str) {
        let file = self.path("data/resolutionflow.sqlite");
        let mut db = sqlx::SqliteConnection::connect(&format!("sqlite://{file}")).await.unwrap();
        sqlx::query(sql).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    }
}

#[track_caller]
fn check_one(faults: &[(String, String)], what: &str, words: &str) {
    let [(name, text)] = faults else { panic!("one fault was expected: {faults:?}") };
    assert_eq!(name, what);
    assert!(text.contains(words), "{text}");
}

#[test]
fn a_healthy_installation_has_no_fault_and_a_new_one_is_not_made() {
    let new = Installation::new();
    assert_eq!(new.faults(), []);
    assert!(!Path::new(&new.path("data")).exists(), "the doctor made something");

    let running = new.migrated();
    assert_eq!(running.faults(), []);
    // No key, no second database: what the migration made is all there is.
    assert!(files(&running.path("data")).iter().all(|name| name.starts_with("resolutionflow.sqlite")));
    let said = running.run("", &["doctor"]);
    let said = String::from_utf8_lossy(&said.stdout);
    assert!(said.contains("ok     schema: up to date") && said.ends_with("0 faults found\n"), "{said}");
}

fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_configuration_that_cannot_be_read() {
    Installation::with("lisen = '127.0.0.1:1'\n").one_fault("configuration", "lisen");
    Installation::with("environment = 'production'\n").one_fault("configuration", "token_secret");
}

#[test]
fn a_data_folder_that_is_none() {
    let installation = Installation::new();
    fs::write(installation.path("data"), "a file").unwrap();
    let faults = installation.faults();
    assert!(
        faults.iter().any(|(what, text)| what == "data folder" && text.contains("not a folder")),
        "{faults:?}"
    );
}

#[test]
fn a_disk_without_room() {
    let installation = Installation::new();
    // The file system of /proc has no room for anything.
    let output = installation.run("", &["--data-dir", "/proc/1/task", "doctor"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("FAULT  disk: 0 MB free"), "{said}");
}

#[test]
fn a_token_key_others_can_read_or_that_is_too_short() {
    let installation = Installation::new();
    fs::create_dir(installation.path("data")).unwrap();
    let key = installation.path("data/token.key");
    fs::write(&key, "k".repeat(64)).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    installation.one_fault("token key", "chmod 600");
    fs::write(&key, "short").unwrap();
    installation.one_fault("token key", "too short");
}

#[test]
fn a_database_that_is_none_or_does_not_answer() {
    let installation = Installation::new();
    fs::create_dir(installation.path("data")).unwrap();
    fs::write(
        installation.path("data/resolutionflow.sqlite"),
        "not a database, but long enough to be read as one",
    )
    .unwrap();
    installation.one_fault("database", "not a");

    let mut far = Installation::new();
    far.settings.push_str("database_url = 'postgres://127.0.0.1:1/x'\n");
    far.one_fault("database", "127.0.0.1");

    let mut missing = Installation::new();
    missing.settings.push_str("database_url = 'sqlite:///nowhere/at/all.sqlite'\n");
    missing.one_fault("database", "/nowhere/at");
}

#[tokio::test]
async fn a_schema_that_is_newer() {
    let installation = Installation::new().migrated();
    installation
        .sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_later', 0)")
        .await;
    installation.one_fault("schema", "newer");
    // The server says the same, and does not touch it.
    let refused = installation.run("", &["migrate"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("newer than this version"));
}

#[tokio::test]
async fn a_clock_that_is_behind() {
    let installation = Installation::new().migrated();
    installation
        .sql(
            "INSERT INTO accounts (id, name, created_at) VALUES (x'00000000000070008000000000000001', 'North', 0)",
        )
        .await;
    installation
        .sql(
            "INSERT INTO users (id, account_id, email, name, role, is_super_admin, is_active, last_login, created_at)
             VALUES (x'00000000000070008000000000000002', x'00000000000070008000000000000001', 'eli@example.test',
                     'Eli', 'engineer', 0, 1, 4102444800000000, 0)",
        )
        .await;
    installation.one_fault("clock", "in the future");
}

#[tokio::test]
async fn tables_without_row_level_security() {
    let db = rf_store_conformance::testdb::postgres().await;
    let mut installation = Installation::new();
    installation.settings.push_str(&format!("database_url = '{}'\n", db.url));
    let installation = installation.migrated();
    assert_eq!(installation.faults(), []);
    let mut connection = sqlx::PgConnection::connect(&db.url).await.unwrap();
    sqlx::query("ALTER TABLE trees NO FORCE ROW LEVEL SECURITY").execute(&mut connection).await.unwrap();
    installation.one_fault("row-level security", "trees");
}

#[test]
fn an_address_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    Installation::with(&format!("listen = '127.0.0.1:{port}'\npublic_url = 'http://localhost:{port}'\n"))
        .one_fault("address", "in use");
}

#[test]
fn a_public_address_that_leads_elsewhere_or_in_the_open() {
    let with =
        |listen: &str, url: &str| Installation::with(&format!("listen = '{listen}'\npublic_url = '{url}'\n"));
    with("127.0.0.1:0", "http://rf.example").one_fault("public address", "https");
    with("0.0.0.0:0", "http://localhost:8000").one_fault("public address", "set public_url");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    with(&format!("127.0.0.1:{port}"), "http://localhost:1").one_fault("public address", &port.to_string());
}

#[test]
fn too_few_open_files() {
    check_one(&Installation::new().faults_after("ulimit -n 200;"), "open files", "only 200");
}
