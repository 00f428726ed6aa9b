use serde_json::json;

use super::{TICKET, begun, following, intake, library, open, pick_option, take};
use crate::{
    sessions::entry_id,
    support::{World, every_store},
};

every_store! {
    a_ticket_is_led_along_its_flow_to_an_end,
    nothing_fits_and_it_asks_what_a_senior_would,
    a_turn_sent_twice_is_taken_once,
    of_two_tabs_the_slower_learns_where_the_session_is,
    a_paused_session_takes_no_message_and_goes_on_when_resumed,
    an_ended_session_takes_no_message,
    a_session_left_alone_for_a_month_is_abandoned_and_can_be_resumed,
    colleagues_have_sessions_of_their_own,
    what_cannot_be_read_is_refused_with_what_to_do,
    lists_hold_the_newest_first_and_page_by_cursor,
}

async fn a_ticket_is_led_along_its_flow_to_an_end(w: World) {
    let engineer = w.engineer();
    let (path, session) = following(&engineer).await;
    assert_eq!((&session["status"], &session["engine"]["name"]), (&json!("active"), &json!("offline")));
    assert_eq!(session["problem_domain"], "printing");
    assert_eq!(session["messages"][0]["text"], TICKET);
    assert_eq!(session["matched_flow_name"], "Label printer at reception offline");
    assert_eq!(open(&session)["source"]["node_id"], "start");
    let session = pick_option(&engineer, &path, &session, "yes").await;
    let first =
        &session["steps"].as_array().unwrap().iter().find(|step| step["source"]["node_id"] == "start");
    assert_eq!(first.unwrap()["answer"]["label"], "Yes");
    assert_eq!(open(&session)["title"], "Restart the spooler");
    let verdict = json!({ "kind": "verdict", "verdict": "did_not_work", "notes": "Still offline" });
    let session = take(&engineer, &path, &session, verdict).await.expect(200);
    assert_eq!(open(&session)["title"], "Does it print now?");
    let session = take(&engineer, &path, &session, json!({ "kind": "back" })).await.expect(200);
    assert_eq!(open(&session)["title"], "Restart the spooler", "back to the step before");
    let end = json!({ "resolution_summary": "The spooler was restarted twice.", "resolution_action": "Restart the spooler" });
    let session = engineer.post(&format!("{path}/resolve"), end).await.expect(200);
    assert_eq!((&session["status"], &session["resolved_at"]), (&json!("resolved"), &json!(w.now())));
    let rated = json!({ "rating": 5, "feedback": "Quick" });
    let session = engineer.post(&format!("{path}/rating"), rated).await.expect(200);
    assert_eq!((&session["session_rating"], &session["session_feedback"]), (&json!(5), &json!("Quick")));
    assert_eq!(engineer.get(&path).await.expect(200), session);
    let entries = w.test.app.audit_entries(w.north.id, "ai_session.resolved").await.unwrap();
    assert_eq!(entries.len(), 1);
}

async fn nothing_fits_and_it_asks_what_a_senior_would(w: World) {
    let engineer = w.engineer();
    library(&engineer).await;
    let said = "No internet at the branch office since the firewall was replaced, DHCP gives no addresses";
    let session = engineer.post("/ai-sessions", intake(said)).await.expect(201);
    assert_eq!(
        (&session["confidence_tier"], &session["matched_flow_id"]),
        (&json!("discovery"), &json!(null))
    );
    assert_eq!(open(&session)["source"]["kind"], "playbook");
    assert!(!open(&session)["why"].as_str().unwrap().is_empty());
}

async fn a_turn_sent_twice_is_taken_once(w: World) {
    let engineer = w.engineer();
    let (path, session) = following(&engineer).await;
    let turns = format!("{path}/turns");
    for body in [
        json!({ "kind": "message", "text": "It hums." }),
        json!({ "kind": "verdict", "verdict": "answered", "option_id": "yes" }),
    ] {
        let seen = engineer.get(&path).await.expect(200);
        let mut body = body;
        body["entry_id"] = json!(entry_id());
        body["turn"] = seen["turn"].clone();
        let once = engineer.post(&turns, body.clone()).await.expect(200);
        assert_ne!(once["turn"], seen["turn"]);
        assert_eq!(engineer.post(&turns, body).await.expect(200), once);
    }
    drop(session);
}

async fn of_two_tabs_the_slower_learns_where_the_session_is(w: World) {
    let engineer = w.engineer();
    let (path, seen) = following(&engineer).await;
    let faster = pick_option(&engineer, &path, &seen, "yes").await;
    let slower = take(&engineer, &path, &seen, json!({ "kind": "message", "text": "And I say" })).await;
    assert_eq!(slower.refused(409, "stale_turn")["detail"]["turn"], faster["turn"]);
    assert_eq!(engineer.get(&path).await.expect(200), faster);
}

