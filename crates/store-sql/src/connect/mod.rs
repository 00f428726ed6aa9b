//! Opening a database: pools, and errors that say what to do.

mod error;
mod postgres;
mod sqlite;

use std::{fmt, time::Duration};

use sea_orm::{DatabaseConnection, DbBackend};

pub use error::ConnectError;

/// Which database, and how to use it.
#[derive(Clone)]
pub struct SqlOptions {
    /// `sqlite:path/to/file.db` or `postgres://user:password@host:port/database`. On Postgres: of the role that
    /// owns the tables. It signs people in, runs jobs and migrates.
    pub url: String,
    /// Postgres: of the role tenants' units sign in with, a member of `rf_app` that owns nothing. Without it they
    /// use `url`; either way they act as `rf_app`.
    pub app_url: Option<String>,
    /// Connections in a pool. SQLite: of the pool that reads; one more writes.
    pub max_connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// SQLite: how long to wait for another process that writes.
    pub busy_timeout: Duration,
    /// SQLite: make the file if there is none.
    pub create_if_missing: bool,
}

impl SqlOptions {
    /// The usual settings for a database.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            app_url: None,
            max_connections: 10,
            // Leaves some of the two seconds in which people are told for everything else.
            acquire_timeout: Duration::from_millis(1_500),
            busy_timeout: Duration::from_secs(5),
            create_if_missing: true,
        }
    }
}

impl fmt::Debug for SqlOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses may hold passwords.
        f.debug_struct("SqlOptions")
            .field("url", &self.url.split_once(':').map_or("", |(scheme, _)| scheme))
            .field("app_url", &self.app_url.is_some())
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("busy_timeout", &self.busy_timeout)
            .field("create_if_missing", &self.create_if_missing)
            .finish()
    }
}

/// The engine and the two pools of a store.
pub(crate) async fn connect(
    options: &SqlOptions,
) -> Result<(DbBackend, DatabaseConnection, DatabaseConnection), ConnectError> {
    match options.url.split_once(':').map_or("", |(scheme, _)| scheme) {
        "sqlite" => {
            let (writer, reader) = sqlite::connect(options).await?;
            Ok((DbBackend::Sqlite, writer, reader))
        }
        "postgres" | "postgresql" => {
            let main = postgres::connect(&options.url, options).await?;
            let tenants = match &options.app_url {
                Some(url) => postgres::connect(url, options).await?,
                None => main.clone(),
            };
            Ok((DbBackend::Postgres, main, tenants))
        }
        scheme => Err(ConnectError::WrongScheme(scheme.to_owned())),
    }
}
