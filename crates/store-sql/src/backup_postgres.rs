//! Copies of a Postgres database by its own tools, made while the server writes, and proved before they are used.
//!
//! The tools are told where to connect without the password, which goes by their environment: what stands on a command line
//! is read by everybody on the machine.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rf_kernel::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection};
use url::Url;

use crate::backup::{BackupError, BackupManifest, digest, finish, proved, refuse_existing};

/// Of a copy of a Postgres database.
const KIND: &str = "resolutionflow-postgres";
/// What libpq knows of what may stand behind the `?` of an address, in its words and in sqlx's.
const PARAMETERS: [(&str, &str); 10] = [
    ("sslmode", "sslmode"),
    ("ssl-mode", "sslmode"),
    ("sslrootcert", "sslrootcert"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("sslcert", "sslcert"),
    ("ssl-cert", "sslcert"),
    ("sslkey", "sslkey"),
    ("ssl-key", "sslkey"),
    ("host", "host"),
];

/// Copies the database at `url` to `target` and writes the manifest beside it. `url` is that of the role that owns the
/// tables: any other is shown no rows.
///
/// # Errors
/// [`BackupError`]; nothing is left behind at `target`.
pub async fn backup_postgres(
    url: &SecretString,
    target: &Path,
    now: Timestamp,
) -> Result<BackupManifest, BackupError> {
    refuse_existing(target)?;
    let place = Place::of(url)?;
    let server = look_at(&place, url).await?;
    if let Some(owner) = server.owned_by_another {
        return Err(BackupError::NotTheOwner(place.name(), owner));
    }
    let schema = server.schema.ok_or_else(|| BackupError::NothingThere(place.name()))?;
    let dump =
        ["--enable-row-security", "--format=custom", "--no-password", "--lock-wait-timeout=60000", "--file"];
    let (run, file) = (place.clone(), target.to_owned());
    let made = blocking(move || {
        newer_tool("pg_dump", server.major)?;
        run.run("pg_dump", dump.map(OsStr::new).into_iter().chain([file.as_os_str()]), "--dbname")
    })
    .await
    .and_then(|()| {
        std::fs::File::open(target)
            .and_then(|file| file.sync_all())
            .map_err(|error| BackupError::File(target.to_owned(), error))?;
        let (bytes, sha256) = digest(target)?;
        let kind = KIND.to_owned();
        Ok(BackupManifest { kind, schema, created_at: now, bytes, sha256, postgres: Some(server.major) })
    });
    finish(target, made)
}

/// Brings the backup `source` into the database at `url`, which must be empty; answers its name. All of it or nothing.
///
/// # Errors
/// [`BackupError`].
pub async fn restore_postgres(
    source: &Path,
    url: &SecretString,
) -> Result<(String, BackupManifest), BackupError> {
    let manifest = proved(source, KIND)?;
    let place = Place::of(url)?;
    let server = look_at(&place, url).await?;
    if server.tables > 0 {
        return Err(BackupError::NotEmpty(place.name()));
    }
    let made_by = manifest.postgres.unwrap_or(server.major);
    if made_by > server.major {
        return Err(BackupError::OlderServer { there: server.major, made_by });
    }
    let (run, file) = (place.clone(), source.to_owned());
    blocking(move || {
        newer_tool("pg_restore", server.major)?;
        let arguments = ["--single-transaction", "--no-password"].map(OsStr::new);
        run.run("pg_restore", arguments.into_iter().chain([file.as_os_str()]), "--dbname")
    })
    .await?;
    let restored = look_at(&place, url).await?;
    if restored.schema.as_ref() != Some(&manifest.schema) {
        return Err(BackupError::Damaged(source.to_owned()));
    }
    Ok((place.name(), manifest))
}

/// What a look at a database tells.
#[derive(Clone, Debug)]
struct Server {
    /// Its version: 15, 16.
    major: u32,
    /// Tables in it.
    tables: i64,
    /// The newest migration.
    schema: Option<String>,
    /// Who owns the tables, where the role that looks does not act for them.
    owned_by_another: Option<String>,
}

async fn look_at(place: &Place, url: &SecretString) -> Result<Server, BackupError> {
    let failed = |error| BackupError::Connection(place.name(), error);
    let mut db = PgConnection::connect(url.expose_secret()).await.map_err(failed)?;
    let number: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
        .fetch_one(&mut db)
        .await
        .map_err(failed)?;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
            .fetch_one(&mut db)
            .await
            .map_err(failed)?;
    let owner: Option<(String, bool)> = sqlx::query_as(
        "SELECT pg_get_userbyid(relowner)::text, pg_has_role(current_user, relowner, 'USAGE')
         FROM pg_class WHERE oid = to_regclass('seaql_migrations')",
    )
    .fetch_optional(&mut db)
    .await
    .map_err(failed)?;
    let schema: Option<String> = if owner.as_ref().is_some_and(|(_, theirs)| *theirs) {
        sqlx::query_scalar("SELECT max(version) FROM seaql_migrations")
            .fetch_one(&mut db)
            .await
            .map_err(failed)?
    } else {
        None
    };
    db.close().await.map_err(failed)?;
    Ok(Server {
        major: u32::try_from(number / 10_000).unwrap_or_default(),
        tables,
        schema,
        owned_by_another: owner.filter(|(_, theirs)| !theirs).map(|(owner, _)| owner),
    })
}

/// Where a database is, as its tools are told.
#[derive(Clone, Debug)]
struct Place {
    address: Url,
    password: Option<SecretString>,
}

impl Place {
    fn of(url: &SecretString) -> Result<Self, BackupError> {
        let odd = |_| BackupError::Address;
        let given = Url::parse(url.expose_secret()).map_err(odd)?;
        let mut address = given.clone();
        let mut password = given.password().map(|text| decoded(text).into());
        if password.is_some() {
            address.set_password(None).map_err(|()| BackupError::Address)?;
        }
        address.set_query(None);
        for (name, value) in given.query_pairs() {
            if name == "password" {
                password = Some(value.into_owned().into());
            } else if let Some((_, known)) = PARAMETERS.iter().find(|(written, _)| *written == name) {
                address.query_pairs_mut().append_pair(known, &value);
            }
        }
        Ok(Self { address, password })
    }

    /// What people call it; holds no secret.
    fn name(&self) -> String {
        let host = self.address.host_str().unwrap_or("this machine");
        format!("the database {} at {host}", self.address.path().trim_start_matches('/'))
    }

    fn run<'a>(
        &self,
        tool: &'static str,
        arguments: impl Iterator<Item = &'a OsStr>,
        connection: &str,
    ) -> Result<(), BackupError> {
        let mut command = Command::new(tool);
        command.arg(connection).arg(self.address.as_str()).args(arguments);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password.expose_secret());
        }
        let output = start(tool, &mut command)?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        let words: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).take(5).collect();
        Err(BackupError::Tool(tool, words.join(" ")))
    }
}

