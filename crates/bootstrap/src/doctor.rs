//! What keeps a server from starting or from serving well, looked for without changing anything.

use std::{
    fs,
    io::ErrorKind,
    net::TcpListener,
    path::{Path, PathBuf},
};

use rf_kernel::Clock;
use rf_store::Store;
use rf_store_sql::{SqlOptions, SqlStore};
use rf_usecases::{SealedCount, SystemClock, count_sealed};
use rf_vault::Vault;
use rustix::{
    fs::statvfs,
    process::{Resource, getrlimit},
};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::{Config, Environment, keys::present_vault, wiring::sql_options};

/// Below this the next backup or a busy day may not fit.
const LEAST_FREE_BYTES: u64 = 1 << 30;
/// Each connection and each open stream is one.
const LEAST_OPEN_FILES: u64 = 1_024;
/// A sign-in from the future by more than this means that a clock is wrong.
const CLOCK_SLACK_SECONDS: i64 = 120;

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// Whether it stands in the way.
    pub is_fault: bool,
    /// Whether it should be seen to, although nothing stands in the way.
    pub is_warning: bool,
    /// How it stands; for a fault or a warning also what to do.
    pub text: String,
}

impl Finding {
    pub(crate) fn ok(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, is_fault: false, is_warning: false, text: text.into() }
    }

    pub(crate) fn warning(what: &'static str, text: impl Into<String>) -> Self {
        Self { is_warning: true, ..Self::ok(what, text) }
    }

    /// What stands in the way.
    pub fn fault(what: &'static str, text: impl Into<String>) -> Self {
        Self { is_fault: true, ..Self::ok(what, text) }
    }
}

/// Looks at everything a start with that configuration would meet, in that order. Makes and changes nothing.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![data_folder(&config.data_dir), disk(&config.data_dir), token_key(config)];
    findings.extend(database(config).await);
    findings.extend([address(config), public_url(config), open_files()]);
    findings
}

fn data_folder(dir: &Path) -> Finding {
    const WHAT: &str = "data folder";
    let shown = dir.display();
    let existing = nearest_existing(dir);
    match fs::metadata(&existing) {
        Ok(found) if !found.is_dir() => Finding::fault(
            WHAT,
            format!("{} is not a folder: set data_dir to another place", existing.display()),
        ),
        Ok(_) if rustix::fs::access(&existing, rustix::fs::Access::WRITE_OK).is_err() => Finding::fault(
            WHAT,
            format!(
                "{} cannot be written to: give this user the folder, or set data_dir",
                existing.display()
            ),
        ),
        Ok(_) if existing == dir => Finding::ok(WHAT, format!("{shown} can be written to")),
        Ok(_) => Finding::ok(WHAT, format!("{shown} will be made")),
        Err(error) => Finding::fault(WHAT, format!("{shown} cannot be looked at: {error}")),
    }
}

/// The folder itself, or the one it would be made in.
fn nearest_existing(dir: &Path) -> PathBuf {
    let whole = if dir.is_absolute() { dir.to_owned() } else { Path::new(".").join(dir) };
    let found = whole.ancestors().find(|place| place.exists()).map(Path::to_owned);
    match found {
        Some(place) if place == whole => dir.to_owned(),
        Some(place) => place,
        None => dir.to_owned(),
    }
}

fn disk(dir: &Path) -> Finding {
    const WHAT: &str = "disk";
    match statvfs(nearest_existing(dir)) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let text = format!("{} MB free", free / 1_000_000);
            if free < LEAST_FREE_BYTES {
                Finding::fault(WHAT, format!("{text} where the data is kept: make room before writes fail"))
            } else {
                Finding::ok(WHAT, text)
            }
        }
        Err(error) => Finding::fault(WHAT, format!("the free space cannot be read: {error}")),
    }
}

fn token_key(config: &Config) -> Finding {
    const WHAT: &str = "token key";
    let file = config.data_dir.join("token.key");
    let shown = file.display();
    if config.token_secret.is_some() {
        return Finding::ok(WHAT, "the one in token_secret");
    }
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Finding::ok(WHAT, format!("{shown} will be made"));
        }
        Err(error) => return Finding::fault(WHAT, format!("{shown} cannot be read: {error}")),
    };
    if text.trim().len() < 32 {
        return Finding::fault(
            WHAT,
            format!("{shown} is too short to sign with: remove it, and everybody signs in again"),
        );
    }
    match fs::metadata(&file) {
        Ok(found) if is_readable_by_others(&found) => Finding::fault(
            WHAT,
            format!("{shown} can be read by others, who could sign in as anybody: chmod 600 {shown}"),
        ),
        _ => Finding::ok(WHAT, format!("{shown}, for its owner alone")),
    }
}

fn is_readable_by_others(found: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0
}

async fn database(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "database";
    let url = config.effective_database_url();
    if config.uses_default_file() && !config.data_dir.join(Config::DEFAULT_FILE).exists() {
        return vec![Finding::ok(WHAT, "a SQLite file will be made at the first start")];
    }
    let options = SqlOptions { create_if_missing: false, ..sql_options(config) };
    let store = match SqlStore::connect(&options).await {
        Ok(store) => store,
        Err(error) => return vec![Finding::fault(WHAT, error.to_string())],
    };
    let mut findings = vec![match store.ping().await {
        Ok(()) => Finding::ok(WHAT, format!("{} answers", store.kind())),
        Err(error) => Finding::fault(WHAT, error.to_string()),
    }];
    let is_migrated = schema(&store, &mut findings).await;
    if is_migrated {
        if !url.expose_secret().starts_with("sqlite:") {
            findings.push(match store.check_roles().await {
                Ok(()) => Finding::ok("row-level security", "holds"),
                Err(error) => Finding::fault("row-level security", error.to_string()),
            });
        }
        findings.push(clock(&store).await);
        findings.push(credentials(&store, config).await);
    }
    store.close().await;
    findings
}

