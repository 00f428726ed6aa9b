//! Handing a conversation over, over the wire: made, claimed by one, picked up, weighed, counted.

mod claiming;
mod guided;
mod making;
mod numbers;
mod pickup;

use std::sync::Arc;

use rf_events::{Event, EventKind};
use rf_store::Access;
use rf_usecases::{RandomIds, job_handlers};
use rf_worker::{Worker, WorkerSettings};
use serde_json::{Value, json};

use crate::{
    pilot::{following, pick_option, take},
    support::{Client, World},
};

const REASON: &str = "I have no rights on the print server";

/// A conversation in which a restart did not help, and its address.
async fn worked(client: &Client) -> (String, Value) {
    let (path, session) = following(client).await;
    let session = pick_option(client, &path, &session, "yes").await;
    let verdict = json!({ "kind": "verdict", "verdict": "did_not_work", "notes": "Still offline" });
    let session = take(client, &path, &session, verdict).await.expect(200);
    (path, session)
}

/// The same, handed over: its address and the answer.
async fn escalated(client: &Client) -> (String, Value) {
    let (path, _) = worked(client).await;
    let body = json!({ "intent": "escalate", "reason": REASON });
    let made = client.post(&format!("{path}/handoff"), body).await.expect(201);
    (path, made)
}

/// The address of the handoff that was made.
pub(crate) fn handoff_at(path: &str, made: &Value) -> String {
    format!("{path}/handoffs/{}", made["handoff"]["id"].as_str().unwrap())
}

/// Does all jobs that are due.
async fn work(w: &World) -> usize {
    let store = Arc::clone(&w.database.store);
    let worker =
        Worker::new(store, Arc::new(RandomIds), job_handlers(&w.test.app), WorkerSettings::default());
    worker.run_due().await.unwrap()
}

/// What was announced so far, of that kind.
async fn announced(w: &World, kind: EventKind) -> Vec<Event> {
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    unit.publish_events(100_000).await.unwrap();
    let events = unit.published_events(0, 100_000).await.unwrap();
    unit.commit().await.unwrap();
    events.into_iter().filter(|event| event.kind == kind).collect()
}
