//! Lists of sessions in an account that has very many: the first page and one from the middle, by cursor.

use std::{path::Path, time::Instant};

use anyhow::{Context, ensure};
use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use crate::{
    load::load,
    scenario,
    server::{Engine, Server},
    table::Table,
};

/// Everything a session has; what is not named here is as in the one that is copied.
const COPIES: &str = "
    INSERT INTO sessions (id, account_id, tree_id, user_id, snapshot_hash, tree_name, tree_name_key, path_taken,
        decisions, custom_steps, variables, scratchpad, ticket_number, ticket_key, client_name, client_key,
        assigned_to_id, started_at, completed_at, outcome, exported, active_seconds, last_activity_at, log_length,
        created_at, updated_at, revision)
    SELECT {new_id}, s.account_id, s.tree_id,
        -- Half are of one person, a few more assigned to them; the rest is a colleague's.
        CASE WHEN n.i % 2 = 0 THEN s.user_id ELSE {colleague} END,
        s.snapshot_hash, s.tree_name, s.tree_name_key, s.path_taken, s.decisions, s.custom_steps, s.variables,
        s.scratchpad, 'INC-' || n.i, 'inc-' || n.i, 'Client ' || (n.i % 300), 'client ' || (n.i % 300),
        CASE WHEN n.i % 20 = 1 THEN s.user_id END,
        -- Every 20,000th waits, every 2,000th runs, four began at the same instant.
        CASE WHEN n.i % 20000 <> 0 THEN s.started_at - n.i / 4 * 1000000 END,
        CASE WHEN n.i % 2000 <> 0 THEN s.started_at - n.i / 4 * 1000000 + 900000000 END,
        CASE WHEN n.i % 2000 <> 0 THEN 'resolved' END,
        s.exported, 600, s.last_activity_at, 1, s.created_at, s.updated_at, 1
    FROM {series} CROSS JOIN sessions s WHERE s.id = $1";

/// The text of [`COPIES`] in an engine's words.
fn copies(new_id: &str, series: &str) -> String {
    let colleague =
        "(SELECT u.id FROM users u WHERE u.account_id = s.account_id AND u.id <> s.user_id LIMIT 1)";
    COPIES.replace("{new_id}", new_id).replace("{colleague}", colleague).replace("{series}", series)
}

/// Fills an account of a new database with that many sessions and measures its lists.
pub(crate) async fn run(
    rf: &Path,
    engine: &Engine,
    sessions: u64,
    seconds: u64,
    table: &mut Table,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let (server, _) = Server::start(rf, engine, &data, true).await?;
    let world = scenario::prepare(&server).await?;
    server.stop().await?;
    let started = Instant::now();
    match engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new()
                .filename(data.join("resolutionflow.sqlite"))
                .foreign_keys(false)
                .synchronous(SqliteSynchronous::Off);
            let pool = SqlitePool::connect_with(options).await?;
            let series = format!(
                "(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {sessions}) SELECT i FROM c) n"
            );
            let fill = copies("randomblob(16)", &series);
            sqlx::query(AssertSqlSafe(fill)).bind(world.ids.session).execute(&pool).await?;
            pool.close().await;
        }
        Engine::Postgres(url) => {
            let pool: PgPool = PgPoolOptions::new().max_connections(1).connect(url).await?;
            // References are not what is measured, and checking millions takes minutes.
            sqlx::raw_sql("SET session_replication_role = replica").execute(&pool).await?;
            let fill = copies("gen_random_uuid()", &format!("generate_series(1, {sessions}) n(i)"));
            sqlx::query(AssertSqlSafe(fill)).bind(world.ids.session).execute(&pool).await?;
            // What autovacuum does within minutes: without it an index alone does not say which rows are there.
            sqlx::raw_sql("VACUUM ANALYZE sessions").execute(&pool).await?;
            pool.close().await;
        }
    }
    eprintln!("{}: {sessions} sessions filled in {:.0} s", engine.name(), started.elapsed().as_secs_f64());

    let (server, _) = Server::start(rf, engine, &data, false).await?;
    let token = scenario::token(&server).await?;
    // From the middle of the list: found by skipping once, which is what a cursor saves.
    let middle =
        server.next_cursor(&format!("/api/v1/sessions?limit=1&skip={}", sessions / 4), &token).await?;
    let middle = middle.context("the list has no middle")?;
    let account = Some(server.account()?);
    let mut first = None;
    for (what, query) in [
        ("first page", String::new()),
        ("page from the middle, by cursor", format!("&cursor={middle}")),
        ("running", "&status=active".to_owned()),
        ("prepared", "&status=prepared".to_owned()),
        ("completed, from the middle", format!("&status=completed&cursor={middle}")),
    ] {
        let path = format!("/api/v1/sessions?limit=50{query}");
        let found = server.get(&path, &token).await?;
        ensure!(found.as_array().is_some_and(|page| !page.is_empty()), "{path} has nothing to measure");
        let request = server.request("GET", &path, &token, None);
        let measured = load(&request, 16, seconds, account).await?;
        let beside = format!("{:.0}/s, p99 {:.1} ms", measured.rate, measured.p99_ms);
        // No page costs half as much again as the first.
        let aim = *first.get_or_insert(measured.cpu_ms * 1.5);
        let what = format!("{}: {what} of {sessions} sessions", engine.name());
        table.at_most(what, measured.cpu_ms, aim, "ms CPU", beside);
    }
    server.stop().await
}
