//! What the account met before, offered while the copilot is not sure.

use serde_json::{Value, json};

use super::{intake, take};
use crate::support::{Client, World, every_store};

every_store! {
    an_exploring_session_is_shown_what_was_met_before_and_why,
    what_was_met_before_is_one_s_own,
}

/// Nothing any flow is for.
const LIKE: &str = "The badge reader at the warehouse gate blinks red and the turnstile does not open";

async fn similar(client: &Client, path: &str) -> Vec<Value> {
    client.get(&format!("{path}/similar")).await.expect(200).as_array().unwrap().clone()
}

async fn begun(client: &Client, text: &str) -> (String, Value) {
    let session = client.post("/ai-sessions", intake(text)).await.expect(201);
    (format!("/ai-sessions/{}", session["id"].as_str().unwrap()), session)
}

async fn resolved(client: &Client, text: &str, how: &str) -> String {
    let (path, session) = begun(client, text).await;
    client.post(&format!("{path}/resolve"), json!({ "resolution_summary": how })).await.expect(200);
    session["id"].as_str().unwrap().to_owned()
}

async fn an_exploring_session_is_shown_what_was_met_before_and_why(w: World) {
    let engineer = w.engineer();
    let before = resolved(
        &engineer,
        "Badge reader at the gate is red, turnstile stays closed",
        "Restarted the badge reader's controller",
    )
    .await;
    resolved(&engineer, "Outlook asks for the password again and again", "Removed the stored credential")
        .await;
    let (path, session) = begun(&engineer, LIKE).await;
    assert_ne!(session["confidence_tier"], "guided");
    let found = similar(&engineer, &path).await;
    let first = found.first().unwrap_or_else(|| panic!("nothing is like it: {found:?}"));
    assert_eq!((&first["kind"], &first["source_id"]), (&json!("session"), &json!(before)));
    assert!(first["excerpt"].as_str().unwrap().contains("controller"), "{first}");
    assert!(first["why"].as_str().unwrap().starts_with("Both speak of"), "{first}");
    let scores: Vec<f64> = found.iter().map(|one| one["score"].as_f64().unwrap()).collect();
    assert!(scores.iter().all(|score| (0.3..=1.0).contains(score)), "{scores:?}");
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let titles: Vec<&str> = found.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert!(!titles.iter().any(|title| title.contains("Outlook")), "{titles:?}");
    // What is said later counts too.
    take(
        &engineer,
        &path,
        &session,
        json!({ "kind": "message", "text": "Outlook asks for the password again, the stored credential too" }),
    )
    .await
    .expect(200);
    let more = similar(&engineer, &path).await;
    assert!(more.iter().any(|one| one["title"].as_str().unwrap().contains("Outlook")), "{more:?}");
    // The work has ended: there is nothing to look for.
    engineer.post(&format!("{path}/resolve"), json!({ "resolution_summary": "Done" })).await.expect(200);
    assert_eq!(similar(&engineer, &path).await, Vec::<Value>::new());
}

async fn what_was_met_before_is_one_s_own(w: World) {
    let how = "Restarted the badge reader's controller";
    resolved(&w.colleague(), "Badge reader at the gate is red, turnstile stays closed", how).await;
    resolved(&w.stranger(), "Badge reader at the gate is red, turnstile stays closed", how).await;
    let (path, _) = begun(&w.engineer(), LIKE).await;
    let found = similar(&w.engineer(), &path).await;
    assert!(
        !found.iter().any(|one| one["kind"] == "session"),
        "another's session is theirs to open: {found:?}"
    );
    w.owner().get(&format!("{path}/similar")).await.refused(403, "ai_session_access_denied");
    w.stranger().get(&format!("{path}/similar")).await.refused(404, "ai_session_not_found");
}
