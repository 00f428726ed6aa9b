//! RUN-01, RUN-06: who may touch a session, on every address that has one in it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NO_ACCESS, NOT_FOUND, flow, path_of, start_graph};
use crate::support::{Answer, Client, World, every_store, troubleshooting_flow};

every_store! {
    a_colleague_is_refused_and_a_stranger_finds_nothing,
    a_viewer_changes_nothing,
    the_assignee_and_the_owner_both_have_it,
}

/// Every address of one session but saving it as a flow, with a body it takes.
async fn every_address(client: &Client, path: &str) -> Vec<(String, Answer)> {
    let step = json!({ "entry_id": super::entry_id(), "action": "note", "node_id": "start", "notes": "n" });
    let mut answers = Vec::new();
    for (method, part, body) in [
        (Method::GET, "", Value::Null),
        (Method::PUT, "", json!({ "scratchpad": "x" })),
        (Method::POST, "/start", json!({})),
        (Method::POST, "/steps", step),
        (Method::GET, "/log", Value::Null),
        (Method::POST, "/complete", json!({ "outcome": "resolved" })),
        (Method::PATCH, "/scratchpad", json!({ "scratchpad": "x" })),
        (Method::PATCH, "/variables", json!({ "variables": { "a": 1 } })),
        (Method::POST, "/export", json!({})),
    ] {
        let mut request = client.request(method.clone(), &format!("{path}{part}"));
        if !body.is_null() {
            request = request.json(&body);
        }
        answers.push((format!("{method} {part}"), Answer::of(request).await));
    }
    answers
}

async fn a_colleague_is_refused_and_a_stranger_finds_nothing(w: World) {
    let path = start_graph(&w.engineer()).await;
    let before = w.engineer().get(&path).await.expect(200);
    // Not even the owner of the account works a colleague's session.
    for client in [w.colleague(), w.owner()] {
        for (address, answer) in every_address(&client, &path).await {
            assert_eq!(answer.status, 403, "{address}");
            answer.says(403, "session_access_denied", NO_ACCESS);
        }
        let answer = client.post(&format!("{path}/save-as-tree"), json!({})).await;
        answer.says(404, "session_not_found", NOT_FOUND);
    }
    let missing = format!("/sessions/{}", w.test.app.new_id::<uuid::Uuid>());
    for (client, path) in [(w.stranger(), &path), (w.stranger(), &missing), (w.engineer(), &missing)] {
        for (address, answer) in every_address(&client, path).await {
            assert_eq!(answer.status, 404, "{address}");
            answer.says(404, "session_not_found", NOT_FOUND);
        }
        let answer = client.post(&format!("{path}/save-as-tree"), json!({})).await;
        answer.says(404, "session_not_found", NOT_FOUND);
    }
    assert_eq!(w.engineer().get(&path).await.expect(200), before);
}

async fn a_viewer_changes_nothing(w: World) {
    let path = start_graph(&w.engineer()).await;
    for (address, answer) in every_address(&w.viewer(), &path).await {
        assert_eq!(answer.status, 403, "{address}");
    }
    w.viewer().post("/sessions/prepare", json!({ "tree_id": w.north.id })).await.refused(403, "forbidden");
    let batch = json!({ "tree_id": w.north.id, "targets": [{ "label": "A" }] });
    w.viewer().post("/sessions/batch", batch).await.refused(403, "forbidden");
}

async fn the_assignee_and_the_owner_both_have_it(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let body = json!({ "tree_id": tree, "assigned_to_id": w.colleague.id });
    let path = path_of(&w.owner().post("/sessions/prepare", body).await.expect(201));
    // The one who prepared it for somebody else has handed it over.
    w.owner().get(&path).await.says(403, "session_access_denied", NO_ACCESS);
    for (address, answer) in every_address(&w.colleague(), &path).await {
        assert_eq!(answer.status / 100, if address == "PATCH /variables" { 4 } else { 2 }, "{address}");
    }
}
