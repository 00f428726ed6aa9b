//! What handing over costs: how long whoever escalates waits, how soon an event is with everybody who listens, and how long
//! a crowd takes that wants one handoff.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::{
    Connection, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

use crate::{
    server::{Engine, Server},
    table::Table,
};

const ENGINEER: &str = "eli@northwind.example";
/// Those who may take what the engineer hands over.
const RECEIVERS: [&str; 2] = ["olivia@northwind.example", "tess@northwind.example"];
const PASSWORD: &str = "resolutionflow-demo";
/// Escalations that are timed, one after the other.
const ESCALATIONS: usize = 200;
/// Streams of one person; the server allows no more.
const STREAMS_EACH: usize = 12;
/// Bytes a bare commit writes: about what a handoff, its snapshot and its events come to.
const COMMIT_BYTES: usize = 8 * 1_024;
/// What takes longer has been lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures the binary over that engine, with so many streams and so many who want one handoff.
pub(crate) async fn run(
    rf: &Path,
    engine: &Engine,
    streams: usize,
    racers: usize,
    table: &mut Table,
) -> anyhow::Result<()> {
    let name = engine.name();
    let folder = tempfile::tempdir()?;
    let (server, _) = Server::start(rf, engine, &folder.path().join("data"), true).await?;
    let engineer = access(&server, ENGINEER).await?;

    let mut waited = Vec::new();
    for _ in 0..ESCALATIONS {
        waited.push(escalated(&server, &engineer).await?.took);
    }
    let bare = commits(engine, folder.path()).await?;
    let p99 = share(&mut waited, 99);
    let beside = format!(
        "median {:.1} ms; a bare commit of {COMMIT_BYTES} bytes {bare:.1} ms, p99",
        share(&mut waited, 50)
    );
    table.at_most(format!("{name}: escalate, p99 of {ESCALATIONS}"), p99, 50.0, "ms", beside);

    let took = race(&server, &engineer, racers).await?;
    let alone = healths(&server, racers).await?;
    let beside = format!("as many health checks at once {alone:.2} s");
    table.at_most(format!("{name}: a claim under {racers} racers, all answered"), took, 2.0, "s", beside);

    let (mut soon, answered) = heard(&server, streams).await?;
    let p99 = share(&mut soon, 99);
    let beside = format!(
        "median {:.1} ms, from the request on; its answer took {answered:.1} ms, median",
        share(&mut soon, 50)
    );
    table.at_most(
        format!("{name}: an event with a reader, {streams} streams, p99"),
        p99,
        300.0,
        "ms",
        beside,
    );
    server.stop().await
}

async fn access(server: &Server, email: &str) -> anyhow::Result<String> {
    let signed_in = server.sign_in(email).await?;
    Ok(signed_in["access_token"].as_str().context("no access token")?.to_owned())
}

/// A conversation that was handed over.
struct Escalated {
    handoff: Value,
    /// When it was asked for.
    began: Instant,
    /// How long the answer took, ms.
    took: f64,
}

async fn escalated(server: &Server, token: &str) -> anyhow::Result<Escalated> {
    let begin = json!({ "intake_content": { "text": "The printer at the front desk is offline" } });
    let session = server.post("/api/v1/ai-sessions", Some(token), &begin).await?;
    let path = format!("/api/v1/ai-sessions/{}/handoff", session["id"].as_str().context("no id")?);
    let body = json!({ "intent": "escalate", "reason": "I have no rights on the print server" });
    let began = Instant::now();
    let made = server.post(&path, Some(token), &body).await?;
    Ok(Escalated { handoff: made["handoff"].clone(), began, took: milliseconds(began) })
}

/// What the slowest of a hundred commits takes that writes as much, ms.
async fn commits(engine: &Engine, folder: &Path) -> anyhow::Result<f64> {
    let text = "x".repeat(COMMIT_BYTES);
    let mut took = Vec::new();
    match engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new()
                .filename(folder.join("bare.sqlite"))
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let mut db = SqliteConnection::connect_with(&options).await?;
            sqlx::query("CREATE TABLE written (text text)").execute(&mut db).await?;
            for _ in 0..ESCALATIONS {
                let began = Instant::now();
                sqlx::query("INSERT INTO written VALUES ($1)").bind(&text).execute(&mut db).await?;
                took.push(milliseconds(began));
            }
            db.close().await?;
        }
        Engine::Postgres(url) => {
            let mut db = PgConnection::connect(url).await?;
            sqlx::query("CREATE TABLE bare_written (text text)").execute(&mut db).await?;
            for _ in 0..ESCALATIONS {
                let began = Instant::now();
                sqlx::query("INSERT INTO bare_written VALUES ($1)").bind(&text).execute(&mut db).await?;
                took.push(milliseconds(began));
            }
            sqlx::query("DROP TABLE bare_written").execute(&mut db).await?;
            db.close().await?;
        }
    }
    Ok(share(&mut took, 99))
}

