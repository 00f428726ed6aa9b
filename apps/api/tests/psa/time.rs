//! The time of sessions: measured, put right before it is charged, and fixed after.

use rf_psa::Artefact;
use serde_json::{Value, json};

use super::{Desk, OPEN, every_database};
use crate::support::Database;

every_database! {
    time_is_put_right_before_it_is_charged_and_fixed_after,
    an_escalated_session_is_charged_again_for_what_came_after,
}

impl Desk {
    async fn ledger(&self, session: &str) -> Value {
        let engineer = self.world.again(&self.world.engineer).await;
        engineer.get(&format!("/ai-sessions/{session}/time")).await.expect(200)
    }

    async fn edit(&self, session: &str, said: Value) -> Value {
        let engineer = self.world.again(&self.world.engineer).await;
        engineer.put(&format!("/ai-sessions/{session}/time"), said).await.expect(200)
    }
}

async fn time_is_put_right_before_it_is_charged_and_fixed_after(desk: Desk) {
    let session = desk.resolved(OPEN).await;
    let measured = desk.ledger(&session).await;
    let entry = &measured["entries"][0];
    assert_eq!(
        (&entry["fixed"], &entry["edited"], &entry["minutes"], &entry["measured_minutes"]),
        (&json!(false), &json!(false), &json!(15), &json!(15)),
        "{measured}"
    );
    assert_eq!((&measured["total_minutes"], &measured["rounding"]["step_minutes"]), (&json!(15), &json!(15)));
    let engineer = desk.world.again(&desk.world.engineer).await;
    let options = engineer.get("/integrations/psa/options").await.expect(200);
    let kind = options["work_types"][1]["id"].clone();
    let said =
        json!({ "minutes": 45, "billable": false, "work_type": kind, "note": "On site; password: hunter2" });
    let edited = desk.edit(&session, said).await;
    assert_eq!((&edited["entries"][0]["minutes"], &edited["total_minutes"]), (&json!(45), &json!(45)));
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefact": "time" });
    let engineer = desk.world.again(&desk.world.engineer).await;
    let preview = engineer.post("/integrations/psa/preview", asked.clone()).await.expect(200);
    assert_eq!((&preview["time"]["minutes"], &preview["time"]["billable"]), (&json!(45), &json!(false)));
    let text = preview["text"].as_str().unwrap().to_owned();
    assert!(text.contains("On site") && !text.contains("hunter2"), "masked as every note is: {text}");
    let push = json!({ "session_id": session, "session_kind": "ai", "artefacts": ["time"] });
    engineer.post("/integrations/psa/pushes", push).await.expect(202);
    desk.work().await;
    let charged = desk.simulator.time_entry_rows(OPEN).pop().unwrap();
    assert_eq!(charged["notes"], text.as_str(), "word for word");
    assert_eq!(
        (charged["actualHours"].as_f64(), charged["billableOption"].as_str()),
        (Some(0.75), Some("DoNotBill"))
    );
    assert_eq!(charged["workType"]["id"].to_string(), kind.as_str().unwrap());
    let after = desk.ledger(&session).await;
    let entry = &after["entries"][0];
    assert_eq!(after["entries"].as_array().unwrap().len(), 1, "{after}");
    assert_eq!(
        (&entry["fixed"], &entry["minutes"], &entry["state"]),
        (&json!(true), &json!(45), &json!("sent"))
    );
    let path = format!("/ai-sessions/{session}/time");
    engineer.put(&path, json!({ "minutes": 10 })).await.refused(409, "time_entry_fixed");
    let preview = engineer.post("/integrations/psa/preview", asked).await.expect(200);
    assert_eq!(preview["text"], text.as_str());
    assert_eq!(desk.world.audited("psa.time_edited").await, 1);
}

