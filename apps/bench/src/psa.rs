//! What pushing notes costs, against the simulated PSA in a process of its own: how fast a queue of them drains beside what
//! the simulator accepts, what deciding to push adds to the end of a session, and whether memory stays where it is.

use std::{
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::sleep,
};
use uuid::Uuid;

use crate::{
    cpu, scenario,
    server::{Engine, Server},
    table::Table,
};

const OWNER: &str = "olivia@northwind.example";
/// The first ticket of the simulator, and how many it has; notes are spread over all of them.
const FIRST_TICKET: i64 = 1_001;
const TICKETS: i64 = 120;
/// Connections to one host, of the product and of what it is measured beside.
const CONNECTIONS: usize = 4;
/// How long a PSA takes to answer, somewhere in the same country.
const FAR: Duration = Duration::from_millis(40);
/// Ends of sessions with a push, and as many without.
const ENDS: usize = 100;
const PUSHES: &str = "/api/v1/integrations/psa/pushes";

/// A push that was made by hand, so many times: queued, with its job. What is not named is as in the one that is copied.
const PUSH_COPIES: &str = "
    INSERT INTO psa_post_log (id, account_id, connection_id, session_kind, session_id, occasion, ticket_id, artefact,
        idempotency_key, minutes, content, warnings, state, tries, maybe_there, due_at, remote_id, error, requested_by_id,
        created_at, updated_at, revision)
    SELECT {new_id}, p.account_id, p.connection_id, p.session_kind, p.session_id, p.occasion,
        CAST(1001 + n.i % 120 AS text), p.artefact, '{batch}/' || n.i, NULL, NULL, '[]', 'queued', 0, FALSE, p.created_at,
        NULL, NULL, p.requested_by_id, p.created_at, p.created_at, 1
    FROM {series} CROSS JOIN psa_post_log p WHERE p.id = $1";
const JOB_COPIES: &str = "
    INSERT INTO jobs (id, account_id, kind, payload, dedupe_key, state, attempts, run_at, lease_id, leased_until,
        last_error, created_at, finished_at)
    SELECT {new_id}, p.account_id, 'psa.push', '{\"push_id\":\"' || {id} || '\"}', NULL, 'ready', 0, p.created_at, NULL,
        NULL, NULL, p.created_at, NULL
    FROM psa_post_log p WHERE p.idempotency_key LIKE '{batch}/%'";

/// Measures the binary over that engine; whether memory stayed where it is.
pub(crate) async fn run(rf: &Path, engine: &Engine, pushes: u64, table: &mut Table) -> anyhow::Result<bool> {
    let name = engine.name();
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let simulator = Simulator::start(rf).await?;
    let server = Server::start_beside(rf, engine, &data, true, simulator.address).await?;
    let owner = connected(&server, &simulator).await?;
    let (push, text) = decisions(&server, &owner, &simulator, name, table).await?;
    server.stop().await?;

    // As far away as a PSA is, and then with nothing between: there our own work is all that is measured.
    let few = pushes.min(5_000);
    let measured = Measured { rf, engine, data: &data, simulator: &simulator, push, text: &text };
    let (far, accepted) = measured.drained("far", few, FAR).await?;
    let beside = format!("{:.0}/s of {accepted:.0}/s by bare requests, 4 connections each", far.rate);
    let what = format!("{name}: {few} queued notes drained, a PSA that takes {} ms", FAR.as_millis());
    table.at_least(what, 100.0 * far.rate / accepted, 95.0, "%", beside);
    let (drained, accepted) = measured.drained("near", pushes, Duration::ZERO).await?;
    let beside = format!("{:.0}/s of {accepted:.0}/s by bare requests, 4 connections each", drained.rate);
    let what = format!("{name}: {pushes} queued notes drained, a PSA that takes no time");
    table.at_least(what, 100.0 * drained.rate / accepted, 95.0, "%", beside);
    let grown = 100.0 * (drained.late_mb / drained.early_mb - 1.0);
    let beside = format!("{:.1} MB early, {:.1} MB late", drained.early_mb, drained.late_mb);
    table.at_most(format!("{name}: memory grown over {pushes} pushes"), grown, 10.0, "%", beside);
    Ok(grown <= 10.0)
}

