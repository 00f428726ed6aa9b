//! Notes while they are written: a sentence is shown once the checker took it.

use std::time::Duration;

use rf_simulators::messages::{Break, Outcome, Reply};
use serde_json::{Value, json};

use super::{asking, lab, stream::Events};
use crate::support::Client;

const PROBLEM: &str = "No internet at the branch office since the firewall was replaced.";

/// So many events are within the second sentence of two such.
const WITHIN: usize = 18;

fn wanted(mode: &str) -> Value {
    json!({ "kind": "ticket_summary", "redaction_mode": mode })
}

async fn whole(client: &Client, path: &str, body: Value) -> Value {
    client.post(&format!("{path}/documentation"), body).await.expect(200)
}

fn drafts(sentences: &Value) -> Reply {
    Reply::tool("write_note", json!({ "sections": [{ "title": "Problem", "sentences": sentences }] }))
}

fn sentences() -> Value {
    json!([
        { "text": PROBLEM, "evidence": ["intake"] },
        { "text": "SRV-FW99 was replaced and everything works again.", "evidence": ["intake"] },
        { "text": "A technician drove there.", "evidence": ["step-77"] },
    ])
}

#[tokio::test]
async fn sentences_come_as_they_are_checked_and_a_draft_is_made_once() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, _) = asking(&engineer).await;
    lab.provider.push(drafts(&sentences()).in_pieces_of(9).every(Duration::from_millis(1)));
    let events = Events::from(&engineer, &format!("{path}/documentation"), &wanted("mask")).await;
    let (words, (name, done)) = events.rest().await;
    assert_eq!(words, format!("- {PROBLEM}\n"), "and nothing the checker refuses");
    assert_eq!((name.as_str(), &done["engine"]["name"]), ("done", &json!("fast-model")));
    assert!(!done["text"].as_str().unwrap().contains("FW99"), "{}", done["text"]);
    assert_eq!(lab.calls(), 1);
    // Another look, unmasked or not, costs nothing and reads the same.
    assert_eq!(whole(&engineer, &path, wanted("mask")).await, done);
    let open = whole(&engineer, &path, wanted("none")).await;
    assert_eq!((&open["engine"], &open["redaction"]), (&done["engine"], &json!(null)));
    let events = Events::from(&engineer, &format!("{path}/documentation"), &wanted("none")).await;
    let (words, (_, again)) = events.rest().await;
    assert_eq!((words.trim_end(), &again), (open["text"].as_str().unwrap(), &open));
    assert_eq!(lab.calls(), 1);
    // Wanted anew it is drafted again.
    lab.provider.push(drafts(&json!([{ "text": "The firewall was replaced.", "evidence": ["intake"] }])));
    let mut anew = wanted("mask");
    anew["anew"] = json!(true);
    let anew = whole(&engineer, &path, anew).await;
    assert!(anew["text"].as_str().unwrap().contains("The firewall was replaced."), "{}", anew["text"]);
    assert_eq!(lab.calls(), 2);
    // An engineer's own words need no draft.
    let said = json!({ "kind": "resolution_note", "text": "Said it myself." });
    engineer.put(&format!("{path}/documentation"), said).await.expect(200);
    let mine = whole(&engineer, &path, json!({ "kind": "resolution_note" })).await;
    assert_eq!((&mine["text"], lab.calls()), (&json!("Said it myself."), 2));
}

/// Stop: the client hangs up. The model is stopped, and nothing of what it said is kept.
#[tokio::test]
async fn whoever_hangs_up_stops_the_model() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, _) = asking(&engineer).await;
    let more = json!([
        { "text": PROBLEM, "evidence": ["intake"] },
        { "text": "The firewall was replaced, and there is no internet at the branch office.", "evidence": ["intake"] },
    ]);
    lab.provider.push(drafts(&more).breaking_after(WITHIN, Break::Hang));
    let mut events = Events::from(&engineer, &format!("{path}/documentation"), &wanted("mask")).await;
    assert_eq!(events.next().await.unwrap().0, "delta");
    drop(events);
    lab.provider.until(|asked| asked[0].outcome == Outcome::Abandoned).await;
    lab.provider.push(drafts(&sentences()));
    let note = whole(&engineer, &path, wanted("mask")).await;
    assert_eq!((&note["engine"]["name"], lab.calls()), (&json!("fast-model"), 2));
}

#[tokio::test]
async fn what_needs_no_model_comes_sentence_by_sentence_too() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, _) = asking(&engineer).await;
    for _ in 0..3 {
        lab.provider.push(Reply::overloaded());
    }
    let mut events = Events::from(&engineer, &format!("{path}/documentation"), &wanted("mask")).await;
    let (name, first) = events.next().await.unwrap();
    assert_eq!(name, "delta");
    let first = first["text"].as_str().unwrap().to_owned();
    assert_eq!(first.matches("\n- ").count(), 1, "one sentence at a time: {first}");
    let (rest, (name, done)) = events.rest().await;
    assert_eq!((name.as_str(), &done["engine"]["name"]), ("done", &json!("offline")));
    assert_eq!(format!("{first}{rest}").trim_end(), done["text"].as_str().unwrap());
    // What failed is tried again by the next who look.
    lab.provider.push(drafts(&sentences()));
    assert_eq!(whole(&engineer, &path, wanted("mask")).await["engine"]["name"], "fast-model");
}

/// What is shown on the way is masked as the whole is.
#[tokio::test]
async fn nothing_private_is_streamed() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let said = "No internet at the branch office. The admin password is Sommer2026! and anna@client.example reported it";
    let session =
        engineer.post("/ai-sessions", json!({ "intake_content": { "text": said } })).await.expect(201);
    let path = format!("/ai-sessions/{}", session["id"].as_str().unwrap());
    lab.provider.push(Reply::overloaded());
    lab.provider.push(drafts(&json!([{ "text": "No internet at the branch office. The admin password is Sommer2026!", "evidence": ["intake"] }])));
    let events = Events::from(&engineer, &format!("{path}/documentation"), &wanted("mask")).await;
    let (words, (_, done)) = events.rest().await;
    assert!(words.contains("No internet at the branch office"), "{words}");
    assert!(!words.contains("Sommer2026") && !words.contains("anna@"), "{words}");
    assert!(!done.to_string().contains("Sommer2026"), "{done}");
}

#[tokio::test]
async fn what_is_refused_before_it_begins_has_its_status() {
    let lab = lab().await;
    let (path, _) = asking(&lab.w.engineer()).await;
    let viewer = lab.w.viewer();
    let request =
        viewer.request(reqwest::Method::POST, &format!("{path}/documentation")).json(&wanted("mask"));
    let answer = crate::support::Answer::of(request.header("accept", "text/event-stream")).await;
    answer.refused(403, "ai_session_access_denied");
    assert_eq!(lab.calls(), 0);
}
