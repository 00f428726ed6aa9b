use serde_json::{Value, json};

use super::{begun, following, library, pick_option, take};
use crate::support::{Client, World, every_store};

every_store! {
    the_note_says_what_was_done_and_what_each_sentence_rests_on,
    what_is_private_is_masked_in_the_text_and_in_its_evidence,
    texts_are_for_those_who_may_read_the_session,
}

async fn written(client: &Client, path: &str, kind: &str) -> Value {
    client.post(&format!("{path}/documentation"), json!({ "kind": kind })).await.expect(200)
}

async fn the_note_says_what_was_done_and_what_each_sentence_rests_on(w: World) {
    let engineer = w.engineer();
    let (path, session) = following(&engineer).await;
    let session = pick_option(&engineer, &path, &session, "yes").await;
    let verdict = json!({ "kind": "verdict", "verdict": "worked", "notes": "The queue is empty again" });
    take(&engineer, &path, &session, verdict).await.expect(200);
    let end = json!({ "resolution_summary": "The print spooler was restarted." });
    engineer.post(&format!("{path}/resolve"), end).await.expect(200);
    for kind in ["ticket_summary", "resolution_note", "client_summary", "knowledge_article"] {
        let document = written(&engineer, &path, kind).await;
        assert_eq!((&document["kind"], &document["engine"]["name"]), (&json!(kind), &json!("offline")));
        let known: Vec<&str> = document["evidence"]
            .as_array()
            .unwrap()
            .iter()
            .map(|known| known["id"].as_str().unwrap())
            .collect();
        let sections = document["sections"].as_array().unwrap();
        let sentences: Vec<&Value> =
            sections.iter().flat_map(|section| section["sentences"].as_array().unwrap()).collect();
        assert!(!sentences.is_empty(), "{kind}");
        for sentence in sentences {
            let rests_on = sentence["evidence"].as_array().unwrap();
            assert!(!rests_on.is_empty(), "{kind}: {sentence}");
            assert!(rests_on.iter().all(|id| known.contains(&id.as_str().unwrap())), "{kind}: {sentence}");
            // Lines of a sentence are indented in the text.
            let first = sentence["text"].as_str().unwrap().lines().next().unwrap();
            assert!(document["text"].as_str().unwrap().contains(first), "{kind}: {sentence}");
        }
    }
    let note = written(&engineer, &path, "resolution_note").await;
    let text = note["text"].as_str().unwrap();
    assert!(text.contains("spooler was restarted") && text.contains("The queue is empty again"), "{text}");
}

async fn what_is_private_is_masked_in_the_text_and_in_its_evidence(w: World) {
    let engineer = w.engineer();
    library(&engineer).await;
    let (path, session) = begun(&engineer).await;
    let said = "The local admin password is Sommer2026! and the user is jo@client.example";
    take(&engineer, &path, &session, json!({ "kind": "message", "text": said })).await.expect(200);
    for kind in ["ticket_summary", "resolution_note", "client_summary", "knowledge_article"] {
        let document = written(&engineer, &path, kind).await.to_string();
        assert!(!document.contains("Sommer2026") && !document.contains("jo@client"), "{kind}: {document}");
    }
    let open = json!({ "kind": "ticket_summary", "redaction_mode": "none" });
    let document = engineer.post(&format!("{path}/documentation"), open).await.expect(200);
    assert_eq!(document["redaction"], json!(null));
    engineer
        .post(&format!("{path}/documentation"), json!({ "kind": "poem" }))
        .await
        .refused(422, "validation_failed");
}

async fn texts_are_for_those_who_may_read_the_session(w: World) {
    let engineer = w.engineer();
    let (path, _) = following(&engineer).await;
    let body = json!({ "kind": "ticket_summary" });
    w.owner()
        .post(&format!("{path}/documentation"), body.clone())
        .await
        .refused(403, "ai_session_access_denied");
    w.stranger().post(&format!("{path}/documentation"), body).await.refused(404, "ai_session_not_found");
}