/// Whether the schema is this program's.
async fn schema(store: &SqlStore, findings: &mut Vec<Finding>) -> bool {
    const WHAT: &str = "schema";
    let (newer, current) = (store.newer_schema().await, store.is_migrated().await);
    let (finding, is_current) = match (newer, current) {
        (Ok(Some(version)), _) => (
            Finding::fault(
                WHAT,
                format!(
                    "{version} is newer than this version of rf knows: start the newer version, or restore a backup"
                ),
            ),
            false,
        ),
        (Ok(None), Ok(true)) => (Finding::ok(WHAT, "up to date"), true),
        (Ok(None), Ok(false)) => (Finding::ok(WHAT, "will be brought up to date at the next start"), false),
        (Err(error), _) | (_, Err(error)) => (Finding::fault(WHAT, error.to_string()), false),
    };
    findings.push(finding);
    is_current
}

async fn clock(store: &SqlStore) -> Finding {
    const WHAT: &str = "clock";
    match store.last_sign_in().await {
        Ok(Some(at)) if at.unix() > SystemClock.now().unix() + CLOCK_SLACK_SECONDS => Finding::fault(
            WHAT,
            format!(
                "somebody signed in at {at}, which is in the future: set this machine's clock (timedatectl)"
            ),
        ),
        Ok(_) => Finding::ok(WHAT, "behind nothing that was recorded"),
        Err(error) => Finding::fault(WHAT, error.to_string()),
    }
}

/// Whether what is sealed opens, and without the older keys too.
async fn credentials(store: &SqlStore, config: &Config) -> Finding {
    const WHAT: &str = "credentials";
    let vault = match present_vault(config) {
        Ok(Some(vault)) => vault,
        // A key of the moment: it opens nothing, and there should be nothing to open.
        Ok(None) => match Vault::new(&[Vault::generate_key()]) {
            Ok(vault) => vault,
            Err(error) => return Finding::fault(WHAT, error.to_string()),
        },
        Err(error) => return Finding::fault(WHAT, error.to_string()),
    };
    let counts = match count_sealed(store, &vault).await {
        Ok(counts) => counts,
        Err(error) => return Finding::fault(WHAT, error.to_string()),
    };
    let told = |of: fn(&SealedCount) -> u64| {
        let some = counts.iter().filter(|count| of(count) > 0);
        some.map(|count| format!("{} {}", of(count), count.kind.plural())).collect::<Vec<_>>().join(" and ")
    };
    let unreadable = told(|count| count.unreadable.len() as u64);
    let older = told(|count| count.older);
    if !unreadable.is_empty() {
        let text = format!(
            "{unreadable} are sealed with a key that is not here: put it behind the first of credential_keys (or \
             credential.key back into the data folder), or have them entered again"
        );
        return Finding::fault(WHAT, text);
    }
    if !older.is_empty() {
        let text = format!(
            "{older} are still sealed with an older key: run rf admin rewrap, then take that key away"
        );
        return Finding::warning(WHAT, text);
    }
    match told(|count| count.newest) {
        none if none.is_empty() => Finding::ok(WHAT, "nothing is sealed"),
        all => Finding::ok(WHAT, format!("{all}, sealed with the newest key")),
    }
}

fn address(config: &Config) -> Finding {
    const WHAT: &str = "address";
    let listen = config.listen;
    match TcpListener::bind(listen) {
        Ok(_) => Finding::ok(WHAT, format!("{listen} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::fault(
            WHAT,
            format!(
                "{listen} is in use: the server runs already, or another program has it; set listen to another port"
            ),
        ),
        Err(error) => Finding::fault(WHAT, format!("{listen} cannot be listened on: {error}")),
    }
}

fn public_url(config: &Config) -> Finding {
    const WHAT: &str = "public address";
    let url = &config.public_url;
    let is_local =
        ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|local| url.starts_with(local));
    let port = config.listen.port();
    if is_local && !config.listen.ip().is_loopback() {
        let text = format!(
            "{url} is this machine, but the server listens for others: set public_url to the address people use"
        );
        return Finding::fault(WHAT, text);
    }
    if is_local && port != 0 && !url.trim_end_matches('/').ends_with(&format!(":{port}")) {
        let text =
            format!("{url} does not lead to port {port}, where the server listens: links would lead nowhere");
        return Finding::fault(WHAT, text);
    }
    if !is_local && url.starts_with("http://") && config.environment == Environment::Development {
        let text = format!(
            "{url} is not https: passwords and cookies travel in the open; put a proxy with a certificate in front"
        );
        return Finding::fault(WHAT, text);
    }
    Finding::ok(WHAT, url.clone())
}

fn open_files() -> Finding {
    const WHAT: &str = "open files";
    match getrlimit(Resource::Nofile).current {
        Some(limit) if limit < LEAST_OPEN_FILES => Finding::fault(
            WHAT,
            format!(
                "only {limit} are allowed, one for each connection: raise the limit (ulimit -n, LimitNOFILE)"
            ),
        ),
        Some(limit) => Finding::ok(WHAT, format!("{limit} allowed")),
        None => Finding::ok(WHAT, "no limit"),
    }
}
