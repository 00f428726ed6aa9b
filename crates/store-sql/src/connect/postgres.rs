//! Postgres: a pool whose connections come out of it clean.

use std::{str::FromStr, time::Duration};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{
    ConnectOptions, Connection, Error,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{ConnectError, SqlOptions};

/// What every connection begins with. Timeouts keep one stuck unit from holding up the others for ever; notices
/// are switched off because the clean-up below would cause one at every use.
const SETTINGS: &str = "
    SET statement_timeout = '15s';
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '30s';
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = 'error'";

/// What every connection is handed out after. A transaction left open, by a bug of the driver's or ours, would
/// swallow what the next borrower is told was kept; a role or tenant left behind would show them foreign rows.
const CLEAN: &str = "ROLLBACK; RESET ROLE; SELECT set_config('app.account_id', '', false)";

pub(super) async fn connect(url: &str, options: &SqlOptions) -> Result<DatabaseConnection, ConnectError> {
    let server = PgConnectOptions::from_str(url)
        .map_err(|error| {
            ConnectError::BadAddress(error.to_string(), "postgres://user:password@host:5432/database")
        })?
        .application_name("resolutionflow")
        .disable_statement_logging();
    probe(&server, options.acquire_timeout.max(Duration::from_secs(5))).await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        // The clean-up asks the server anyway.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(SETTINGS).execute(connection).await.map(|_| ()) })
        })
        .before_acquire(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(CLEAN).execute(connection).await.map(|_| true) })
        })
        .connect_with(server.clone())
        .await
        .map_err(|error| failed(&server, &error))?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

/// Connects once outside the pool, which would try again until its timeout and then tell nothing but that.
async fn probe(server: &PgConnectOptions, patience: Duration) -> Result<(), ConnectError> {
    match tokio::time::timeout(patience, server.connect()).await {
        Ok(Ok(connection)) => {
            // It served its purpose, whatever becomes of the farewell.
            let _ = connection.close().await;
            Ok(())
        }
        Ok(Err(error)) => Err(failed(server, &error)),
        Err(_) => Err(ConnectError::TooSlow(place(server))),
    }
}

fn place(server: &PgConnectOptions) -> String {
    match server.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", server.get_host(), server.get_port()),
    }
}

fn failed(server: &PgConnectOptions, error: &Error) -> ConnectError {
    let (place, cause) = (place(server), error.to_string());
    match error {
        Error::Database(said) => match said.code().as_deref() {
            Some("28P01" | "28000") => ConnectError::AuthFailed {
                place,
                user: server.get_username().to_owned(),
                cause: said.message().to_owned(),
            },
            Some("3D000") => ConnectError::DatabaseMissing {
                place,
                database: server.get_database().unwrap_or(server.get_username()).to_owned(),
            },
            Some("57P03" | "53300") => ConnectError::TooSlow(place),
            _ => ConnectError::Other { place, cause },
        },
        Error::Io(_) => ConnectError::Unreachable { place, cause },
        Error::PoolTimedOut => ConnectError::TooSlow(place),
        _ => ConnectError::Other { place, cause },
    }
}