async fn an_escalated_session_is_charged_again_for_what_came_after(desk: Desk) {
    let owner = desk.world.owner();
    let on = json!({ "time_entry": { "create": true }, "rounding": { "step_minutes": 1 } });
    owner.patch("/integrations/psa/settings", on).await.expect(200);
    let engineer = desk.world.engineer();
    let said =
        json!({ "intake_content": { "text": "The printer is offline" }, "psa_ticket_id": OPEN.to_string() });
    let begun = engineer.post("/ai-sessions", said).await.expect(201);
    let session = begun["id"].as_str().unwrap().to_owned();
    let path = format!("/ai-sessions/{session}");
    desk.world.clock().advance(120);
    let engineer = desk.world.again(&desk.world.engineer).await;
    let turn = json!({
        "entry_id": uuid::Uuid::from_u128(7), "turn": begun["turn"], "kind": "message", "text": "It hums",
    });
    engineer.post(&format!("{path}/turns"), turn).await.expect(200);
    let reason = json!({ "intent": "escalate", "reason": "No rights on the print server" });
    let made = engineer.post(&format!("{path}/handoff"), reason).await.expect(201);
    desk.work().await;
    assert_eq!(desk.ours(OPEN, Artefact::Time), 1);
    let first = desk.ledger(&session).await;
    let charged = first["entries"][0]["worked_seconds"].as_u64().unwrap();
    assert_eq!(charged, 120, "{first}");
    let taker = desk.world.again(&desk.world.team_admin).await;
    let handoff = made["handoff"]["id"].as_str().unwrap();
    taker.post(&format!("{path}/handoffs/{handoff}/claim"), json!({})).await.expect(200);
    taker.post(&format!("{path}/pickup"), json!({ "mode": "continue" })).await.expect(200);
    let open = taker.get(&format!("/ai-sessions/{session}/time")).await.expect(200);
    let entries = open["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{open}");
    assert_eq!((&entries[0]["fixed"], &entries[1]["fixed"]), (&json!(true), &json!(false)));
    let total: u64 = entries.iter().map(|entry| entry["minutes"].as_u64().unwrap()).sum();
    assert_eq!(open["total_minutes"], total);
    assert!(
        entries[1]["worked_seconds"].as_u64().unwrap() < charged,
        "what was charged is not charged again: {open}"
    );
}

#[tokio::test]
async fn what_nobody_chose_follows_the_settings() {
    let desk = Desk::over(Database::memory().await).await;
    let owner = desk.world.owner();
    let options = owner.get("/integrations/psa/options").await.expect(200);
    let kinds: Vec<_> = (0..2).map(|kind| options["work_types"][kind]["id"].clone()).collect();
    let settings = |kind: &Value| json!({ "time_entry": { "work_type": kind } });
    owner.patch("/integrations/psa/settings", settings(&kinds[0])).await.expect(200);
    let session = desk.resolved(OPEN).await;
    let measured = desk.ledger(&session).await;
    // As the editor does it: what it read, with the minutes changed.
    let kind = measured["entries"][0]["work_type"].clone();
    assert_eq!(kind, Value::Null, "{measured}");
    let edited = desk.edit(&session, json!({ "minutes": 45, "work_type": kind })).await;
    assert_eq!(edited["entries"][0]["work_type"], Value::Null, "{edited}");
    let owner = desk.world.again(&desk.world.owner).await;
    owner.patch("/integrations/psa/settings", settings(&kinds[1])).await.expect(200);
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefact": "time" });
    let engineer = desk.world.again(&desk.world.engineer).await;
    let preview = engineer.post("/integrations/psa/preview", asked).await.expect(200);
    assert_eq!((&preview["time"]["minutes"], &preview["time"]["work_type"]), (&json!(45), &kinds[1]));
}

#[tokio::test]
async fn what_cannot_be_charged_is_refused_in_words() {
    let desk = Desk::over(Database::memory().await).await;
    let session = desk.resolved(OPEN).await;
    let path = format!("/ai-sessions/{session}/time");
    let engineer = desk.world.again(&desk.world.engineer).await;
    for wrong in [
        json!({ "minutes": 0 }),
        json!({ "minutes": 1441 }),
        json!({ "note": "x".repeat(2_001) }),
        json!({ "work_type": "1/2" }),
        json!({ "hours": 1 }),
    ] {
        engineer.put(&path, wrong.clone()).await.refused(422, "validation_failed");
    }
    let viewer = desk.world.again(&desk.world.viewer).await;
    viewer.put(&path, json!({})).await.refused(403, "forbidden");
    let stranger = desk.world.again(&desk.world.stranger).await;
    stranger.get(&path).await.refused(404, "ai_session_not_found");
    let unconnected = Desk::unconnected(Database::memory().await).await;
    let session = unconnected.resolved(OPEN).await;
    let engineer = unconnected.world.again(&unconnected.world.engineer).await;
    engineer.get(&format!("/ai-sessions/{session}/time")).await.refused(409, "psa_not_connected");
}
