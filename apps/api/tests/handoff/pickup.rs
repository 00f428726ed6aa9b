use rf_audit::events;
use serde_json::{Value, json};

use super::{REASON, escalated, handoff_at, work, worked};
use crate::{
    pilot::{open, take},
    support::{World, every_store},
};

every_store! {
    one_goes_on_where_the_other_left_off,
    one_starts_over_from_what_came_in,
    a_pickup_claims_and_the_slower_learns_who_won,
    what_was_not_handed_over_or_is_over_is_not_picked_up,
    a_briefing_is_no_step_of_the_work,
}

/// The briefing in a conversation.
fn briefing(session: &Value) -> &Value {
    let steps = session["steps"].as_array().unwrap();
    let briefings: Vec<&Value> = steps.iter().filter(|step| step["source"]["kind"] == "handoff").collect();
    let [briefing] = briefings[..] else { panic!("{} briefings", briefings.len()) };
    briefing
}

async fn one_goes_on_where_the_other_left_off(w: World) {
    let colleague = w.colleague();
    let (path, made) = escalated(&w.engineer()).await;
    let waiting = w.engineer().get(&path).await.expect(200);
    work(&w).await;
    w.clock().advance(60);
    let pickup = format!("{path}/pickup");
    let session = colleague.post(&pickup, json!({ "mode": "continue" })).await.expect(200);
    assert_eq!((&session["status"], &session["can_work"]), (&json!("active"), &json!(true)));
    assert_eq!(open(&session)["title"], open(&waiting)["title"], "the open step stays");
    let told = briefing(&session);
    assert_eq!(told["answer"]["option_id"], "continue");
    assert_eq!(told["source"]["handoff_id"], made["handoff"]["id"]);
    let text = told["body"].as_str().unwrap();
    for part in
        ["**Eli** handed this over", REASON, "Restart the spooler: did not help", "**Suggested next**"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(colleague.post(&pickup, json!({ "mode": "fresh" })).await.expect(200), session, "once");
    let verdict = json!({ "kind": "verdict", "verdict": "answered", "option_id": "yes" });
    let session = take(&colleague, &path, &session, verdict).await.expect(200);
    assert_eq!(open(&session)["title"], "It prints");
    // Back is to the step before, and not to the briefing.
    let session = take(&colleague, &path, &session, json!({ "kind": "back" })).await.expect(200);
    assert_eq!(open(&session)["title"], "Does it print now?");
    assert_eq!(w.audited(events::AI_SESSION_PICKED_UP).await, 1);
}

async fn one_starts_over_from_what_came_in(w: World) {
    let colleague = w.colleague();
    let (path, _) = escalated(&w.engineer()).await;
    let session = colleague.post(&format!("{path}/pickup"), json!({ "mode": "fresh" })).await.expect(200);
    let told = briefing(&session);
    assert_eq!(told["answer"]["label"], "Start fresh");
    assert!(told["body"].as_str().unwrap().contains("Restart the spooler"), "the record stays at hand");
    let first = open(&session);
    assert!(first["step_order"].as_i64() > told["step_order"].as_i64(), "{first}");
    let tried = session["steps"].as_array().unwrap().iter();
    let tried = tried.filter(|step| step["title"] == "Restart the spooler" && step["answer"].is_object());
    assert_eq!(tried.count(), 1, "what was tried stays on record");
    let message = json!({ "kind": "message", "text": "I look at the server myself" });
    take(&colleague, &path, &session, message).await.expect(200);
}

async fn a_pickup_claims_and_the_slower_learns_who_won(w: World) {
    let (path, made) = escalated(&w.engineer()).await;
    let pickup = format!("{path}/pickup");
    w.colleague().post(&pickup, json!({ "mode": "continue" })).await.expect(200);
    let lost = w.owner().post(&pickup, json!({ "mode": "continue" })).await;
    assert_eq!(lost.refused(409, "handoff_already_claimed")["detail"]["winner_name"], "Cora");
    let handoff = w.colleague().get(&handoff_at(&path, &made)).await.expect(200);
    assert_eq!((&handoff["status"], &handoff["claimed_by_name"]), (&json!("claimed"), &json!("Cora")));
}

async fn what_was_not_handed_over_or_is_over_is_not_picked_up(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let (path, before) = worked(&engineer).await;
    let pickup = format!("{path}/pickup");
    let body = json!({ "mode": "continue" });
    engineer.post(&pickup, body.clone()).await.refused(409, "not_handed_over");
    colleague.post(&pickup, body.clone()).await.refused(403, "ai_session_access_denied");
    w.stranger().post(&pickup, body.clone()).await.refused(404, "ai_session_not_found");
    engineer.post(&pickup, json!({ "mode": "anew" })).await.refused(422, "validation_failed");
    assert_eq!(engineer.get(&path).await.expect(200), before);
    let (path, made) = escalated(&engineer).await;
    let pickup = format!("{path}/pickup");
    colleague.post(&pickup, body.clone()).await.expect(200);
    let end = json!({ "resolution_summary": "The driver was replaced." });
    let resolved = colleague.post(&format!("{path}/resolve"), end).await.expect(200);
    colleague.post(&pickup, body.clone()).await.refused(409, "ai_session_closed");
    engineer.post(&pickup, body).await.refused(409, "ai_session_closed");
    assert_eq!(colleague.get(&path).await.expect(200), resolved);
    let handoff = colleague.get(&handoff_at(&path, &made)).await.expect(200);
    assert_eq!(handoff["status"], "closed");
    w.owner()
        .post(&format!("{}/claim", handoff_at(&path, &made)), json!({}))
        .await
        .refused(409, "handoff_not_claimable");
}

async fn a_briefing_is_no_step_of_the_work(w: World) {
    let colleague = w.colleague();
    let (path, _) = escalated(&w.engineer()).await;
    colleague.post(&format!("{path}/pickup"), json!({ "mode": "continue" })).await.expect(200);
    let note = json!({ "kind": "ticket_summary" });
    let note = colleague.post(&format!("{path}/documentation"), note).await.expect(200);
    assert!(!note["text"].as_str().unwrap().contains("Briefing"), "{note}");
}
