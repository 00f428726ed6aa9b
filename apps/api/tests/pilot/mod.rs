//! The copilot over the wire: from a ticket to its end, turn by turn.

mod assistant;
mod documents;
mod edits;
mod fixes;
mod meaning;
mod model;
mod similar;
mod turns;
mod uploads;

use serde_json::{Value, json};

use crate::{
    sessions::entry_id,
    support::{Answer, Client, troubleshooting_flow},
};

/// What a ticket says that the published flow of [`library`] is for.
const TICKET: &str = "The label printer at reception is offline, spooler was restarted yesterday already";

/// Keeps and publishes a flow the ticket is for. Answers its id.
async fn library(client: &Client) -> String {
    let flow =
        client.post("/trees", troubleshooting_flow("Label printer at reception offline")).await.expect(201);
    let id = flow["id"].as_str().unwrap().to_owned();
    client.post(&format!("/trees/{id}/publish"), json!({})).await.expect(200);
    id
}

fn intake(text: &str) -> Value {
    json!({ "intake_content": { "text": text } })
}

/// A conversation, and its address.
async fn begun(client: &Client) -> (String, Value) {
    let session = client.post("/ai-sessions", intake(TICKET)).await.expect(201);
    (format!("/ai-sessions/{}", session["id"].as_str().unwrap()), session)
}

/// The same, following the flow.
pub(crate) async fn following(client: &Client) -> (String, Value) {
    let flow = library(client).await;
    let (path, session) = begun(client).await;
    if session["matched_flow_id"] == json!(flow) {
        return (path, session);
    }
    let session = take(client, &path, &session, json!({ "kind": "pick", "tree_id": flow })).await.expect(200);
    assert_eq!(session["matched_flow_id"], json!(flow));
    (path, session)
}

/// Takes a turn having seen `session`.
pub(crate) async fn take(client: &Client, path: &str, session: &Value, mut body: Value) -> Answer {
    body["entry_id"] = json!(entry_id());
    body["turn"] = session["turn"].clone();
    client.post(&format!("{path}/turns"), body).await
}

pub(crate) async fn pick_option(client: &Client, path: &str, session: &Value, option: &str) -> Value {
    let body = json!({ "kind": "verdict", "verdict": "answered", "option_id": option });
    take(client, path, session, body).await.expect(200)
}

/// The step the engineer is asked for.
pub(crate) fn open(session: &Value) -> &Value {
    let is_open = |step: &&Value| step["answer"].is_null() && step["withdrawn"] == false;
    session["steps"].as_array().unwrap().iter().rev().find(is_open).unwrap_or(&Value::Null)
}