/// So many requests at once want one handoff; how long until all are answered, s. One person has it, or it fails.
async fn race(server: &Server, engineer: &str, racers: usize) -> anyhow::Result<f64> {
    let mut tokens = Vec::new();
    for receiver in RECEIVERS {
        tokens.push(access(server, receiver).await?);
    }
    let Escalated { handoff, .. } = escalated(server, engineer).await?;
    let id = |field: &str| handoff[field].as_str().map(str::to_owned).context("no id");
    let path = format!("/api/v1/ai-sessions/{}/handoffs/{}/claim", id("session_id")?, id("id")?);
    let client = reqwest::Client::new();
    let began = Instant::now();
    let answers = join_all((0..racers).map(|racer| {
        let request = client.post(server.url(&path)).bearer_auth(&tokens[racer % tokens.len()]);
        async move {
            let answer = request.json(&json!({})).send().await?;
            let status = answer.status().as_u16();
            let body: Value = serde_json::from_str(&answer.text().await?)?;
            anyhow::Ok((status, body))
        }
    }))
    .await;
    let took = began.elapsed().as_secs_f64();
    let mut winners = BTreeSet::new();
    let mut lost = 0;
    for answer in answers {
        match answer? {
            (200, body) => {
                winners.insert(body["claimed_by"].to_string());
            }
            (409, _) => lost += 1,
            (status, body) => bail!("a claim answered {status}: {body}"),
        }
    }
    ensure!(winners.len() == 1 && lost > 0, "{} have it, {lost} were too late", winners.len());
    Ok(took)
}

/// How long as many health checks at once take, s.
async fn healths(server: &Server, requests: usize) -> anyhow::Result<f64> {
    let client = reqwest::Client::new();
    let began = Instant::now();
    let answers = join_all((0..requests).map(|_| {
        let request = client.get(server.url("/healthz"));
        async move { anyhow::Ok(request.send().await?.error_for_status()?.bytes().await?.len()) }
    }))
    .await;
    for answer in answers {
        answer?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// What a reader tells.
enum Told {
    /// It listens.
    Ready,
    /// That handoff was made.
    Made(String, Instant),
}

/// From an escalation's request to each reader of its account, ms; and how long the answers took, ms, the median. The
/// streams belong to accounts of their own, twelve to each.
async fn heard(server: &Server, streams: usize) -> anyhow::Result<(Vec<f64>, f64)> {
    let mut owners = Vec::new();
    for number in 0..streams.div_ceil(STREAMS_EACH) {
        let email = format!("reader-{number}@measured.example");
        let person = json!({ "email": email, "password": PASSWORD, "name": format!("Reader {number}") });
        server.post("/api/v1/auth/register", None, &person).await?;
        owners.push(access(server, &email).await?);
    }
    let client = reqwest::Client::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    for stream in 0..streams {
        let request = client.get(server.url("/api/v1/ai-sessions/escalations/stream"));
        let request = request.bearer_auth(&owners[stream / STREAMS_EACH]);
        readers.spawn(listen(request, tell.clone()));
    }
    for _ in 0..streams {
        ensure!(matches!(next(&mut told).await?, Told::Ready), "an event before a stream was ready");
    }
    let (mut sent, mut answered, mut expected) = (BTreeMap::new(), Vec::new(), 0);
    for (number, owner) in owners.iter().enumerate() {
        let Escalated { handoff, began, took } = escalated(server, owner).await?;
        sent.insert(handoff["id"].as_str().context("no id")?.to_owned(), began);
        answered.push(took);
        expected += STREAMS_EACH.min(streams - number * STREAMS_EACH);
    }
    let mut soon = Vec::new();
    while soon.len() < expected {
        if let Told::Made(id, at) = next(&mut told).await? {
            let sent = sent.get(&id).with_context(|| format!("nobody made {id}"))?;
            soon.push(at.saturating_duration_since(*sent).as_secs_f64() * 1_000.0);
        }
    }
    readers.abort_all();
    Ok((soon, share(&mut answered, 50)))
}

async fn next(told: &mut mpsc::UnboundedReceiver<Told>) -> anyhow::Result<Told> {
    timeout(PATIENCE, told.recv()).await.context("a stream is silent")?.context("nobody listens")
}

/// Reads a stream to its end.
async fn listen(request: reqwest::RequestBuilder, tell: mpsc::UnboundedSender<Told>) -> anyhow::Result<()> {
    let mut answer = request.send().await?.error_for_status()?;
    let mut buffer = String::new();
    while let Some(chunk) = answer.chunk().await? {
        let at = Instant::now();
        buffer.push_str(&String::from_utf8_lossy(&chunk));
        while let Some(end) = buffer.find("\n\n") {
            let frame: String = buffer.drain(..end + 2).collect();
            if frame.contains("event: ready") {
                tell.send(Told::Ready)?;
            } else if frame.contains("event: handoff_created") {
                let data = frame.lines().find_map(|line| line.strip_prefix("data: ")).context("no data")?;
                let data: Value = serde_json::from_str(data)?;
                tell.send(Told::Made(data["handoff_id"].as_str().context("no id")?.to_owned(), at))?;
            }
        }
    }
    Ok(())
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}

/// So many of a hundred are no larger.
fn share(figures: &mut [f64], of_hundred: usize) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[(figures.len() * of_hundred).div_ceil(100).saturating_sub(1)]
}
