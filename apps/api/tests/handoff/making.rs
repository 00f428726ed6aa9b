use rf_audit::events;
use rf_events::EventKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{REASON, announced, escalated, handoff_at, work, worked};
use crate::{
    pilot::take,
    support::{Client, NewPerson, World, every_store},
};

every_store! {
    an_escalation_takes_everything_with_it,
    the_older_address_goes_the_same_way,
    every_bad_request_has_its_code_and_changes_nothing,
    a_session_put_aside_is_nobody_elses_business,
    the_queue_is_for_those_who_can_take_it,
    the_assessment_arrives_in_the_background,
    a_late_answer_does_not_change_what_is_weighed,
    who_could_take_it_is_told_and_nobody_else,
    what_a_receiver_asks_is_shown_and_refuses_nothing,
    a_rule_that_masks_masks_the_note,
}

async fn an_escalation_takes_everything_with_it(w: World) {
    let engineer = w.engineer();
    let (path, made) = escalated(&engineer).await;
    let handoff = &made["handoff"];
    assert_eq!((&made["session_status"], &handoff["status"]), (&json!("escalated"), &json!("waiting")));
    assert_eq!((&handoff["reason"], &handoff["created_by_name"]), (&json!(REASON), &json!("Eli")));
    assert_eq!(handoff["assessment_status"], "pending");
    assert_eq!(made["psa_result"], json!({ "status": "no_psa" }));
    let snapshot = &handoff["snapshot"];
    assert_eq!((&snapshot["problem_domain"], &snapshot["steps_on_record"]), (&json!("printing"), &json!(2)));
    assert_eq!(snapshot["tried"][1]["title"], "Restart the spooler");
    assert_eq!(snapshot["tried"][1]["verdict"], "did_not_work");
    assert!(snapshot["seen"].to_string().contains("Still offline"), "{snapshot}");
    let note = made["documentation"]["text"].as_str().unwrap();
    assert!(note.contains("Restart the spooler") || note.contains("spooler"), "{note}");
    // Any member of the account reads it while it waits (ESC-17); nobody goes on with it.
    let seen = w.viewer().get(&path).await.expect(200);
    assert_eq!((&seen["status"], &seen["can_work"]), (&json!("escalated"), &json!(false)));
    let session = engineer.get(&path).await.expect(200);
    let message = json!({ "kind": "message", "text": "One more thing" });
    take(&engineer, &path, &session, message).await.refused(409, "ai_session_closed");
    w.stranger().get(&path).await.refused(404, "ai_session_not_found");
    let [event] = &announced(&w, EventKind::HandoffCreated).await[..] else { panic!("one event") };
    assert_eq!((&event.about["handoff_id"], &event.about["by_name"]), (&handoff["id"], &json!("Eli")));
    assert_eq!(event.about["reason_snippet"], REASON);
    assert_eq!(w.audited(events::AI_SESSION_ESCALATED).await, 1);
}

async fn the_older_address_goes_the_same_way(w: World) {
    let engineer = w.engineer();
    let (path, _) = worked(&engineer).await;
    let body = json!({ "escalation_reason": REASON, "escalate_to_id": w.colleague.id });
    w.owner().post(&format!("{path}/escalate"), body.clone()).await.refused(403, "ai_session_access_denied");
    let made = engineer.post(&format!("{path}/escalate"), body).await.expect(201);
    assert_eq!(made["handoff"]["target_name"], "Cora");
    assert_eq!(
        (&made["session_status"], &made["handoff"]["intent"]),
        (&json!("escalated"), &json!("escalate"))
    );
    assert!(made["documentation"]["text"].is_string() && made["psa_result"]["status"].is_string());
    let listed = engineer.get(&format!("{path}/handoffs")).await.expect(200);
    assert_eq!(listed[0]["id"], made["handoff"]["id"], "a row like any other");
    let session = engineer.get(&path).await.expect(200);
    assert_eq!(session["escalated_to_id"], json!(w.colleague.id));
}