/// A push that was made, to be queued many times and drained.
struct Measured<'a> {
    rf: &'a Path,
    engine: &'a Engine,
    data: &'a Path,
    simulator: &'a Simulator,
    push: Uuid,
    text: &'a str,
}

impl Measured<'_> {
    /// Queues so many copies, and drains them into a PSA that takes so long for each; beside it the notes a second
    /// that it takes from bare requests.
    async fn drained(&self, batch: &str, pushes: u64, takes: Duration) -> anyhow::Result<(Drained, f64)> {
        let Self { rf, engine, data, simulator, push, text } = *self;
        fill(engine, data, push, batch, pushes).await?;
        simulator.reset(takes).await?;
        let there = simulator.notes().await?;
        let before = simulator.accepts(text, pushes.min(5_000)).await?;
        simulator.reset(takes).await?;
        let server = Server::start_beside(rf, engine, data, false, simulator.address).await?;
        let drained = drain(&server, simulator, there, pushes).await?;
        server.stop().await?;
        simulator.reset(takes).await?;
        // Before and after: whatever else the machine does slows both.
        let after = simulator.accepts(text, pushes.min(5_000)).await?;
        Ok((drained, f64::midpoint(before, after)))
    }
}

/// Connects the demo account; its owner's access token.
async fn connected(server: &Server, simulator: &Simulator) -> anyhow::Result<String> {
    let owner = access(server, OWNER).await?;
    let mut entered = simulator.keys.clone();
    entered["provider"] = json!("connectwise");
    entered["site_url"] = json!(format!("http://{}", simulator.address));
    let answer = server.send(Method::PUT, "/api/v1/integrations/psa", Some(&owner), &entered).await?;
    ensure!(answer["status"] == "ok", "the simulator does not take the keys it told: {answer}");
    Ok(owner)
}

async fn access(server: &Server, email: &str) -> anyhow::Result<String> {
    let signed_in = server.sign_in(email).await?;
    Ok(signed_in["access_token"].as_str().context("no access token")?.to_owned())
}

