use reqwest::Method;
use rf_simulators::messages::Reply;
use serde_json::{Value, json};

use super::{Lab, advice, asking, lab, open, says, take};
use crate::support::{Answer, Client};

async fn write(client: &Client, path: &str, kind: &str) -> Value {
    client
        .post(&format!("{path}/documentation"), json!({ "kind": kind, "redaction_mode": "none" }))
        .await
        .expect(200)
}

fn drafts(sections: &Value) -> Reply {
    Reply::tool("write_note", json!({ "sections": sections }))
}

/// A conversation in which a step a model proposed was done, and its address. The step is the second.
async fn worked(lab: &Lab, client: &Client, step: Value) -> (String, Value) {
    let (path, session) = asking(client).await;
    let mut input = advice("The line may be down.");
    input["step"] = step;
    lab.provider.push(Reply::tool("propose", input));
    let session = take(client, &path, &session, says("What now?")).await.expect(200);
    assert_eq!(open(&session)["step_order"], 2);
    (path, session)
}

#[tokio::test]
async fn a_model_s_note_keeps_what_is_known_and_the_rest_is_said_plainly() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let step = json!({ "kind": "check", "title": "Look at the lamp of the uplink", "why": "It shows whether the line is up." });
    let (path, session) = worked(&lab, &engineer, step).await;
    let verdict = json!({ "kind": "verdict", "verdict": "worked", "notes": "The lamp is dark" });
    take(&engineer, &path, &session, verdict).await.expect(200);
    let problem = "No internet at the branch office since the firewall was replaced.";
    lab.provider.push(drafts(&json!([
        { "title": "Problem", "sentences": [{ "text": problem, "evidence": ["intake"] }] },
        { "title": "Done so far", "sentences": [
            { "text": "SRV-FW99 was replaced and everything works again.", "evidence": ["step-2"] },
            { "text": "A technician drove there.", "evidence": ["step-77"] },
        ] },
    ])));
    let note = write(&engineer, &path, "ticket_summary").await;
    assert_eq!(note["engine"], json!({ "name": "fast-model", "reason": null }));
    let text = note["text"].as_str().unwrap();
    assert!(text.contains(problem) && text.contains("lamp of the uplink"), "{text}");
    assert!(!text.contains("FW99") && !text.contains("drove"), "{text}");
    let ids: Vec<&str> =
        note["evidence"].as_array().unwrap().iter().map(|known| known["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"intake") && ids.contains(&"step-2"), "{ids:?}");
    let sent = engineer.get(&format!("{path}/sent")).await.expect(200);
    assert_eq!((&sent[1]["purpose"], &sent[1]["tier"]), (&json!("documentation"), &json!("fast")));
}

#[tokio::test]
async fn a_note_without_a_model_is_the_same_and_says_why() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, _) = asking(&engineer).await;
    for _ in 0..3 {
        lab.provider.push(Reply::overloaded());
    }
    let note = write(&engineer, &path, "client_summary").await;
    assert_eq!(note["engine"]["name"], "offline");
    assert!(note["engine"]["reason"].as_str().unwrap().contains("overloaded"), "{}", note["engine"]);
    assert!(!note["sections"].as_array().unwrap().is_empty());
}

/// FIX-07: a fix whose result is awaited is provisional in the note, or the model's note is not taken.
#[tokio::test]
async fn a_pending_fix_is_called_so_or_the_draft_is_refused() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let step = json!({ "kind": "action", "title": "Reset the uplink", "why": "It may hang.", "fix": true });
    let (path, session) = worked(&lab, &engineer, step).await;
    let fix = session["fixes"][0]["id"].as_str().unwrap();
    assert_eq!(session["fixes"][0]["title"], "Reset the uplink");
    let waits = json!({ "status": "applied_pending", "pending_reason": "The provider tests the line" });
    let outcome = engineer.request(Method::PATCH, &format!("{path}/fixes/{fix}")).json(&waits);
    Answer::of(outcome).await.expect(200);
    let problem = json!({ "title": "Problem", "sentences": [{
        "text": "No internet at the branch office since the firewall was replaced.", "evidence": ["intake"] }] });
    lab.provider.push(drafts(&json!([problem])));
    let plain = write(&engineer, &path, "resolution_note").await;
    assert_eq!(plain["engine"]["name"], "offline");
    assert!(plain["engine"]["reason"].as_str().unwrap().contains("fix waits"), "{}", plain["engine"]);
    // With what the deterministic note says of the fix the same draft is taken.
    let sections = plain["sections"].as_array().unwrap();
    let of_fix = |sentence: &&Value| sentence["evidence"].as_array().unwrap().contains(&json!("fix-1"));
    let told: Vec<(&Value, &Value)> = sections
        .iter()
        .filter_map(|section| {
            Some((&section["title"], section["sentences"].as_array()?.iter().find(of_fix)?))
        })
        .collect();
    assert!(!told.is_empty(), "the deterministic note tells of it: {plain}");
    let sentence = json!({ "text": told[0].1["text"].as_str().unwrap().replace('\n', " "), "evidence": told[0].1["evidence"] });
    lab.provider.push(drafts(&json!([problem, { "title": told[0].0, "sentences": [sentence] }])));
    let note = write(&engineer, &path, "resolution_note").await;
    assert_eq!(note["engine"]["name"], "fast-model", "{}", note["engine"]);
    assert!(note["text"].as_str().unwrap().contains("The provider tests the line"), "{}", note["text"]);
}

/// Who only looks at a conversation spends nothing on it.
#[tokio::test]
async fn a_viewer_s_note_asks_no_model() {
    let lab = lab().await;
    let (path, _) = asking(&lab.w.engineer()).await;
    let answer =
        lab.w.viewer().post(&format!("{path}/documentation"), json!({ "kind": "ticket_summary" })).await;
    answer.refused(403, "ai_session_access_denied");
    assert_eq!(lab.calls(), 0);
}
