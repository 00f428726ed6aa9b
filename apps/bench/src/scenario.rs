//! One engine's figures: start, memory, each request beside its limit, sign-in under load.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    cpu,
    limits::Bare,
    load::{Measured, load, measured},
    raw::{Ids, Raw},
    server::{Engine, Server},
    table::Table,
};

const ENGINEER: &str = "eli@northwind.example";
const CONNECTIONS: usize = 16;

/// Measures the binary over that engine.
pub(crate) async fn run(
    rf: &Path,
    engine: &Engine,
    seconds: u64,
    bare: &Bare,
    hashes: f64,
    table: &mut Table,
) -> anyhow::Result<()> {
    let name = engine.name();
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let server = started(rf, engine, &data, table).await?;
    let world = prepare(&server).await?;
    let raw = match engine {
        Engine::Sqlite => Raw::sqlite(&data.join("resolutionflow.sqlite")).await?,
        Engine::Postgres(url) => Raw::postgres(url).await?,
    };
    let account = Some(server.account()?);
    let (token, session) = (world.token.as_str(), world.ids.session);

    let mut health = server.request("GET", "/healthz", token, None);
    health.token = None;
    let health = load(&health, CONNECTIONS, seconds, account).await?;
    let limit = format!("bare actix {:.4} ms", bare.small.cpu_ms);
    table.at_most(format!("{name}: health"), health.cpu_ms, 0.012, "ms CPU", limit);

    let path = format!("/api/v1/sessions/{session}");
    let read = server.request("GET", &path, token, None);
    let got = load(&read, CONNECTIONS, seconds, account).await?;
    let limit = raw.read_session(world.ids, seconds).await?;
    let beside = format!(
        "same SQL, bare driver {:.4} ms CPU, {:.0}/s; bare actix, as many bytes {:.4} ms CPU",
        limit.cpu_ms, limit.rate, bare.session.cpu_ms
    );
    table.at_most(format!("{name}: GET one session"), got.cpu_ms, 0.22, "ms CPU", beside);
    let beside = format!("{:.0}/s of {:.0}/s, the load's own CPU not counted out", got.rate, limit.rate);
    table.at_least(
        format!("{name}: GET one session, rate"),
        100.0 * got.rate / limit.rate,
        60.0,
        "%",
        beside,
    );

    for (what, method, path, body, aim) in [
        ("list of 50 sessions", "GET", "/api/v1/sessions?limit=50".to_owned(), None, 1.5),
        ("start", "POST", "/api/v1/sessions".to_owned(), Some(json!({ "tree_id": world.flow })), 0.8),
        ("update", "PUT", path.clone(), Some(json!({ "scratchpad": "Cleared the cache." })), 0.5),
        ("Markdown export", "POST", format!("{path}/export"), Some(json!({ "format": "markdown" })), 0.26),
    ] {
        let request = server.request(method, &path, token, body);
        let found = load(&request, CONNECTIONS, seconds, account).await?;
        let beside = format!("{:.0}/s, p99 {:.1} ms", found.rate, found.p99_ms);
        table.at_most(format!("{name}: {what}"), found.cpu_ms, aim, "ms CPU", beside);
    }

    let rotated = rotations(&server, seconds).await?;
    let limit = raw.rotate(world.ids, seconds).await?;
    let beside = format!(
        "{:.0}/s of {:.0}/s; {:.3} and {:.3} ms CPU",
        rotated.rate, limit.rate, rotated.cpu_ms, limit.cpu_ms
    );
    table.at_least(
        format!("{name}: refresh rotations"),
        100.0 * rotated.rate / limit.rate,
        50.0,
        "%",
        beside,
    );

    sign_ins(&server, &world, seconds, hashes, name, table).await?;
    server.stop().await
}

/// Starts it a first time, which makes the database and the people, then some more, which is what is measured.
async fn started(rf: &Path, engine: &Engine, data: &Path, table: &mut Table) -> anyhow::Result<Server> {
    let (first, _) = Server::start(rf, engine, data, true).await?;
    first.stop().await?;
    let mut times = Vec::new();
    for _ in 0..5 {
        let (server, time) = Server::start(rf, engine, data, false).await?;
        times.push(time);
        server.stop().await?;
    }
    times.sort_by(f64::total_cmp);
    let name = engine.name();
    let spread = format!("median of 5, {:.0} to {:.0} ms", times[0], times[4]);
    table.at_most(format!("{name}: start to first healthy answer"), times[2], 150.0, "ms", spread);
    let (server, _) = Server::start(rf, engine, data, false).await?;
    let memory = cpu::memory_mb(server.pid()?).context("no memory figure")?;
    table.at_most(format!("{name}: idle memory"), memory, 50.0, "MB", "resident".into());
    Ok(server)
}

/// An access token of the engineer's.
pub(crate) async fn token(server: &Server) -> anyhow::Result<String> {
    text(&server.sign_in(ENGINEER).await?, "access_token")
}