/// What the decision to push adds to the end of a session, by turns with and without one, each with nothing else to do.
/// A push that was made, and the text of its note.
async fn decisions(
    server: &Server,
    owner: &str,
    simulator: &Simulator,
    name: &str,
    table: &mut Table,
) -> anyhow::Result<(Uuid, String)> {
    let world = scenario::prepare(server).await?;
    let engineer = scenario::token(server).await?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for turn in 0..2 * ENDS {
        // Twice in one order, twice in the other.
        let pushes = (turn / 2 + turn) % 2 == 0;
        let settings = json!({ "push_on_resolve": pushes });
        server.send(Method::PATCH, "/api/v1/integrations/psa/settings", Some(owner), &settings).await?;
        let start = json!({ "tree_id": world.flow, "ticket_number": FIRST_TICKET.to_string() });
        let session = server.post("/api/v1/sessions", Some(&engineer), &start).await?;
        let path = format!("/api/v1/sessions/{}/complete", session["id"].as_str().context("no id")?);
        quiet(server, owner).await?;
        let began = Instant::now();
        server.post(&path, Some(&engineer), &json!({ "outcome": "resolved" })).await?;
        let took = began.elapsed().as_secs_f64() * 1_000.0;
        if pushes {
            with.push(took);
        } else {
            without.push(took);
        }
        quiet(server, owner).await?;
    }
    let (with, without) = (median(&mut with), median(&mut without));
    let beside = format!("{with:.2} ms with, {without:.2} ms without, medians of {ENDS}");
    let what = format!("{name}: what a push decision adds to a resolve");
    table.at_most(what, (with - without).max(0.0), 5.0, "ms", beside);

    let log = server.get(&format!("{PUSHES}?limit=100"), owner).await?;
    ensure!(
        log.as_array().is_some_and(|log| log.len() == ENDS),
        "{ENDS} were to be pushed, and no other: {log}"
    );
    let push = log[0]["id"].as_str().context("no push")?.parse()?;
    let notes = simulator.get(&format!("/service/tickets/{FIRST_TICKET}/notes?pageSize=1000")).await?;
    let last = notes.as_array().and_then(|notes| notes.last()).context("no note")?;
    Ok((push, last["text"].as_str().context("no text")?.to_owned()))
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Waits until nothing is on its way into a ticket.
async fn quiet(server: &Server, owner: &str) -> anyhow::Result<()> {
    while is_busy(server, owner).await? {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn is_busy(server: &Server, owner: &str) -> anyhow::Result<bool> {
    for state in ["queued", "sending"] {
        let found = server.get(&format!("{PUSHES}?state={state}&limit=1"), owner).await?;
        if found.as_array().is_some_and(|found| !found.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Queues so many copies of a push, each with its job.
async fn fill(engine: &Engine, data: &Path, push: Uuid, batch: &str, pushes: u64) -> anyhow::Result<()> {
    let filled = |new_id: &str, id: &str, series: &str| {
        [PUSH_COPIES, JOB_COPIES]
            .map(|copies| copies.replace("{new_id}", new_id).replace("{id}", id))
            .map(|copies| copies.replace("{series}", series).replace("{batch}", batch))
    };
    match engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new()
                .filename(data.join("resolutionflow.sqlite"))
                .synchronous(SqliteSynchronous::Off);
            let pool = SqlitePool::connect_with(options).await?;
            let series = format!(
                "(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {pushes}) SELECT i FROM c) n"
            );
            let [copies, jobs] = filled("randomblob(16)", "lower(hex(p.id))", &series);
            sqlx::query(AssertSqlSafe(copies)).bind(push).execute(&pool).await?;
            sqlx::query(AssertSqlSafe(jobs)).execute(&pool).await?;
            pool.close().await;
        }
        Engine::Postgres(url) => {
            let pool: PgPool = PgPoolOptions::new().max_connections(1).connect(url).await?;
            let series = format!("generate_series(1, {pushes}) n(i)");
            let [copies, jobs] = filled("gen_random_uuid()", "p.id", &series);
            sqlx::query(AssertSqlSafe(copies)).bind(push).execute(&pool).await?;
            sqlx::query(AssertSqlSafe(jobs)).execute(&pool).await?;
            // What autovacuum does within minutes.
            sqlx::raw_sql("VACUUM ANALYZE").execute(&pool).await?;
            pool.close().await;
        }
    }
    Ok(())
}

/// What a drain was like.
struct Drained {
    /// Notes a second.
    rate: f64,
    /// The most memory between the first tenth and the third.
    early_mb: f64,
    /// The most memory in the last two tenths.
    late_mb: f64,
}

/// Waits until all of them are in their tickets, once.
async fn drain(server: &Server, simulator: &Simulator, there: u64, pushes: u64) -> anyhow::Result<Drained> {
    let pid = server.pid()?;
    let began = Instant::now();
    let mut memory = Vec::new();
    let mut owner = access(server, OWNER).await?;
    let mut signed_in = Instant::now();
    while is_busy(server, &owner).await? {
        memory.push(cpu::memory_mb(pid).context("no memory figure")?);
        sleep(Duration::from_millis(100)).await;
        // Before the token runs out.
        if signed_in.elapsed() > Duration::from_secs(300) {
            (owner, signed_in) = (access(server, OWNER).await?, Instant::now());
        }
    }
    let took = began.elapsed().as_secs_f64();
    let arrived = simulator.notes().await? - there;
    ensure!(arrived == pushes, "{arrived} of {pushes} notes are in their tickets");
    ensure!(memory.len() >= 10, "{pushes} pushes are too few to see what becomes of memory");
    let tenths = |from: usize, to: usize| {
        let part = &memory[from * memory.len() / 10..to * memory.len() / 10];
        part.iter().copied().fold(0.0, f64::max)
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of notes")]
    let rate = pushes as f64 / took;
    Ok(Drained { rate, early_mb: tenths(1, 3), late_mb: tenths(8, 10) })
}

/// `rf psa sim`, a process of its own.
struct Simulator {
    _child: Child,
    address: SocketAddr,
    /// As they are entered.
    keys: Value,
    client: reqwest::Client,
}

impl Simulator {
    async fn start(rf: &Path) -> anyhow::Result<Self> {
        let mut child =
            Command::new(rf).args(["psa", "sim"]).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let first = lines.next_line().await?.context("the simulator ended before it listened")?;
        let site = first.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let address =
            site.context("the simulator did not say where it listens")?.trim_end_matches('.').parse()?;
        let mut keys = json!({});
        while let Some(line) = lines.next_line().await? {
            let (name, value) = line.split_once(" = ").context("no key")?;
            let name = if name == "company" { "company_id" } else { name };
            keys[name] = json!(value.trim_matches('"'));
            if name == "client_id" {
                break;
            }
        }
        Ok(Self { _child: child, address, keys, client: reqwest::Client::new() })
    }

    fn asked(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let key = |name: &str| self.keys[name].as_str().unwrap_or_default().to_owned();
        self.client
            .request(method, format!("http://{}/v2025_1/apis/3.0{path}", self.address))
            .basic_auth(format!("{}+{}", key("company_id"), key("public_key")), Some(key("private_key")))
            .header("clientId", key("client_id"))
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.asked(Method::GET, path).send().await?.error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    /// Forgets all that was written, and takes so long for a note from now on.
    async fn reset(&self, takes: Duration) -> anyhow::Result<()> {
        let reset = self.client.post(format!("http://{}/sim/reset", self.address));
        reset.send().await?.error_for_status()?;
        if !takes.is_zero() {
            let fault = json!({ "kind": "slow", "milliseconds": takes.as_millis() });
            let rule = json!({ "method": "POST", "path": "/notes", "fault": fault });
            let faults = self.client.post(format!("http://{}/sim/faults", self.address)).json(&rule);
            faults.send().await?.error_for_status()?;
        }
        Ok(())
    }

    /// How many notes there are in all tickets.
    async fn notes(&self) -> anyhow::Result<u64> {
        let mut notes = 0;
        for ticket in FIRST_TICKET..FIRST_TICKET + TICKETS {
            let found = self.get(&format!("/service/tickets/{ticket}/notes/count")).await?;
            notes += found["count"].as_u64().context("no count")?;
        }
        Ok(notes)
    }

    /// Notes a second that it takes from bare requests.
    async fn accepts(&self, text: &str, notes: u64) -> anyhow::Result<f64> {
        let began = Instant::now();
        let connections = CONNECTIONS as u64;
        try_join_all((0..connections).map(async |connection| {
            for note in (connection..notes).step_by(CONNECTIONS) {
                let ticket = FIRST_TICKET + i64::try_from(note)? % TICKETS;
                let body = json!({ "text": text, "internalAnalysisFlag": true });
                let path = format!("/service/tickets/{ticket}/notes");
                let request = self.asked(Method::POST, &path).json(&body);
                request.send().await?.error_for_status()?.bytes().await?;
            }
            anyhow::Ok(())
        }))
        .await?;
        #[expect(clippy::cast_precision_loss, reason = "a count of notes")]
        let notes = notes as f64;
        Ok(notes / began.elapsed().as_secs_f64())
    }
}