async fn a_paused_session_takes_no_message_and_goes_on_when_resumed(w: World) {
    let engineer = w.engineer();
    let (path, _) = following(&engineer).await;
    let paused = engineer.post(&format!("{path}/pause"), json!({})).await.expect(200);
    assert_eq!(paused["status"], "paused");
    let message = json!({ "kind": "message", "text": "Hello?" });
    take(&engineer, &path, &paused, message.clone()).await.refused(409, "ai_session_paused");
    assert_eq!(engineer.get(&path).await.expect(200), paused, "and is as it was");
    let resumed = engineer.post(&format!("{path}/resume"), json!({})).await.expect(200);
    take(&engineer, &path, &resumed, message).await.expect(200);
}

async fn an_ended_session_takes_no_message(w: World) {
    let engineer = w.engineer();
    let (path, _) = following(&engineer).await;
    let end = json!({ "resolution_summary": "Fixed." });
    let ended = engineer.post(&format!("{path}/resolve"), end.clone()).await.expect(200);
    let message = json!({ "kind": "message", "text": "One more thing" });
    take(&engineer, &path, &ended, message).await.refused(409, "ai_session_closed");
    engineer.post(&format!("{path}/resolve"), end).await.refused(409, "ai_session_closed");
    engineer.post(&format!("{path}/resume"), json!({})).await.refused(409, "ai_session_closed");
    assert_eq!(engineer.get(&path).await.expect(200), ended);
}

async fn a_session_left_alone_for_a_month_is_abandoned_and_can_be_resumed(w: World) {
    let (path, _) = following(&w.engineer()).await;
    assert_eq!(w.test.app.sweep_ai_sessions().await.unwrap(), 0);
    w.clock().advance(30 * 86_400 + 1);
    assert_eq!(w.test.app.sweep_ai_sessions().await.unwrap(), 1);
    let engineer = w.again(&w.engineer).await;
    let left = engineer.get(&path).await.expect(200);
    assert_eq!(left["status"], "abandoned");
    let message = json!({ "kind": "message", "text": "Still there?" });
    take(&engineer, &path, &left, message.clone()).await.refused(409, "ai_session_closed");
    let back = engineer.post(&format!("{path}/resume"), json!({})).await.expect(200);
    take(&engineer, &path, &back, message).await.expect(200);
}

async fn colleagues_have_sessions_of_their_own(w: World) {
    let (engineer, colleague) = (w.engineer(), w.owner());
    let (path, _) = following(&engineer).await;
    let detail = "You don't have access to this session";
    colleague.get(&path).await.says(403, "ai_session_access_denied", detail);
    colleague.post(&format!("{path}/pause"), json!({})).await.says(403, "ai_session_access_denied", detail);
    assert_eq!(colleague.get("/ai-sessions").await.expect(200), json!([]));
    w.stranger().get(&path).await.says(404, "ai_session_not_found", "Session not found");
}

async fn what_cannot_be_read_is_refused_with_what_to_do(w: World) {
    let engineer = w.engineer();
    for (text, status, code) in [
        ("   \n ".to_owned(), 422, "intake_empty"),
        ("a ".repeat(200_000), 413, "intake_too_large"),
        ("MZ\u{1}\u{2}".to_owned(), 415, "intake_binary"),
    ] {
        engineer.post("/ai-sessions", intake(&text)).await.refused(status, code);
    }
    assert_eq!(engineer.get("/ai-sessions").await.expect(200), json!([]));
    let (path, session) = following(&engineer).await;
    take(&engineer, &path, &session, json!({ "kind": "message", "text": " " }))
        .await
        .refused(422, "intake_empty");
    take(&engineer, &path, &session, json!({ "kind": "message" }))
        .await
        .refuses_fields(&[("text", "missing")]);
    take(&engineer, &path, &session, json!({ "kind": "verdict", "verdict": "not_applicable" }))
        .await
        .refuses_fields(&[("reason", "reason_required")]);
    assert_eq!(engineer.get(&path).await.expect(200), session, "the conversation is as it was");
}

async fn lists_hold_the_newest_first_and_page_by_cursor(w: World) {
    let engineer = w.engineer();
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(begun(&engineer).await.1["id"].clone());
        w.clock().advance(1);
    }
    let first = engineer.find("/ai-sessions", &[("limit", "2")]).await;
    let ids = |list: &serde_json::Value| {
        list.as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&first.expect(200)), [made[2].clone(), made[1].clone()]);
    let next = first.header("x-next-cursor");
    let second = engineer.find("/ai-sessions", &[("limit", "2"), ("cursor", next)]).await;
    assert_eq!(ids(&second.expect(200)), [made[0].clone()]);
    assert_eq!(second.header_if_any("x-next-cursor"), None);
    let listed = &first.expect(200)[0];
    assert!(listed.get("messages").is_none() && listed.get("steps").is_none(), "{listed}");
    let none = engineer.find("/ai-sessions", &[("status", "paused,resolved")]).await.expect(200);
    assert_eq!(none, json!([]));
    engineer
        .find("/ai-sessions", &[("status", "open")])
        .await
        .refuses_fields(&[("query.status", "unknown_status")]);
    engineer
        .find("/ai-sessions", &[("cursor", "x")])
        .await
        .refuses_fields(&[("query.cursor", "not_a_cursor")]);
}
