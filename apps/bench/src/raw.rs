//! The SQL of a request through the bare driver: what is left to win.
//!
//! The statements are those the server sends, in the same transactions, as the same role; rows are fetched, not read.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::Context;
use futures_util::future::try_join_all;
use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{
    cpu,
    load::{Measured, measured},
};

const USER: &str = "SELECT * FROM users WHERE id = $1 AND account_id = $2";
const SESSION: &str = "SELECT s.*, t.json AS snapshot_json FROM sessions s
    JOIN tree_snapshots t ON t.account_id = s.account_id AND t.hash = s.snapshot_hash
    WHERE s.account_id = $2 AND s.id = $1";
const CONSUME: &str = "UPDATE refresh_tokens SET revoked_at = $2, revoked_reason = 'rotated'
    WHERE jti = $1 AND revoked_at IS NULL RETURNING *";
const MINT: &str = "INSERT INTO refresh_tokens
    (jti, account_id, user_id, family_id, parent_jti, generation, issued_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, 1795442400000000, 1797442400000000)";

/// How many do it at once, as many as the load has connections.
const AT_ONCE: usize = 16;

/// The bare driver over the server's database.
pub(crate) enum Raw {
    Sqlite { reader: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

/// Whose row is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids {
    pub(crate) account: Uuid,
    pub(crate) user: Uuid,
    pub(crate) session: Uuid,
}

/// One transaction of statements on a pool; the macro exists because the two drivers share no type.
macro_rules! unit {
    ($pool:expr, $begin:expr, $end:ident, [$($query:expr),+ $(,)?]) => {{
        let mut transaction = match $begin {
            Some(begin) => $pool.begin_with(begin).await?,
            None => $pool.begin().await?,
        };
        $( $query.fetch_all(&mut *transaction).await?; )+
        transaction.$end().await?;
    }};
}

impl Raw {
    /// Opens the file as the server does.
    pub(crate) async fn sqlite(file: &std::path::Path) -> anyhow::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let reader = SqlitePoolOptions::new().max_connections(10).connect_with(options.clone()).await?;
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self::Sqlite { reader, writer })
    }

    /// Opens the database as the server does.
    pub(crate) async fn postgres(url: &str) -> anyhow::Result<Self> {
        Ok(Self::Postgres(PgPoolOptions::new().max_connections(10).connect(url).await?))
    }

    /// Reading one session.
    pub(crate) async fn read_session(&self, ids: Ids, seconds: u64) -> anyhow::Result<Measured> {
        self.measure(seconds, async |_| {
            let user = || (USER, ids.user);
            let session = || (SESSION, ids.session);
            match self {
                Self::Sqlite { reader, .. } => unit!(reader, None::<&str>, rollback, [
                    sqlx::query(user().0).bind(user().1).bind(ids.account),
                    sqlx::query(session().0).bind(session().1).bind(ids.account),
                ]),
                Self::Postgres(pool) => {
                    let mut transaction = pool.begin().await?;
                    let setup = format!(
                        "SET TRANSACTION READ ONLY; SET LOCAL ROLE rf_app; SELECT set_config('app.account_id', '{}', true)",
                        ids.account
                    );
                    sqlx::raw_sql(sqlx::AssertSqlSafe(setup)).execute(&mut *transaction).await?;
                    for (sql, id) in [user(), session()] {
                        sqlx::query(sql).bind(id).bind(ids.account).fetch_all(&mut *transaction).await?;
                    }
                    transaction.rollback().await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Rotating refresh tokens: the person, the old token used up, the new one kept.
    pub(crate) async fn rotate(&self, ids: Ids, seconds: u64) -> anyhow::Result<Measured> {
        self.measure(seconds, async |lane| {
            // A chain for each lane: token n is used up and token n + 1 kept.
            let jti = |n: u64| Uuid::from_u128((u128::from(lane.family) << 64) | u128::from(n));
            let n = lane.turn;
            let (old, new) = (jti(n), jti(n + 1));
            let family = jti(0);
            let generation = i64::try_from(n).unwrap_or(i64::MAX);
            let parent = (n > 0).then_some(old);
            match self {
                Self::Sqlite { writer, .. } => unit!(
                    writer,
                    Some("BEGIN IMMEDIATE"),
                    commit,
                    [
                        sqlx::query(USER).bind(ids.user).bind(ids.account),
                        sqlx::query(CONSUME).bind(old).bind(1_795_442_400_000_000_i64),
                        sqlx::query(MINT)
                            .bind(new)
                            .bind(ids.account)
                            .bind(ids.user)
                            .bind(family)
                            .bind(parent)
                            .bind(generation),
                    ]
                ),
                Self::Postgres(pool) => unit!(
                    pool,
                    None::<&str>,
                    commit,
                    [
                        sqlx::query(USER).bind(ids.user).bind(ids.account),
                        sqlx::query(CONSUME).bind(old).bind(1_795_442_400_000_000_i64),
                        sqlx::query(MINT)
                            .bind(new)
                            .bind(ids.account)
                            .bind(ids.user)
                            .bind(family)
                            .bind(parent)
                            .bind(generation),
                    ]
                ),
            }
            Ok(())
        })
        .await
    }

    async fn measure(
        &self,
        seconds: u64,
        work: impl AsyncFn(Lane) -> anyhow::Result<()>,
    ) -> anyhow::Result<Measured> {
        let with_postgres = matches!(self, Self::Postgres(_));
        let spent = || if with_postgres { cpu::own() + cpu::postgres() } else { cpu::own() };
        let runs = AtomicU64::new(0);
        let started = Instant::now();
        // Chains of an earlier run must not be met again.
        let salt = u64::from(std::process::id()) << 32 | u64::from(started.elapsed().subsec_nanos());
        let before = spent();
        let until = started + Duration::from_secs(seconds);
        let lane = async |family: u64| -> anyhow::Result<()> {
            let mut turn = 0;
            while Instant::now() < until {
                work(Lane { family, turn }).await?;
                turn += 1;
            }
            runs.fetch_add(turn, Ordering::Relaxed);
            Ok(())
        };
        try_join_all((0..AT_ONCE as u64).map(|n| lane(salt + n))).await.context("the bare driver")?;
        Ok(measured(runs.into_inner(), started.elapsed(), spent() - before))
    }
}

/// One of those who work at once, and how often it has.
#[derive(Clone, Copy, Debug)]
struct Lane {
    family: u64,
    turn: u64,
}