/// What the load works on.
pub(crate) struct World {
    token: String,
    pub(crate) flow: Uuid,
    pub(crate) ids: Ids,
}

/// Signs in and makes sessions of a flow whose snapshot has about 8,000 bytes.
pub(crate) async fn prepare(server: &Server) -> anyhow::Result<World> {
    let token = token(server).await?;
    let flow = server.post("/api/v1/trees", Some(&token), &flow_of_8_kb()).await?;
    let flow = id(&flow, "id")?;
    let mut session = None;
    for _ in 0..60 {
        session = Some(server.post("/api/v1/sessions", Some(&token), &json!({ "tree_id": flow })).await?);
    }
    let session = session.context("no session")?;
    let snapshot = session["tree_snapshot"].to_string().len();
    ensure!((7_000..10_000).contains(&snapshot), "the snapshot has {snapshot} bytes, not about 8,000");
    let me = server.get("/api/v1/auth/me", &token).await?;
    let ids =
        Ids { account: id(&me, "account_id")?, user: id(&session, "user_id")?, session: id(&session, "id")? };
    Ok(World { token, flow, ids })
}

/// Rotations a second, from sign-ins side by side that each wait for their answer.
async fn rotations(server: &Server, seconds: u64) -> anyhow::Result<Measured> {
    let mut tokens = Vec::new();
    for _ in 0..CONNECTIONS {
        tokens.push(text(&server.sign_in(ENGINEER).await?, "refresh_token")?);
    }
    let account = server.account()?;
    let (started, before) = (Instant::now(), account.spent());
    let until = started + Duration::from_secs(seconds);
    let chains = try_join_all(tokens.into_iter().map(async |mut token| {
        let mut runs = 0_u64;
        while Instant::now() < until {
            let answer =
                server.post("/api/v1/auth/refresh", None, &json!({ "refresh_token": token })).await?;
            token = text(&answer, "refresh_token")?;
            runs += 1;
        }
        anyhow::Ok(runs)
    }))
    .await?;
    Ok(measured(chains.iter().sum(), started.elapsed(), account.spent() - before))
}

/// Sign-ins against bcrypt alone, and what other requests feel of them.
async fn sign_ins(
    server: &Server,
    world: &World,
    seconds: u64,
    hashes: f64,
    name: &str,
    table: &mut Table,
) -> anyhow::Result<()> {
    let body = json!({ "email": ENGINEER, "password": "resolutionflow-demo" });
    let mut sign_in = server.request("POST", "/api/v1/auth/login/json", "", Some(body));
    sign_in.token = None;
    let alone = load(&sign_in, 8, seconds, None).await?;
    #[expect(clippy::cast_precision_loss, reason = "a handful of cores")]
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(2) as f64;
    let limit = format!("{:.1}/s of {:.1}/s: bcrypt alone, {cores} cores", alone.rate, hashes * cores);
    let share = 100.0 * alone.rate / (hashes * cores);
    table.at_least(format!("{name}: sign-ins"), share, 90.0, "%", limit);

    let read = server.request("GET", &format!("/api/v1/sessions/{}", world.ids.session), &world.token, None);
    for (connections, aim) in [(8, 20.0), (300, 100.0)] {
        sign_in.may_be_refused = connections > 64;
        // The flood is there before the first read and outlives the last.
        let flood = load(&sign_in, connections, seconds + 2, None);
        let reads = load(&read, 4, seconds, None);
        let (flood, reads) = tokio::join!(flood, reads);
        flood?;
        let what = format!("{name}: reads, p99 while {connections} sign in");
        table.at_most(what, reads?.p99_ms, aim, "ms", "the load shares the cores".into());
    }
    Ok(())
}

/// Eight questions of about a thousand bytes each.
fn flow_of_8_kb() -> Value {
    let body = "Open Event Viewer and read the System log around the time of the report. ".repeat(12);
    let mut nodes: Vec<Value> = (0..8)
        .map(|i| {
            json!({
                "id": format!("q{i}"), "type": "question", "title": format!("Does check {i} pass?"), "body": body,
                "options": [
                    { "label": "Yes", "next": if i == 7 { "done".to_owned() } else { format!("q{}", i + 1) } },
                    { "label": "No", "next": "hand-over" },
                ],
            })
        })
        .collect();
    nodes.push(json!({ "id": "done", "type": "outcome", "title": "Resolved" }));
    nodes.push(json!({ "id": "hand-over", "type": "escalation", "title": "Hand it over" }));
    json!({ "name": "Measured", "tree_type": "troubleshooting", "tree_structure": { "root": "q0", "nodes": nodes } })
}

fn text(body: &Value, field: &str) -> anyhow::Result<String> {
    body[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {body}"))
}

fn id(body: &Value, field: &str) -> anyhow::Result<Uuid> {
    Ok(text(body, field)?.parse()?)
}