async fn every_bad_request_has_its_code_and_changes_nothing(w: World) {
    let engineer = w.engineer();
    let (path, _) = worked(&engineer).await;
    let before = engineer.get(&path).await.expect(200);
    let at = format!("{path}/handoff");
    let inactive =
        w.unusual("gone@north.example", NewPerson { is_active: false, ..NewPerson::default() }).await;
    let escalate = |to: Value| json!({ "intent": "escalate", "reason": REASON, "target_user_id": to });
    for empty in ["", " \n"] {
        let body = json!({ "intent": "escalate", "reason": empty });
        engineer.post(&at, body).await.refuses_fields(&[("reason", "too_short")]);
    }
    let park = json!({ "intent": "park", "reason": "Later", "target_user_id": w.colleague.id });
    for (body, status, code) in [
        (park, 422, "park_takes_no_target"),
        (escalate(json!(w.engineer.id)), 422, "handoff_to_self"),
        (escalate(json!(w.stranger.id)), 404, "handoff_target_not_found"),
        (escalate(json!(Uuid::from_u128(7))), 404, "handoff_target_not_found"),
        (escalate(json!(inactive)), 404, "handoff_target_not_found"),
        (escalate(json!(w.viewer.id)), 422, "handoff_target_cannot_work"),
    ] {
        engineer.post(&at, body).await.refused(status, code);
    }
    w.owner().post(&at, escalate(json!(null))).await.refused(403, "ai_session_access_denied");
    w.viewer().post(&at, escalate(json!(null))).await.refused(403, "forbidden");
    w.stranger().post(&at, escalate(json!(null))).await.refused(404, "ai_session_not_found");
    assert_eq!(engineer.get(&path).await.expect(200), before, "the session is as it was");
    assert_eq!(engineer.get(&format!("{path}/handoffs")).await.expect(200), json!([]));
    engineer.post(&at, escalate(json!(null))).await.expect(201);
    let before = engineer.get(&path).await.expect(200);
    engineer.post(&at, escalate(json!(null))).await.refused(409, "already_escalated");
    engineer
        .post(&at, json!({ "intent": "park", "reason": "Later" }))
        .await
        .refused(409, "already_escalated");
    assert_eq!(engineer.get(&path).await.expect(200), before);
    assert_eq!(announced(&w, EventKind::HandoffCreated).await.len(), 1, "refused ones are never heard of");
}

async fn a_session_put_aside_is_nobody_elses_business(w: World) {
    let engineer = w.engineer();
    let (path, _) = worked(&engineer).await;
    let at = format!("{path}/handoff");
    let made = engineer.post(&at, json!({ "intent": "park", "reason": "After lunch" })).await.expect(201);
    assert_eq!((&made["session_status"], &made["documentation"]), (&json!("paused"), &json!(null)));
    assert_eq!(made["handoff"]["assessment_status"], "unavailable");
    assert_eq!(announced(&w, EventKind::HandoffCreated).await, [], "parking does not fan out");
    assert_eq!(work(&w).await, 0, "and makes no work");
    assert_eq!(w.colleague().get("/ai-sessions/escalations").await.expect(200), json!([]));
    w.colleague().get(&path).await.refused(403, "ai_session_access_denied");
    let claim = format!("{}/claim", handoff_at(&path, &made));
    w.colleague().post(&claim, json!({})).await.refused(409, "handoff_not_claimable");
    engineer
        .post(&at, json!({ "intent": "park", "reason": "Later" }))
        .await
        .refused(409, "ai_session_paused");
    engineer.post(&format!("{path}/resume"), json!({})).await.expect(200);
    let listed = engineer.get(&format!("{path}/handoffs")).await.expect(200);
    assert_eq!(listed[0]["status"], "closed", "its engineer went on");
}

async fn the_queue_is_for_those_who_can_take_it(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let (_, first) = escalated(&engineer).await;
    w.clock().advance(5);
    let (_, second) = escalated(&engineer).await;
    let ids = |list: Value| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|handoff| handoff["id"].clone()).collect()
    };
    let all = [second["handoff"]["id"].clone(), first["handoff"]["id"].clone()];
    let listed = colleague.get("/ai-sessions/escalations").await.expect(200);
    assert!(listed[0]["snapshot"].get("tried").is_none(), "{listed}");
    assert_eq!(listed[0]["snapshot"]["steps_on_record"], 2);
    assert_eq!(ids(listed), all, "newest first");
    let count =
        |client: Client| async move { client.get("/ai-sessions/escalations/count").await.expect(200) };
    assert_eq!(count(colleague.clone()).await, json!({ "count": 2 }));
    assert_eq!(engineer.get("/ai-sessions/escalations").await.expect(200), json!([]), "not one's own");
    assert_eq!(count(engineer.clone()).await, json!({ "count": 0 }));
    assert_eq!(ids(engineer.find("/ai-sessions/escalations", &[("mine", "true")]).await.expect(200)), all);
    let page = colleague.find("/ai-sessions/escalations", &[("limit", "1")]).await;
    assert_eq!(ids(page.expect(200)), all[..1]);
    let cursor = page.header("x-next-cursor");
    let page = colleague.find("/ai-sessions/escalations", &[("limit", "1"), ("cursor", cursor)]).await;
    assert_eq!((ids(page.expect(200)), page.header_if_any("x-next-cursor")), (all[1..].to_vec(), None));
    let other = colleague.find("/ai-sessions/escalations", &[("domain", "backup")]).await;
    assert_eq!(other.expect(200), json!([]));
    let bad = colleague.find("/ai-sessions/escalations", &[("cursor", "x")]).await;
    bad.refuses_fields(&[("query.cursor", "not_a_cursor")]);
    assert_eq!(w.stranger().get("/ai-sessions/escalations").await.expect(200), json!([]));
    w.viewer().get("/ai-sessions/escalations").await.refused(403, "forbidden");
}

