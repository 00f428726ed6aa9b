//! What an engineer makes of a note before it leaves.

use rf_audit::events;
use serde_json::{Value, json};

use super::{begun, following, pick_option, take};
use crate::support::{Answer, Client, World, every_store};

every_store! {
    an_edited_note_is_read_masked_and_stands_in_the_place_of_what_is_generated,
    of_two_who_edit_the_second_is_told,
    an_edit_holds_until_more_is_done,
    what_is_no_note_is_refused_in_words,
    a_note_is_edited_by_whoever_works_the_session,
}

const EDITED: &str =
    "## What was wrong\n\nThe spooler hung. The password is Sommer2026! and belongs to jo@client.example.";

async fn read(client: &Client, path: &str, mode: &str) -> Value {
    let body = json!({ "kind": "resolution_note", "redaction_mode": mode });
    client.post(&format!("{path}/documentation"), body).await.expect(200)
}

fn edit(text: impl Into<Value>) -> Value {
    json!({ "kind": "resolution_note", "text": text.into() })
}

async fn write(client: &Client, path: &str, revision: i64, text: impl Into<Value>) -> Answer {
    client.put_if(&format!("{path}/documentation"), revision, edit(text)).await
}

async fn an_edited_note_is_read_masked_and_stands_in_the_place_of_what_is_generated(w: World) {
    let engineer = w.engineer();
    let (path, _) = following(&engineer).await;
    let generated = read(&engineer, &path, "mask").await;
    assert_eq!((&generated["edit"], &generated["revision"]), (&json!(null), &json!(0)));
    let answer = write(&engineer, &path, 0, EDITED).await;
    assert_eq!(answer.header("etag"), "\"1\"");
    let kept = answer.expect(200);
    let text = kept["text"].as_str().unwrap();
    assert!(text.contains("The spooler hung"), "{text}");
    assert!(!kept.to_string().contains("Sommer2026") && !kept.to_string().contains("jo@client"), "{kept}");
    assert!(kept["redaction"]["total"].as_u64().unwrap() >= 2, "{}", kept["redaction"]);
    assert_eq!((&kept["edit"]["by"], &kept["edit"]["holds"]), (&json!("Eli"), &json!(true)));
    assert_eq!(kept["sections"], generated["sections"], "what is generated is there beside it");
    assert_eq!(read(&engineer, &path, "mask").await, kept);
    let open = read(&engineer, &path, "none").await;
    assert_eq!((&open["text"], &open["edit"]["text"]), (&json!(EDITED), &json!(EDITED)));
    // One text is edited, not all.
    let other = json!({ "kind": "client_summary" });
    let other = engineer.post(&format!("{path}/documentation"), other).await.expect(200);
    assert_eq!((&other["edit"], &other["revision"]), (&json!(null), &json!(0)));
    // Taken back, it reads as it did.
    let back = write(&engineer, &path, 1, Value::Null).await.expect(200);
    assert_eq!((&back["text"], &back["edit"]), (&generated["text"], &json!(null)));
    assert_eq!(back["revision"], 2);
    assert_eq!(w.audited(events::AI_SESSION_NOTE_EDITED).await, 1);
    assert_eq!(w.audited(events::AI_SESSION_NOTE_RESET).await, 1);
    // There is nothing to take back any more.
    assert_eq!(write(&engineer, &path, 2, Value::Null).await.expect(200)["revision"], 2);
    assert_eq!(w.audited(events::AI_SESSION_NOTE_RESET).await, 1);
}

async fn of_two_who_edit_the_second_is_told(w: World) {
    let engineer = w.engineer();
    let (path, _) = following(&engineer).await;
    write(&engineer, &path, 0, "First").await.expect(200);
    write(&engineer, &path, 0, "Second").await.refused(409, "stale_revision");
    write(&engineer, &path, 0, Value::Null).await.refused(409, "stale_revision");
    assert_eq!(read(&engineer, &path, "none").await["text"], "First");
    assert_eq!(write(&engineer, &path, 1, "Second").await.expect(200)["revision"], 2);
    // Who says nothing of a revision means the text as it is.
    let whatever = engineer.put(&format!("{path}/documentation"), edit("Third")).await.expect(200);
    assert_eq!((&whatever["text"], &whatever["revision"]), (&json!("Third"), &json!(3)));
}

async fn an_edit_holds_until_more_is_done(w: World) {
    let engineer = w.engineer();
    let (path, session) = following(&engineer).await;
    write(&engineer, &path, 0, EDITED).await.expect(200);
    let session = pick_option(&engineer, &path, &session, "yes").await;
    let now = read(&engineer, &path, "mask").await;
    assert_eq!(now["edit"]["holds"], false);
    assert!(
        !now["text"].as_str().unwrap().contains("spooler hung"),
        "what is generated leaves: {}",
        now["text"]
    );
    let kept = now["edit"]["text"].as_str().unwrap();
    assert!(kept.contains("spooler hung") && !kept.contains("Sommer2026"), "{kept}");
    // Taken all the same, it holds where the work stands now; and the end of the work is more of it.
    assert_eq!(write(&engineer, &path, 1, EDITED).await.expect(200)["edit"]["holds"], true);
    take(&engineer, &path, &session, json!({ "kind": "verdict", "verdict": "worked" })).await.expect(200);
    write(&engineer, &path, 2, EDITED).await.expect(200);
    let end = json!({ "resolution_summary": "The print spooler was restarted." });
    engineer.post(&format!("{path}/resolve"), end).await.expect(200);
    assert_eq!(read(&engineer, &path, "mask").await["edit"]["holds"], false);
    write(&engineer, &path, 3, EDITED).await.expect(200);
    engineer.post(&format!("{path}/rating"), json!({ "rating": 5 })).await.expect(200);
    assert_eq!(read(&engineer, &path, "mask").await["edit"]["holds"], true, "a rating is no work");
}

async fn what_is_no_note_is_refused_in_words(w: World) {
    let engineer = w.engineer();
    let (path, _) = begun(&engineer).await;
    let long = "x".repeat(20_001);
    // Of NUL no field is told: the whole body is refused for it.
    write(&engineer, &path, 0, "nul \0 here").await.refuses_fields(&[("body", "control_character")]);
    for (text, code) in [("", "too_short"), ("  \n\t ", "too_short"), (long.as_str(), "too_long")] {
        write(&engineer, &path, 0, text).await.refuses_fields(&[("text", code)]);
    }
    write(&engineer, &path, 0, json!(7)).await.refused(422, "validation_failed");
    let nothing = json!({ "kind": "resolution_note" });
    engineer.put(&format!("{path}/documentation"), nothing).await.refused(422, "validation_failed");
    let poem = json!({ "kind": "poem", "text": "Roses" });
    engineer.put(&format!("{path}/documentation"), poem).await.refused(422, "validation_failed");
    assert_eq!(read(&engineer, &path, "mask").await["revision"], 0);
    assert_eq!(w.audited(events::AI_SESSION_NOTE_EDITED).await, 0);
}

async fn a_note_is_edited_by_whoever_works_the_session(w: World) {
    let (path, _) = following(&w.engineer()).await;
    write(&w.owner(), &path, 0, "Mine").await.refused(403, "ai_session_access_denied");
    write(&w.stranger(), &path, 0, "Mine").await.refused(404, "ai_session_not_found");
    write(&w.viewer(), &path, 0, "Mine").await.refused(403, "forbidden");
    assert_eq!(read(&w.engineer(), &path, "mask").await["edit"], json!(null));
}