/// Refuses a tool that is not there, or older than the server: it would refuse itself, in other words.
fn newer_tool(tool: &'static str, server: u32) -> Result<(), BackupError> {
    let output = start(tool, Command::new(tool).arg("--version"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let number = said.split_whitespace().find_map(|word| word.split('.').next()?.parse::<u32>().ok());
    match number {
        Some(version) if version >= server => Ok(()),
        Some(version) => Err(BackupError::OlderTool { tool, version, server }),
        None => Err(BackupError::Tool(tool, "it does not say which version it is".into())),
    }
}

fn start(tool: &'static str, command: &mut Command) -> Result<Output, BackupError> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => BackupError::NoTool(tool),
        _ => BackupError::File(PathBuf::from(tool), error),
    })
}

/// A part of an address with what stands behind each `%` put in.
fn decoded(text: &str) -> String {
    let pair = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// A tool may run for minutes; the program goes on meanwhile.
async fn blocking(
    work: impl FnOnce() -> Result<(), BackupError> + Send + 'static,
) -> Result<(), BackupError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(BackupError::File(PathBuf::from("the tool"), io::Error::other(error.to_string())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> (String, Option<String>, String) {
        let place = Place::of(&url.to_owned().into()).unwrap();
        let password = place.password.as_ref().map(|password| password.expose_secret().to_owned());
        (place.address.to_string(), password, place.name())
    }

    #[test]
    fn the_password_goes_apart_from_the_address() {
        assert_eq!(
            place(
                "postgres://owner:a%20b%2Bc+d&e=f@db.example:5433/flow?ssl-mode=require&statement-cache-capacity=3"
            ),
            (
                "postgres://owner@db.example:5433/flow?sslmode=require".to_owned(),
                Some("a b+c+d&e=f".to_owned()),
                "the database flow at db.example".to_owned()
            )
        );
        let (address, password, _) = place("postgres://owner@db.example/flow?password=x%26y&host=/run/pg");
        assert_eq!(address, "postgres://owner@db.example/flow?host=%2Frun%2Fpg");
        assert_eq!(password.as_deref(), Some("x&y"));
        assert_eq!(place("postgres://owner@db.example/flow").1, None);
        assert_eq!(place("postgres:///flow?host=/run/pg").0, "postgres:///flow?host=%2Frun%2Fpg");
        assert!(Place::of(&"nonsense".to_owned().into()).is_err());
    }
}