async fn the_assessment_arrives_in_the_background(w: World) {
    let engineer = w.engineer();
    let (path, made) = escalated(&engineer).await;
    assert_eq!(work(&w).await, 1, "the reminder is not due");
    let handoff = w.colleague().get(&handoff_at(&path, &made)).await.expect(200);
    assert_eq!(handoff["assessment_status"], "ready");
    let data = &handoff["ai_assessment_data"];
    assert_eq!(data["engine"], "offline");
    assert!(!data["suggested_steps"].as_array().unwrap().is_empty(), "{data}");
    assert!(!data.to_string().contains("What “Restart the spooler” would fix"), "that was done: {data}");
    assert!(handoff["ai_assessment"].as_str().unwrap().contains("Do next:"), "{handoff}");
    let [event] = &announced(&w, EventKind::HandoffAssessmentReady).await[..] else { panic!("one event") };
    assert_eq!(event.about["has_assessment"], true);
    assert_eq!(event.about["handoff_id"], made["handoff"]["id"]);
    assert_eq!(work(&w).await, 0);
}

/// Somebody claims and goes on before the job runs: it weighs what was handed over.
async fn a_late_answer_does_not_change_what_is_weighed(w: World) {
    let engineer = w.engineer();
    let (path, made) = escalated(&engineer).await;
    w.clock().advance(10);
    let colleague = w.colleague();
    let session = colleague.post(&format!("{path}/pickup"), json!({ "mode": "continue" })).await.expect(200);
    let verdict = json!({ "kind": "verdict", "verdict": "answered", "option_id": "no" });
    take(&colleague, &path, &session, verdict).await.expect(200);
    work(&w).await;
    let handoff = colleague.get(&handoff_at(&path, &made)).await.expect(200);
    assert_eq!(handoff["ai_assessment_data"]["suggested_steps"][0], "Does it print now?", "{handoff}");
}

async fn who_could_take_it_is_told_and_nobody_else(w: World) {
    let engineer = w.engineer();
    let told = async |client: Client| {
        let listed = client.get("/notifications").await.expect(200);
        let kinds =
            listed.as_array().unwrap().iter().map(|notice| notice["kind"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    let (path, made) = escalated(&engineer).await;
    for client in [w.colleague(), w.owner(), w.being(&w.team_admin)] {
        assert_eq!(told(client).await, ["session.escalated"]);
    }
    for client in [w.engineer(), w.viewer(), w.stranger()] {
        assert_eq!(told(client).await, [""; 0], "not who escalated, who only looks, or another account");
    }
    let notice = w.colleague().get("/notifications").await.expect(200)[0].clone();
    assert_eq!(
        notice["link"],
        format!("/pilot/{}?pickup=true", made["handoff"]["session_id"].as_str().unwrap())
    );
    assert!(notice["title"].as_str().unwrap().starts_with("Escalation from Eli"), "{notice}");
    w.colleague().post(&format!("{}/claim", handoff_at(&path, &made)), json!({})).await.expect(200);
    assert_eq!(told(w.engineer()).await, ["handoff.claimed"]);
    assert_eq!(told(w.owner()).await, ["session.escalated"]);
}

async fn what_a_receiver_asks_is_shown_and_refuses_nothing(w: World) {
    let engineer = w.engineer();
    let (path, session) = worked(&engineer).await;
    let ask = async |reason: &str| {
        let body = json!({ "session_id": session["id"], "reason": reason });
        engineer.post("/ai-sessions/escalation-quality", body).await.expect(200)
    };
    let little = ask("").await;
    let more =
        ask("Since yesterday, for everybody in the office, after the driver was updated. I need rights.")
            .await;
    let score = |quality: &Value| quality["score"].as_u64().unwrap();
    assert!(score(&little) < score(&more) && score(&more) <= 100, "{little} {more}");
    let printer = little["asks"].as_array().unwrap().iter().find(|ask| ask["key"] == "printer").unwrap();
    assert_eq!(printer["answered"], true, "it is in the ticket");
    let body = json!({ "session_id": session["id"], "reason": "" });
    w.colleague()
        .post("/ai-sessions/escalation-quality", body)
        .await
        .refused(403, "ai_session_access_denied");
    let poor = json!({ "intent": "escalate", "reason": "?" });
    engineer.post(&format!("{path}/handoff"), poor).await.expect(201);
}

async fn a_rule_that_masks_masks_the_note(w: World) {
    let engineer = w.engineer();
    let said = "The label printer of jo.doe@contoso.example is offline since yesterday";
    let begun = json!({ "intake_content": { "text": said } });
    let session = engineer.post("/ai-sessions", begun).await.expect(201);
    let path = format!("/ai-sessions/{}", session["id"].as_str().unwrap());
    let body = json!({ "intent": "escalate", "reason": REASON });
    let made = engineer.post(&format!("{path}/handoff"), body).await.expect(201);
    let note = made["documentation"]["text"].as_str().unwrap();
    assert!(note.contains("label printer") && !note.contains("jo.doe@contoso.example"), "{note}");
}
