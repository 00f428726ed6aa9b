//! Guided sessions over the wire: RUN-01..29 with the statuses and texts of the original, and what its defects
//! D1..D9 must not be.

mod access;
mod batch;
mod ending;
mod listing;
mod notes;
mod preparing;
mod redaction;
mod saving;
mod starting;
mod steps;
mod updating;

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Client, checklist_flow, troubleshooting_flow};

const NOT_FOUND: &str = "Session not found";
const NO_ACCESS: &str = "You don't have access to this session";
const COMPLETED: &str = "Cannot update a completed session";

/// Keeps a published flow and gives its id.
async fn flow(client: &Client, flow: Value) -> String {
    client.post("/trees", flow).await.expect(201)["id"].as_str().expect("an id").to_owned()
}

/// Starts a session with that body beside the flow's id.
async fn start_with(client: &Client, tree: &str, mut body: Value) -> Value {
    body["tree_id"] = json!(tree);
    client.post("/sessions", body).await.expect(201)
}

/// Starts a session with the troubleshooting flow and gives its path.
async fn start_graph(client: &Client) -> String {
    let tree = flow(client, troubleshooting_flow("Printer")).await;
    path_of(&start_with(client, &tree, json!({})).await)
}

/// Starts a session with the checklist and gives its path.
async fn start_checklist(client: &Client) -> String {
    let tree = flow(client, checklist_flow("Updates")).await;
    path_of(&start_with(client, &tree, json!({})).await)
}

#[track_caller]
fn path_of(session: &Value) -> String {
    format!("/sessions/{}", session["id"].as_str().expect("an id"))
}

/// An id no other entry of the test run has.
pub(crate) fn entry_id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(0x0190_0000_0000_7000, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Takes one step; an entry id is made unless the body has one.
async fn step(client: &Client, path: &str, mut body: Value) -> Answer {
    if body.get("entry_id").is_none() {
        body["entry_id"] = json!(entry_id());
    }
    client.post(&format!("{path}/steps"), body).await
}

async fn answer(client: &Client, path: &str, node: &str, option: &str) -> Answer {
    step(client, path, json!({ "action": "answer", "node_id": node, "option_id": option })).await
}

async fn done(client: &Client, path: &str, node: &str) -> Answer {
    step(client, path, json!({ "action": "done", "node_id": node })).await
}

async fn skip(client: &Client, path: &str, node: &str, reason: &str) -> Answer {
    step(client, path, json!({ "action": "skip", "node_id": node, "reason": reason })).await
}

async fn back(client: &Client, path: &str, node: &str) -> Answer {
    step(client, path, json!({ "action": "back", "node_id": node })).await
}

async fn complete(client: &Client, path: &str, outcome: &str) -> Answer {
    client.post(&format!("{path}/complete"), json!({ "outcome": outcome })).await
}

/// The kinds of the session's log, in order; the numbering is checked on the way.
async fn log_kinds(client: &Client, path: &str) -> Vec<String> {
    let log = client.get(&format!("{path}/log")).await.expect(200);
    let log = log.as_array().expect("a list");
    for (index, entry) in log.iter().enumerate() {
        assert_eq!(entry["seq"], index + 1);
    }
    log.iter().map(|entry| entry["kind"].as_str().expect("a kind").to_owned()).collect()
}
