//! Tickets in sessions: found, read at the start or later, and done without where the PSA does not answer.

use rf_simulators::connectwise::Fault;
use serde_json::{Value, json};

use super::{Desk, MISSING, OPEN};
use crate::support::{Database, troubleshooting_flow};

#[tokio::test]
async fn tickets_are_found_and_shown_with_what_belongs_to_them() {
    let desk = Desk::over(Database::memory().await).await;
    let engineer = desk.world.engineer();
    let first = engineer.find("/integrations/psa/tickets", &[("limit", "5")]).await;
    let cursor = first.header("x-next-cursor").to_owned();
    let first = first.expect(200);
    assert_eq!(first.as_array().unwrap().len(), 5);
    let next =
        engineer.find("/integrations/psa/tickets", &[("limit", "5"), ("cursor", &cursor)]).await.expect(200);
    assert_ne!(first[0]["id"], next[0]["id"]);
    let found = engineer.find("/integrations/psa/tickets", &[("q", "new starter")]).await.expect(200);
    assert!(
        found.as_array().unwrap().iter().any(|ticket| ticket["id"] == json!(OPEN.to_string())),
        "{found}"
    );
    let card = engineer.get(&format!("/integrations/psa/tickets/{OPEN}")).await.expect(200);
    assert_eq!(card["ticket"]["id"], OPEN.to_string());
    assert_eq!(card["ticket"]["company"], card["company"]["name"]);
    assert!(
        !card["recent_notes"].as_array().unwrap().is_empty()
            && !card["statuses"].as_array().unwrap().is_empty()
    );
    engineer.get(&format!("/integrations/psa/tickets/{MISSING}")).await.refused(404, "psa_not_found");
    desk.world.viewer().get("/integrations/psa/tickets").await.refused(403, "forbidden");
    desk.world.stranger().get("/integrations/psa/tickets").await.refused(409, "psa_not_connected");
}

async fn begun(desk: &Desk, body: Value) -> Value {
    desk.world.engineer().post("/ai-sessions", body).await.expect(201)
}

#[tokio::test]
async fn a_conversation_begins_with_its_ticket() {
    let desk = Desk::over(Database::memory().await).await;
    let session = begun(&desk, json!({ "intake_content": {}, "psa_ticket_id": OPEN.to_string() })).await;
    let ticket = desk.simulator.ticket(OPEN).unwrap();
    let kept = &session["intake_content"]["ticket_data"];
    assert_eq!(session["intake_type"], "psa_ticket");
    assert_eq!((&kept["ticket"]["summary"], &kept["warning"]), (&ticket["summary"], &Value::Null));
    assert_eq!(session["client_name"], ticket["company"]["name"]);
    let said = session["messages"][0]["text"].as_str().unwrap();
    assert!(said.contains(ticket["summary"].as_str().unwrap()), "{said}");
}

#[tokio::test]
async fn a_psa_that_does_not_answer_keeps_nobody_from_working() {
    let desk = Desk::over(Database::memory().await).await;
    desk.fault("GET", "/service/tickets", &[], Fault::ServerError);
    let session = begun(&desk, json!({ "intake_content": {}, "psa_ticket_id": OPEN.to_string() })).await;
    let warning = session["intake_content"]["ticket_data"]["warning"].as_str().unwrap();
    assert!(warning.starts_with("The ticket could not be read"), "{warning}");
    assert_eq!(session["status"], "active");
    desk.simulator.clear_faults();
    let session = begun(
        &desk,
        json!({ "intake_content": { "text": "Printer" }, "psa_ticket_id": MISSING.to_string() }),
    )
    .await;
    assert!(session["intake_content"]["ticket_data"]["warning"].is_string(), "{session}");
}

#[tokio::test]
async fn a_ticket_is_linked_later() {
    let desk = Desk::over(Database::memory().await).await;
    let session = begun(&desk, json!({ "intake_content": { "text": "The label printer is offline" } })).await;
    let path = format!("/ai-sessions/{}/ticket", session["id"].as_str().unwrap());
    let engineer = desk.world.engineer();
    let linked = engineer.post(&path, json!({ "psa_ticket_id": OPEN.to_string() })).await.expect(200);
    let ticket = desk.simulator.ticket(OPEN).unwrap();
    assert_eq!(linked["intake_content"]["ticket_data"]["ticket"]["summary"], ticket["summary"]);
    assert_eq!(linked["client_name"], ticket["company"]["name"]);
    let last = linked["messages"].as_array().unwrap().last().unwrap().clone();
    assert!(last["text"].as_str().unwrap().starts_with("Linked to ticket 1005"), "{last}");
}

#[tokio::test]
async fn a_guided_session_is_named_after_its_ticket_s_client() {
    let desk = Desk::over(Database::memory().await).await;
    let engineer = desk.world.engineer();
    let flow = engineer.post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    let start = json!({ "tree_id": flow["id"], "ticket_number": format!("#{OPEN}") });
    let session = engineer.post("/sessions", start).await.expect(201);
    assert_eq!(session["client_name"], desk.simulator.ticket(OPEN).unwrap()["company"]["name"]);
}
