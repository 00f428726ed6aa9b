//! People who write without a pause, and a ledger of what they were told: the verifier's own, beside the server.

use std::{
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::Connection;

use crate::node::{Answer, exchange};

/// Sessions are started, one request a session, by as many writers as it takes.
pub(crate) struct Load {
    address: SocketAddr,
    token: String,
    flow: String,
    next: AtomicUsize,
    over: AtomicBool,
    ledger: Mutex<Ledger>,
}

/// What the writers were told.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Session and ticket of every 201.
    pub(crate) acknowledged: Vec<(String, String)>,
    /// How many were told to come back later.
    pub(crate) refused: usize,
    /// How many connections ended without an answer.
    pub(crate) unanswered: usize,
    /// The longest anybody waited for an answer.
    pub(crate) slowest: Duration,
}

impl Load {
    pub(crate) fn new(address: SocketAddr, token: &str, flow: &str) -> Self {
        Self {
            address,
            token: token.to_owned(),
            flow: flow.to_owned(),
            next: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            ledger: Mutex::default(),
        }
    }

    /// Writes until [`Load::end`]. Anything but an acknowledgement or "come back later" is a broken promise.
    pub(crate) fn write(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let ticket = format!("key-{}", self.next.fetch_add(1, Ordering::Relaxed));
            let body = json!({ "tree_id": self.flow, "ticket_number": ticket });
            let asked = Instant::now();
            let sent =
                exchange(self.address, "POST", "/api/v1/sessions", Some(&self.token), None, Some(&body));
            let mut ledger = self.ledger.lock().unwrap();
            ledger.slowest = ledger.slowest.max(asked.elapsed());
            match sent {
                Ok(Answer { status: 201, body, .. }) => {
                    ledger.acknowledged.push((body["id"].as_str().unwrap().to_owned(), ticket));
                }
                Ok(Answer { status: 503, head, .. }) => {
                    assert!(head.contains("\r\nretry-after: "), "when to come back is not said: {head}");
                    ledger.refused += 1;
                    drop(ledger);
                    // As anybody told to come back later does, if sooner.
                    thread::sleep(Duration::from_millis(20));
                }
                Ok(other) => panic!("neither yes nor later: {other:?}"),
                Err(_) => ledger.unanswered += 1,
            }
        }
    }

    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.ledger.lock().unwrap().acknowledged.len()
    }

    pub(crate) fn refused(&self) -> usize {
        self.ledger.lock().unwrap().refused
    }

    pub(crate) fn ledger(self) -> Ledger {
        self.ledger.into_inner().unwrap()
    }
}

/// Ends the load when dropped, so that a failed assertion does not leave its writers running.
pub(crate) struct Ending<'a>(pub(crate) &'a Load);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Waits until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "after a minute: no {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The opinion of SQLite on its file, and which of the acknowledged sessions are not in it.
pub(crate) fn missing(file: &std::path::Path, acknowledged: &[(String, String)]) -> (String, Vec<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut db = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        let integrity = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut db).await.unwrap();
        let kept: Vec<String> =
            sqlx::query_scalar("SELECT ticket_number FROM sessions WHERE ticket_number LIKE 'key-%'")
                .fetch_all(&mut db)
                .await
                .unwrap();
        let kept: std::collections::HashSet<String> = kept.into_iter().collect();
        let missing = acknowledged.iter().map(|(_, ticket)| ticket).filter(|ticket| !kept.contains(*ticket));
        (integrity, missing.cloned().collect())
    })
}
