//! Flows over the wire: FLOW-04..11, roles and accounts (T1, T2), limits (BILL-05), files in and out.

mod archive;
mod files;
mod finding;
mod folders;
mod library;
mod writing;

use serde_json::Value;

use crate::support::{Client, troubleshooting_flow};

/// Keeps a flow and gives its answer.
async fn create(client: &Client, flow: Value) -> Value {
    client.post("/trees", flow).await.expect(201)
}

/// Keeps a published flow of that name and gives its id.
async fn published(client: &Client, name: &str) -> String {
    id_of(&create(client, troubleshooting_flow(name)).await)
}

#[track_caller]
fn id_of(tree: &Value) -> String {
    tree["id"].as_str().expect("an id").to_owned()
}
