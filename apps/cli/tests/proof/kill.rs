//! R1 and C5: what was acknowledged is kept when the process dies, and what was not is done once when it is asked
//! for again.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::json;
use sqlx::Connection;

use crate::{
    node::{Node, request},
    size,
};

/// What the verifier knows, beside the server.
#[derive(Default)]
struct Ledger {
    /// Key and session of every 201 that arrived whole.
    acknowledged: Vec<(String, String)>,
    /// Keys of requests whose end nobody saw.
    unknown: Vec<String>,
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let (kills, writers) = (size("PROOF_KILLS", 5), size("PROOF_WRITERS", 16));
    let dir = tempfile::tempdir().unwrap();
    let ledger = Mutex::new(Ledger::default());
    let next = AtomicUsize::new(0);
    let mut slowest = Duration::ZERO;
    for round in 0..kills {
        let mut node = Node::start(dir.path());
        if round > 0 {
            slowest = slowest.max(node.ready_after);
        }
        let token = node.sign_in();
        let flow = node.flow(&token);
        settle(&node, &token, &flow, &ledger);
        let (address, before) = (node.address, ledger.lock().unwrap().acknowledged.len());
        thread::scope(|scope| {
            for _ in 0..writers {
                scope.spawn(|| {
                    loop {
                        let key = format!("key-{}", next.fetch_add(1, Ordering::Relaxed));
                        let body = json!({ "tree_id": flow, "ticket_number": key });
                        let sent = request(
                            address,
                            "POST",
                            "/api/v1/sessions",
                            Some(&token),
                            Some(&key),
                            Some(&body),
                        );
                        let mut ledger = ledger.lock().unwrap();
                        match sent {
                            Ok((201, session)) => {
                                ledger.acknowledged.push((key, session["id"].as_str().unwrap().to_owned()));
                            }
                            Ok((503, _)) => ledger.unknown.push(key),
                            Ok(other) => panic!("{other:?}"),
                            Err(_) => {
                                ledger.unknown.push(key);
                                break;
                            }
                        }
                    }
                });
            }
            // In the midst of writing: so many more were kept in this life, another number each time.
            let enough = before + 20 + round * 7 % 31;
            while ledger.lock().unwrap().acknowledged.len() < enough {
                thread::sleep(Duration::from_millis(1));
            }
            node.child.kill().unwrap();
        });
        node.wait();
    }
    let node = Node::start(dir.path());
    slowest = slowest.max(node.ready_after);
    let token = node.sign_in();
    let flow = node.flow(&token);
    let unknown = ledger.lock().unwrap().unknown.len();
    settle(&node, &token, &flow, &ledger);
    let ledger = ledger.into_inner().unwrap();
    assert!(ledger.unknown.is_empty());
    for (key, id) in &ledger.acknowledged {
        let (status, session) = node.get(&format!("/api/v1/sessions/{id}"), &token);
        assert_eq!((status, session["ticket_number"].as_str()), (200, Some(key.as_str())), "{id} was lost");
        let (status, log) = node.get(&format!("/api/v1/sessions/{id}/log"), &token);
        assert_eq!((status, log.as_array().map(Vec::len)), (200, Some(1)), "{id} is torn");
    }
    drop(node);
    let file = dir.path().join("resolutionflow.sqlite");
    let (integrity, doubled, sessions) = inspect(&file);
    assert_eq!((integrity.as_str(), doubled), ("ok", 0));
    assert_eq!(sessions, ledger.acknowledged.len(), "every session is one somebody was told of");
    assert!(slowest <= Duration::from_secs(2), "ready after {slowest:?}");
    println!(
        "R1: {kills} kills under {writers} writers, {} acknowledged, 0 lost, 0 torn, {unknown} asked for again at the \
         end, 0 doubled, ready after {slowest:?} at most, integrity {integrity}",
        ledger.acknowledged.len(),
    );
}

/// Sends again whatever nobody saw the end of.
fn settle(node: &Node, token: &str, flow: &str, ledger: &Mutex<Ledger>) {
    let mut ledger = ledger.lock().unwrap();
    for key in std::mem::take(&mut ledger.unknown) {
        let body = json!({ "tree_id": flow, "ticket_number": key });
        let (status, session) = node.post("/api/v1/sessions", Some(token), Some(&key), &body).unwrap();
        assert_eq!(status, 201, "{session}");
        ledger.acknowledged.push((key, session["id"].as_str().unwrap().to_owned()));
    }
}

/// The database's own opinion, how many of our tickets are there twice, and how many sessions there are.
fn inspect(file: &std::path::Path) -> (String, i64, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut db = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        let integrity = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut db).await.unwrap();
        let ours = "FROM sessions WHERE ticket_number LIKE 'key-%'";
        let doubled: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT count(*) - count(DISTINCT ticket_number) {ours}"
        )))
        .fetch_one(&mut db)
        .await
        .unwrap();
        let sessions: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) {ours}")))
            .fetch_one(&mut db)
            .await
            .unwrap();
        (integrity, doubled, usize::try_from(sessions).unwrap())
    })
}
