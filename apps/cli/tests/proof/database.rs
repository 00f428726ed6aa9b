//! R3: an outage of the database is a pause. A cluster of our own is stopped at once, left away and started again
//! under load, and has its connections cut.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use sqlx::Connection;

use crate::{
    node::{Node, SERVE, rf},
    size,
    writers::{Ending, Load, until},
};

/// A Postgres in a folder of its own.
struct Cluster {
    dir: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // It picks no free port by itself; between asking and taking, another may: then the start says so.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { dir, programs: programs(), port };
        if is_root() {
            let given = Command::new("chown").arg("postgres").arg(cluster.dir.path()).status();
            assert!(given.unwrap().success());
        }
        let data = cluster.data();
        let made = cluster
            .as_postgres("initdb")
            .args(["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--pgdata"])
            .arg(data)
            .output();
        said(&made.unwrap());
        cluster.bring_up();
        cluster
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn as_postgres(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            // Postgres refuses to run as root.
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.dir.path());
        command
    }

    fn control(&self, what: &[&str]) -> Output {
        let (data, log) = (self.data(), self.dir.path().join("log"));
        let mut command = self.as_postgres("pg_ctl");
        command.arg("--pgdata").arg(data).arg("--log").arg(log).arg("--wait").args(what);
        // The server outlives the command, and would keep a pipe of ours open.
        command.stdout(Stdio::null()).stderr(Stdio::null()).output().unwrap()
    }

    fn bring_up(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}",
            self.port,
            self.dir.path().display()
        );
        said(&self.control(&["--options", &options, "start"]));
    }

    /// Without a word to anybody who is connected.
    fn take_down(&self) {
        said(&self.control(&["--mode", "immediate", "stop"]));
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// A number the database knows.
    fn ask(&self, sql: &'static str) -> i64 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut db = sqlx::PgConnection::connect(&self.url()).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
        })
    }

    /// Ends every connection of others.
    fn cut(&self) -> i64 {
        self.ask(
            "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND backend_type = 'client backend') AS cut",
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be down already.
        let _ = self.control(&["--mode", "immediate", "stop"]);
    }
}

fn said(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Where the newest Postgres of this machine has its programs: on the path, or where Debian keeps them off it.
fn programs() -> PathBuf {
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        let bin = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim());
        if bin.join("initdb").exists() {
            return bin;
        }
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<PathBuf> = versions.map(|entry| entry.unwrap().path().join("bin")).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop().expect("the programs of a Postgres server (Debian: postgresql)")
}

#[test]
#[ignore = "takes its time: scripts/nightly runs it"]
fn an_outage_of_the_database_is_a_pause() {
    let (restarts, writers) = (size("PROOF_RESTARTS", 3), size("PROOF_WRITERS", 8));
    let outage = Duration::from_secs(size("PROOF_OUTAGE_SECONDS", 3) as u64);
    let cluster = Cluster::start();
    let dir = tempfile::tempdir().unwrap();
    let node =
        Node::start_by(rf(dir.path(), &SERVE).env("DATABASE_URL", cluster.url()).stderr(Stdio::null()));
    let token = node.sign_in();
    let flow = node.flow(&token);
    let load = Load::new(node.address, &token, &flow);
    let (mut slowest, mut cut) = (Duration::ZERO, 0);
    thread::scope(|scope| {
        let ending = Ending(&load);
        for _ in 0..writers {
            scope.spawn(|| load.write());
        }
        for round in 0..restarts {
            let before = load.acknowledged();
            until("writing", || load.acknowledged() > before + 20);
            cluster.take_down();
            let refused = load.refused();
            if round == 0 {
                // Once, it stays away.
                thread::sleep(outage);
            }
            until("refusal without a database", || load.refused() > refused + writers);
            assert_eq!(node.get("/healthz", &token).0, 200, "alive");
            assert_eq!(node.get("/readyz", &token).0, 503, "and not ready");
            cluster.bring_up();
            let up = Instant::now();
            until("health after the outage", || node.get("/readyz", &token).0 == 200);
            slowest = slowest.max(up.elapsed());
            let before = load.acknowledged();
            until("writing again", || load.acknowledged() > before + 20);
            cut += cluster.cut();
            let cut_at = Instant::now();
            until("health after the cut", || node.get("/readyz", &token).0 == 200);
            slowest = slowest.max(cut_at.elapsed());
            let before = load.acknowledged();
            until("writing over new connections", || load.acknowledged() > before + 20);
        }
        drop(ending);
    });
    let ledger = load.ledger();
    assert_eq!(ledger.unanswered, 0, "only 503, never silence");
    assert!(ledger.slowest <= Duration::from_secs(5), "an answer took {:?}", ledger.slowest);
    assert!(slowest <= Duration::from_secs(2), "healthy {slowest:?} after");
    let idle = cluster.ask(
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()",
    );
    assert_eq!(idle, 0, "idle in transaction");
    for (id, ticket) in &ledger.acknowledged {
        let (status, session) = node.get(&format!("/api/v1/sessions/{id}"), &token);
        assert_eq!((status, session["ticket_number"].as_str()), (200, Some(ticket.as_str())), "{id} is lost");
    }
    println!(
        "R3: {restarts} restarts of Postgres under {writers} writers, one of them {outage:?} away, {cut} connections cut, {} \
         acknowledged, 0 lost, {} told to come back, longest answer {:?}, healthy {slowest:?} after at most, 0 idle in \
         transaction",
        ledger.acknowledged.len(),
        ledger.refused,
        ledger.slowest,
    );
}
