//! The simulator under clients that were written for the original by others, each in a process of its own.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod connectpyse;
mod connectwise_rest;
mod pyconnectwise;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rf_simulators::connectwise::{Simulator, Tls, keys};
use serde_json::{Value, json};

/// What a client is told: where, and with which keys.
fn asked(site: &str) -> Value {
    json!({
        "url": site, "company": keys::COMPANY, "public": keys::PUBLIC, "private": keys::PRIVATE,
        "client": keys::CLIENT_ID,
    })
}

/// A simulator that speaks TLS, with its authority in a file.
struct Secure {
    simulator: Simulator,
    tls: Tls,
    authority: PathBuf,
    _folder: tempfile::TempDir,
}

impl Secure {
    fn start() -> Self {
        let simulator = Simulator::start().unwrap();
        let tls = simulator.listen_tls(([127, 0, 0, 1], 0).into()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, tls.authority()).unwrap();
        Self { simulator, tls, authority, _folder: folder }
    }
}

/// What both clients that speak TLS did as their first steps: counted, paged, searched, changed a ticket, wrote a note and a time.
fn found_its_way(told: &Value, simulator: &Simulator) {
    assert_eq!(told["count"], 120);
    let all: Vec<_> = told["all"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    assert_eq!(all, (1_001..=1_120).rev().collect::<Vec<_>>(), "three pages, each ticket once");
    assert_eq!(told["boards"], json!(["Alerts"]));
    let ticket = simulator.ticket(1_005).unwrap();
    assert_eq!((&told["summary"], &told["patched"]), (&ticket["summary"], &json!("In Progress")));
    assert_eq!(ticket["status"]["name"], "In Progress");
    assert_eq!((&told["notes"][1], &told["hours"]), (&json!("From elsewhere"), &json!(0.5)));
}

/// Where a script of ours finds packages of others.
fn packages(script: &str, package: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let found = Command::new(format!("{root}/scripts/lib/{script}")).arg(package).output().unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    String::from_utf8(found.stdout).unwrap().trim().to_owned()
}

/// Runs a program on JSON; what it prints, as JSON.
fn run(mut command: Command, asked: &Value) -> Value {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a program with a package of Python, which trusts that authority.
async fn python(
    package: &'static str,
    script: &'static str,
    asked: Value,
    authority: Option<&Path>,
) -> Value {
    let authority = authority.map(Path::to_owned);
    let running = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(packages("python", package));
        command.args(["-c", script]);
        if let Some(authority) = authority {
            command.env("REQUESTS_CA_BUNDLE", authority);
        }
        run(command, &asked)
    });
    running.await.unwrap()
}

/// Runs a program with a package of Node.js, which trusts that authority.
async fn node(package: &'static str, script: &'static str, asked: Value, authority: Option<&Path>) -> Value {
    let authority = authority.map(Path::to_owned);
    let running = tokio::task::spawn_blocking(move || {
        let mut command = Command::new("node");
        command.args(["-e", script]).env("NODE_PATH", packages("node", package));
        if let Some(authority) = authority {
            command.env("NODE_EXTRA_CA_CERTS", authority);
        }
        run(command, &asked)
    });
    running.await.unwrap()
}
