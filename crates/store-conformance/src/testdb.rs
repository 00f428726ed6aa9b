//! Databases for tests: a SQLite file in a folder of its own, or a clone of a migrated Postgres template.
//!
//! Postgres is found by `TEST_DATABASE_URL`, else at `postgres://postgres@127.0.0.1:5432/postgres`; the role must
//! be able to create databases. Where there is none, a test fails: a skipped test proves nothing.
//!
//! The template is migrated once and named by the schema's fingerprint; every test clones it, which takes some
//! 30 ms, and drops its clone. Test runners start a process per test, so an advisory lock on the maintenance
//! database lets one of them make the template while the others wait. Clones a crashed run left behind are
//! dropped once they are an hour old.

use std::{
    path::PathBuf,
    process,
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sea_orm::SqlxPostgresConnector;
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};

const DEFAULT_URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";
const TEMPLATES: &str = "rf_template";
const CLONES: &str = "rf_test";
/// Serialises the making of templates and the sweeping up of old clones, over all processes.
const LOCK: i64 = 7_165_010_927_312_901;
/// After this long a clone is taken for left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(3_600);

/// A database of one test. It goes when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    /// Where it is, for a store to connect to.
    pub url: String,
    gone: Gone,
}

#[derive(Debug)]
enum Gone {
    /// The folder of a file.
    Folder(#[expect(dead_code, reason = "dropping it removes the folder")] tempfile::TempDir),
    /// A clone, and where to drop it from.
    Clone { name: String },
}

impl TestDb {
    /// The file of a SQLite database.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        PathBuf::from(self.url.trim_start_matches("sqlite:"))
    }
}

/// A SQLite file that is not there yet, in a fresh folder: the first connection creates it. Not migrated.
#[must_use]
pub fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    TestDb { url, gone: Gone::Folder(folder) }
}

/// A migrated, empty Postgres database.
pub async fn postgres() -> TestDb {
    let mut admin = admin().await;
    let template = template(&mut admin).await;
    clone(&mut admin, Some(&template)).await
}

/// A Postgres database without a schema.
pub async fn empty_postgres() -> TestDb {
    let mut admin = admin().await;
    clone(&mut admin, None).await
}

/// Where the maintenance database is.
#[must_use]
pub fn postgres_url() -> String {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by their environment")]
    let configured = std::env::var("TEST_DATABASE_URL").ok();
    configured.filter(|url| !url.is_empty()).unwrap_or_else(|| DEFAULT_URL.to_owned())
}

/// The same server, another database.
fn url_of(database: &str) -> String {
    let url = postgres_url();
    let (head, query) = url.split_once('?').map_or((url.as_str(), None), |(head, query)| (head, Some(query)));
    let (scheme, rest) =
        head.split_once("://").expect("TEST_DATABASE_URL looks like postgres://user@host/database");
    let server = rest.split_once('/').map_or(rest, |(server, _)| server);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{server}/{database}{query}")
}

async fn admin() -> PgConnection {
    let url = postgres_url();
    let connected = async {
        let options = PgConnectOptions::from_str(&url)?;
        PgConnection::connect_with(&options).await
    };
    match tokio::time::timeout(Duration::from_secs(10), connected).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => panic!("{}", missing(&error.to_string())),
        Err(_) => panic!("{}", missing("no answer in 10 s")),
    }
}

fn missing(cause: &str) -> String {
    format!(
        "these tests need Postgres: {cause}. Set TEST_DATABASE_URL to a server where the role may create \
         databases; without it, {DEFAULT_URL} is tried"
    )
}

async fn run(admin: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await.map(|_| ())
}

fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the age of databases on the server, not time in a test")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs()
}

/// The migrated template; made by whichever process comes first.
async fn template(admin: &mut PgConnection) -> String {
    let name = format!("{TEMPLATES}_{}", migration::fingerprint());
    if exists(admin, &name).await {
        return name;
    }
    run(admin, format!("SELECT pg_advisory_lock({LOCK})")).await.expect("the lock for making the template");
    if !exists(admin, &name).await {
        sweep_up(admin).await;
        // Under another name until it is whole: a template half made by a process that died is never used.
        let draft = format!("{CLONES}_{}_draft_{}", now(), process::id());
        run(admin, format!("CREATE DATABASE \"{draft}\"")).await.expect("the role may create databases");
        let pool =
            PgPoolOptions::new().max_connections(2).connect(&url_of(&draft)).await.expect("the new database");
        let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        migration::up(&db).await.expect("the schema is valid");
        pool.close().await;
        run(admin, format!("ALTER DATABASE \"{draft}\" RENAME TO \"{name}\""))
            .await
            .expect("nobody else uses it");
    }
    run(admin, format!("SELECT pg_advisory_unlock({LOCK})")).await.expect("the lock is ours");
    name
}

async fn exists(admin: &mut PgConnection, name: &str) -> bool {
    sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_optional(admin)
        .await
        .expect("the list of databases")
        .is_some()
}

async fn clone(admin: &mut PgConnection, template: Option<&str>) -> TestDb {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{CLONES}_{}_{}_{number}", now(), process::id());
    let template = template.map(|template| format!(" TEMPLATE \"{template}\"")).unwrap_or_default();
    run(admin, format!("CREATE DATABASE \"{name}\"{template}")).await.expect("the role may create databases");
    TestDb { url: url_of(&name), gone: Gone::Clone { name } }
}

/// Drops clones of runs that did not end well.
async fn sweep_up(admin: &mut PgConnection) {
    let rows = sqlx::query("SELECT datname FROM pg_database WHERE datname LIKE 'rf\\_test\\_%'")
        .fetch_all(&mut *admin)
        .await
        .expect("the list of databases");
    for row in rows {
        let name: String = row.get(0);
        let made = name.split('_').nth(2).and_then(|seconds| seconds.parse::<u64>().ok());
        if made.is_some_and(|made| made + LEFT_BEHIND.as_secs() < now()) {
            // Another run may be faster, which is as good.
            let _ = run(admin, format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Gone::Clone { name } = &self.gone else { return };
        let sql = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        // A drop cannot wait, and the test's runtime may be about to end: a thread with one of its own can.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    let mut admin = admin().await;
                    let _ = run(&mut admin, sql).await;
                });
            }
        });
        // What is left behind is swept up later.
        let _ = dropped.join();
    }
}
