//! The assistant over the wire, without a model: what is found is the answer, and says where it is from.

use serde_json::{Value, json};

use super::library;
use crate::{
    sessions::entry_id,
    support::{Client, World, every_store},
};

every_store! {
    a_question_is_answered_from_the_library_with_its_sources,
    what_nobody_wrote_about_is_said_to_be_unknown,
    a_resolved_session_is_found_by_who_worked_it,
    a_question_sent_twice_is_answered_once,
    chats_are_listed_renamed_and_deleted,
    documents_are_brought_read_and_taken_away,
    what_cannot_be_a_document_or_a_question_is_refused,
    a_chat_is_nobody_elses,
}

const RUNBOOK: &str = "# Branch firewall\n\nThe spare FortiGate lies in the cabinet of room 12.\n\n# Phones\n\nCall the bridge.";

/// A chat, and its address.
async fn chat(client: &Client) -> String {
    let chat = client.post("/assistant/chats", json!({})).await.expect(201);
    format!("/assistant/chats/{}", chat["id"].as_str().unwrap())
}

async fn ask(client: &Client, chat: &str, text: &str) -> Value {
    let body = json!({ "entry_id": entry_id(), "text": text });
    client.post(&format!("{chat}/messages"), body).await.expect(200)
}

/// Brings a document. Answers its id.
async fn bring(client: &Client, title: &str, text: &str) -> String {
    let made = client.post("/assistant/documents", json!({ "title": title, "text": text })).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

fn citations(chat: &Value) -> &Vec<Value> {
    chat["messages"].as_array().unwrap().last().unwrap()["citations"].as_array().unwrap()
}

async fn a_question_is_answered_from_the_library_with_its_sources(w: World) {
    let engineer = w.engineer();
    let flow = library(&engineer).await;
    let document = bring(&engineer, "Runbook Weber", RUNBOOK).await;
    let path = chat(&engineer).await;
    let answered = ask(&engineer, &path, "Where is the spare FortiGate?").await;
    assert_eq!(answered["title"], "Where is the spare FortiGate?");
    let first = &citations(&answered)[0];
    assert_eq!(
        (&first["number"], &first["kind"], &first["source_id"], &first["heading"]),
        (&json!(1), &json!("document"), &json!(document), &json!("Branch firewall"))
    );
    assert!(first["excerpt"].as_str().unwrap().contains("room 12"), "{first}");
    let message = answered["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&message["engine"]["name"], &message["role"]), (&json!("offline"), &json!("copilot")));
    assert!(message["text"].as_str().unwrap().contains("nobody wrote an answer"), "{message}");
    let answered = ask(&engineer, &path, "the label printer at reception is offline").await;
    assert!(citations(&answered).iter().any(|found| found["source_id"] == json!(flow)), "{answered}");
    assert_eq!(engineer.get(&path).await.expect(200), answered);
    // What is added later is found by the next question.
    bring(&engineer, "Door codes", "The zebra gate opens with the blue badge.").await;
    let answered = ask(&engineer, &path, "zebra gate").await;
    assert_eq!(citations(&answered)[0]["title"], "Door codes");
}

async fn what_nobody_wrote_about_is_said_to_be_unknown(w: World) {
    let engineer = w.engineer();
    let path = chat(&engineer).await;
    let answered = ask(&engineer, &path, "apple strudel with cinnamon").await;
    assert!(citations(&answered).is_empty());
    assert!(answered["messages"][1]["text"].as_str().unwrap().starts_with("Nothing in your flows"));
}

async fn a_resolved_session_is_found_by_who_worked_it(w: World) {
    let engineer = w.engineer();
    let said =
        json!({ "intake_content": { "text": "The plotter in the drawing office prints zebra stripes" } });
    let session = engineer.post("/ai-sessions", said).await.expect(201);
    let id = session["id"].as_str().unwrap();
    let path = chat(&engineer).await;
    let question = "plotter prints zebra stripes";
    assert!(citations(&ask(&engineer, &path, question).await).is_empty(), "it is not resolved yet");
    let end = json!({ "resolution_summary": "The print head was aligned anew." });
    engineer.post(&format!("/ai-sessions/{id}/resolve"), end).await.expect(200);
    let answered = ask(&engineer, &path, question).await;
    let found = &citations(&answered)[0];
    assert_eq!((&found["kind"], &found["source_id"]), (&json!("session"), &json!(id)));
    assert!(found["excerpt"].as_str().unwrap().contains("aligned anew"), "{found}");
    let colleague = w.colleague();
    let path = chat(&colleague).await;
    assert!(citations(&ask(&colleague, &path, question).await).is_empty(), "whoever cannot open it");
}

async fn a_question_sent_twice_is_answered_once(w: World) {
    let engineer = w.engineer();
    let path = chat(&engineer).await;
    let body = json!({ "entry_id": entry_id(), "text": "Where is the spare?" });
    let once = engineer.post(&format!("{path}/messages"), body.clone()).await.expect(200);
    let twice = engineer.post(&format!("{path}/messages"), body).await.expect(200);
    assert_eq!(once, twice);
    assert_eq!(once["messages"].as_array().unwrap().len(), 2);
}

async fn chats_are_listed_renamed_and_deleted(w: World) {
    let engineer = w.engineer();
    let (first, second) = (chat(&engineer).await, chat(&engineer).await);
    w.clock().advance(60);
    ask(&engineer, &first, "First").await;
    let page = engineer.find("/assistant/chats", &[("limit", "1")]).await;
    let cursor = page.headers["x-next-cursor"].to_str().unwrap().to_owned();
    assert!(first.ends_with(page.expect(200)[0]["id"].as_str().unwrap()), "the last used first");
    let rest = engineer.find("/assistant/chats", &[("cursor", cursor.as_str())]).await.expect(200);
    assert!(second.ends_with(rest[0]["id"].as_str().unwrap()), "{rest}");
    let renamed = engineer.patch(&first, json!({ "title": " Spare  parts " })).await.expect(200);
    assert_eq!(renamed["title"], "Spare parts");
    engineer.patch(&first, json!({ "title": "" })).await.refused(422, "validation_failed");
    assert_eq!(engineer.delete(&first).await.status, 204);
    engineer.get(&first).await.refused(404, "chat_not_found");
    engineer.get(&format!("{first}/sent")).await.refused(404, "chat_not_found");
    let body = json!({ "entry_id": entry_id(), "text": "Again?" });
    engineer.post(&format!("{first}/messages"), body).await.refused(404, "chat_not_found");
    assert_eq!(w.audited(rf_audit::events::CHAT_DELETED).await, 1);
}

async fn documents_are_brought_read_and_taken_away(w: World) {
    let engineer = w.engineer();
    let id = bring(&engineer, "Runbook", RUNBOOK).await;
    let listed = w.viewer().get("/assistant/documents").await.expect(200);
    assert_eq!((&listed[0]["title"], &listed[0]["can_delete"]), (&json!("Runbook"), &json!(false)));
    let path = format!("/assistant/documents/{id}");
    assert_eq!(w.viewer().get(&path).await.expect(200)["text"], RUNBOOK);
    w.colleague().delete(&path).await.refused(403, "document_access_denied");
    let chat = chat(&engineer).await;
    assert_eq!(citations(&ask(&engineer, &chat, "spare FortiGate").await).len(), 1);
    assert_eq!(engineer.delete(&path).await.status, 204);
    engineer.get(&path).await.refused(404, "document_not_found");
    let after = ask(&engineer, &chat, "the spare FortiGate").await;
    assert!(citations(&after).is_empty(), "{after}");
    assert_eq!(after["messages"][1]["citations"][0]["title"], "Runbook", "what was cited is kept");
    assert_eq!(w.audited(rf_audit::events::DOCUMENT_ADDED).await, 1);
    assert_eq!(w.audited(rf_audit::events::DOCUMENT_DELETED).await, 1);
}

async fn what_cannot_be_a_document_or_a_question_is_refused(w: World) {
    let engineer = w.engineer();
    let add =
        async |text: &str| engineer.post("/assistant/documents", json!({ "title": "t", "text": text })).await;
    add(&"x".repeat(200 * 1_024 + 1)).await.refused(413, "document_too_large");
    add("PK\u{3}\u{4}").await.refused(415, "document_binary");
    add(" \n").await.refused(422, "validation_failed");
    let chat = chat(&engineer).await;
    for text in [" \n ".to_owned(), "x".repeat(8_001)] {
        let body = json!({ "entry_id": entry_id(), "text": text });
        engineer.post(&format!("{chat}/messages"), body).await.refused(422, "validation_failed");
    }
    assert_eq!(engineer.get(&chat).await.expect(200)["messages"], json!([]));
    engineer.find("/assistant/chats", &[("cursor", "x")]).await.refused(422, "validation_failed");
}

async fn a_chat_is_nobody_elses(w: World) {
    let engineer = w.engineer();
    let path = chat(&engineer).await;
    for other in [w.colleague(), w.owner(), w.stranger()] {
        other.get(&path).await.refused(404, "chat_not_found");
        other.patch(&path, json!({ "title": "taken" })).await.refused(404, "chat_not_found");
        other.delete(&path).await.refused(404, "chat_not_found");
        assert_eq!(other.get("/assistant/chats").await.expect(200), json!([]));
    }
    let said = json!({ "intake_content": { "text": "The printer is offline" } });
    let session = engineer.post("/ai-sessions", said).await.expect(201)["id"].clone();
    let beside = json!({ "ai_session_id": session });
    let made = engineer.post("/assistant/chats", beside.clone()).await.expect(201);
    let id = session.as_str().unwrap();
    let listed = engineer.find("/assistant/chats", &[("ai_session_id", id)]).await.expect(200);
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &made["id"]));
    w.colleague().post("/assistant/chats", beside).await.refused(403, "ai_session_access_denied");
}
