//! What words do not find and meaning does, with a stand-in for the maker of vectors.

use std::sync::Arc;

use rf_embed_voyage::{Voyage, VoyageSettings};
use rf_simulators::voyage::{KEY, Simulator};
use serde_json::{Value, json};

use crate::{
    sessions::entry_id,
    support::{Client, Database, World, troubleshooting_flow},
};

async fn lab() -> (World, Simulator) {
    let simulator = Simulator::start().unwrap();
    let settings = VoyageSettings { base_url: simulator.url(), ..VoyageSettings::new(KEY.into()) };
    let voyage = Arc::new(Voyage::new(settings).unwrap());
    (World::with_embedder(Database::sqlite().await, voyage).await, simulator)
}

/// A published flow of that name, and its id.
async fn flow(client: &Client, name: &str) -> String {
    let flow = client.post("/trees", troubleshooting_flow(name)).await.expect(201);
    let id = flow["id"].as_str().unwrap().to_owned();
    client.post(&format!("/trees/{id}/publish"), json!({})).await.expect(200);
    id
}

/// Shares no word with the name of the flow it is for.
const PARAPHRASE: &str = "We let Ms Duarte go this afternoon";

async fn offered(client: &Client) -> Value {
    let said = json!({ "intake_content": { "text": PARAPHRASE } });
    client.post("/ai-sessions", said).await.expect(201)
}

#[tokio::test]
async fn a_ticket_that_shares_no_word_finds_its_flow_by_meaning_and_is_not_led_into_it() {
    let (w, simulator) = lab().await;
    let engineer = w.engineer();
    let id = flow(&engineer, "Offboarding leavers").await;
    flow(&engineer, "Toner is empty").await;
    let names = |session: &Value| session["steps"][0].to_string();
    let before = offered(&engineer).await;
    assert!(!names(&before).contains("Offboarding"), "{before}");
    let (made, _) = w.test.app.embed_library(w.north.id).await.unwrap();
    assert!(made > 0);
    assert_eq!(w.test.app.embed_library(w.north.id).await.unwrap(), (0, 0), "nothing is new");
    let after = offered(&engineer).await;
    assert!(names(&after).contains(&id), "{after}");
    assert_ne!(after["confidence_tier"], "guided");
    // What left the machine has no name in it.
    let sent: String =
        simulator.journal().iter().filter_map(|call| Some(call.body.as_ref()?.to_string())).collect();
    assert!(!sent.contains("Duarte"), "{sent}");
    // Another account's library is not looked into.
    assert!(!names(&offered(&w.stranger()).await).contains(&id));
}

#[tokio::test]
async fn the_assistant_finds_a_document_by_meaning_and_a_silent_provider_costs_nothing_but_that() {
    let (w, simulator) = lab().await;
    let engineer = w.engineer();
    let document = json!({ "title": "Leavers", "text": "Collect the badge and the laptop." });
    engineer.post("/assistant/documents", document).await.expect(201);
    w.test.app.embed_library(w.north.id).await.unwrap();
    let chat = engineer.post("/assistant/chats", json!({})).await.expect(201);
    let path = format!("/assistant/chats/{}/messages", chat["id"].as_str().unwrap());
    let ask = async |text: &str| {
        let body = json!({ "entry_id": entry_id(), "text": text });
        let chat = engineer.post(&path, body).await.expect(200);
        chat["messages"].as_array().unwrap().last().unwrap()["citations"].clone()
    };
    assert_eq!(ask(PARAPHRASE).await[0]["title"], "Leavers");
    simulator.stop().await.unwrap();
    assert_eq!(ask(PARAPHRASE).await, json!([]));
    assert_eq!(ask("Who collects the badge?").await[0]["title"], "Leavers");
}
