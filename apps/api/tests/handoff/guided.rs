use rf_audit::events;
use rf_events::EventKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{REASON, announced, handoff_at, work};
use crate::{
    pilot::{open, take},
    sessions::entry_id,
    support::{Client, World, every_store, troubleshooting_flow},
};

every_store! {
    a_guided_session_goes_on_in_a_conversation_of_whoever_takes_it,
    what_it_ends_with_is_kept_together,
    every_bad_request_of_it_changes_nothing,
    what_the_receiver_of_it_asks_is_shown,
    one_that_was_taken_back_goes_on_in_the_conversation,
    a_secret_stays_where_it_is,
}

/// A guided session in which a restart did not help: its address.
async fn guided(client: &Client, more: Value) -> String {
    let tree = client.post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    let mut body = json!({ "tree_id": tree["id"], "ticket_number": "100", "client_name": "Contoso" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let session = client.post("/sessions", body).await.expect(201);
    let path = format!("/sessions/{}", session["id"].as_str().unwrap());
    step(client, &path, json!({ "action": "answer", "node_id": "start", "option_id": "yes" })).await;
    step(client, &path, json!({ "action": "done", "node_id": "restart", "notes": "The queue is empty" }))
        .await;
    path
}

async fn step(client: &Client, path: &str, mut body: Value) -> Value {
    body["entry_id"] = json!(entry_id());
    client.post(&format!("{path}/steps"), body).await.expect(200)
}

fn escalation() -> Value {
    json!({ "intent": "escalate", "reason": REASON })
}

/// The address of the conversation it goes on in.
fn conversation(made: &Value) -> String {
    format!("/ai-sessions/{}", made["handoff"]["session_id"].as_str().unwrap())
}

async fn a_guided_session_goes_on_in_a_conversation_of_whoever_takes_it(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let path = guided(&engineer, json!({})).await;
    step(&engineer, &path, json!({ "action": "custom", "node_id": "restart", "title": "Swapped the cable" }))
        .await;
    let made = engineer.post(&format!("{path}/handoff"), escalation()).await.expect(201);
    let handoff = &made["handoff"];
    assert_eq!((&made["session_status"], &handoff["status"]), (&json!("escalated"), &json!("waiting")));
    let snapshot = &handoff["snapshot"];
    assert_eq!((&snapshot["psa_ticket_id"], &snapshot["client_name"]), (&json!("100"), &json!("Contoso")));
    assert_eq!((&snapshot["problem_domain"], &snapshot["steps_on_record"]), (&json!("printing"), &json!(3)));
    let tried: Vec<_> = snapshot["tried"].as_array().unwrap().iter().map(|step| &step["title"]).collect();
    assert_eq!(tried, ["Is [printer] switched on?", "Restart the spooler", "Swapped the cable"]);
    assert_eq!(snapshot["tried"][1]["note"], "The queue is empty");
    // It waits in the queue as any other, and no colleague can take it by the guided session itself.
    let queue = colleague.get("/ai-sessions/escalations").await.expect(200);
    assert_eq!((&queue[0]["id"], &queue[0]["reason"]), (&handoff["id"], &json!(REASON)));
    colleague.get(&path).await.refused(403, "session_access_denied");
    assert!(work(&w).await > 0, "it is weighed in the background");
    let weighed = colleague.get(&handoff_at(&conversation(&made), &made)).await.expect(200);
    assert_eq!(weighed["assessment_status"], "ready");
    let suggested = weighed["ai_assessment_data"]["suggested_steps"].to_string();
    assert!(suggested.starts_with("[\"Does it print now?"), "what the flow asks next leads: {suggested}");
    let at = conversation(&made);
    let session = colleague.post(&format!("{at}/pickup"), json!({ "mode": "continue" })).await.expect(200);
    assert_eq!((&session["status"], &session["can_work"]), (&json!("active"), &json!(true)));
    assert_eq!(open(&session)["title"], "Does it print now?", "the flow goes on where it stood");
    assert_eq!(session["guided_session_id"], json!(path.trim_start_matches("/sessions/")));
    let briefing =
        session["steps"].as_array().unwrap().iter().find(|step| step["source"]["kind"] == "handoff");
    let briefing = briefing.unwrap()["body"].as_str().unwrap();
    for part in [
        "**Eli** handed this over",
        REASON,
        "Restart the spooler: did not help (The queue is empty)",
        "Swapped the cable",
        "Ticket: 100",
    ] {
        assert!(briefing.contains(part), "{part} in {briefing}");
    }
    // What was worked is at hand with its commands, and back is to it.
    let restart =
        session["steps"].as_array().unwrap().iter().find(|step| step["title"] == "Restart the spooler");
    assert_eq!(restart.unwrap()["answer"]["notes"], "The queue is empty");
    let verdict = json!({ "kind": "verdict", "verdict": "answered", "option_id": "yes" });
    let session = take(&colleague, &at, &session, verdict).await.expect(200);
    assert_eq!(open(&session)["title"], "It prints");
    let end = json!({ "resolution_summary": "The driver was replaced." });
    colleague.post(&format!("{at}/resolve"), end).await.expect(200);
    let done = colleague.get(&handoff_at(&at, &made)).await.expect(200);
    assert_eq!(done["status"], "closed");
}

async fn what_it_ends_with_is_kept_together(w: World) {
    let engineer = w.engineer();
    let path = guided(&engineer, json!({})).await;
    let uses = async || {
        let session = engineer.get(&path).await.expect(200);
        engineer.get(&format!("/trees/{}", session["tree_id"].as_str().unwrap())).await.expect(200)["usage_count"]
            .clone()
    };
    assert_eq!(uses().await, 1);
    let made = engineer.post(&format!("{path}/handoff"), escalation()).await.expect(201);
    let session = engineer.get(&path).await.expect(200);
    assert_eq!((&session["status"], &session["outcome"]), (&json!("completed"), &json!("escalated")));
    assert_eq!(
        (&session["outcome_notes"], &session["ai_session_id"]),
        (&json!(REASON), &made["handoff"]["session_id"])
    );
    assert_eq!(uses().await, 1, "one run of the flow, and it goes on");
    let note = made["documentation"]["text"].as_str().unwrap();
    assert!(
        note.contains("The print spooler was restarted.") && note.contains(REASON),
        "the run's own note: {note}"
    );
    assert_eq!(made["psa_result"], json!({ "status": "no_psa" }));
    let [event] = &announced(&w, EventKind::HandoffCreated).await[..] else { panic!("one event") };
    assert_eq!(event.about["session_id"], made["handoff"]["session_id"]);
    assert_eq!(w.audited(events::AI_SESSION_ESCALATED).await, 1);
    assert_eq!(w.audited(events::SESSION_COMPLETED).await, 1);
    let told = w.colleague().get("/notifications").await.expect(200);
    assert!(told.to_string().contains("Escalation from Eli"), "{told}");
    // The run is over; only the engineer's own notes may still change.
    let more = json!({ "entry_id": entry_id(), "action": "done", "node_id": "works" });
    engineer.post(&format!("{path}/steps"), more).await.refused(400, "session_completed");
    engineer.post(&format!("{path}/handoff"), escalation()).await.refused(409, "already_escalated");
    assert_eq!(announced(&w, EventKind::HandoffCreated).await.len(), 1);
    let listed = engineer.get("/ai-sessions").await.expect(200);
    assert_eq!(listed.as_array().unwrap().len(), 1, "the conversation is the engineer's");
}

async fn every_bad_request_of_it_changes_nothing(w: World) {
    let engineer = w.engineer();
    let path = guided(&engineer, json!({})).await;
    let before = engineer.get(&path).await.expect(200);
    let at = format!("{path}/handoff");
    let to = |to: Value| json!({ "intent": "escalate", "reason": REASON, "target_user_id": to });
    for empty in ["", " \n"] {
        let body = json!({ "intent": "escalate", "reason": empty });
        engineer.post(&at, body).await.refuses_fields(&[("reason", "too_short")]);
    }
    let park = json!({ "intent": "park", "reason": "Later" });
    engineer.post(&at, park).await.refuses_fields(&[("intent", "not_for_guided_sessions")]);
    for (body, status, code) in [
        (to(json!(w.engineer.id)), 422, "handoff_to_self"),
        (to(json!(w.stranger.id)), 404, "handoff_target_not_found"),
        (to(json!(Uuid::from_u128(7))), 404, "handoff_target_not_found"),
        (to(json!(w.viewer.id)), 422, "handoff_target_cannot_work"),
    ] {
        engineer.post(&at, body).await.refused(status, code);
    }
    w.owner().post(&at, escalation()).await.refused(403, "session_access_denied");
    w.viewer().post(&at, escalation()).await.refused(403, "forbidden");
    w.stranger().post(&at, escalation()).await.refused(404, "session_not_found");
    assert_eq!(engineer.get(&path).await.expect(200), before, "the session is as it was");
    assert_eq!(
        engineer.get("/ai-sessions").await.expect(200),
        json!([]),
        "and no conversation is left behind"
    );
    assert_eq!(announced(&w, EventKind::HandoffCreated).await, []);
    engineer.post(&format!("{path}/complete"), json!({ "outcome": "resolved" })).await.expect(200);
    engineer.post(&at, escalation()).await.refused(400, "session_completed");
    // Sent twice with one key, it is made once.
    let path = guided(&engineer, json!({})).await;
    let send = async || {
        let request = engineer.request(reqwest::Method::POST, &format!("{path}/handoff"));
        let request = request.header("idempotency-key", "one-key-for-this").json(&to(json!(w.colleague.id)));
        crate::support::Answer::of(request).await.expect(201)
    };
    assert_eq!(send().await["handoff"]["id"], send().await["handoff"]["id"]);
    let queue = w.colleague().get("/ai-sessions/escalations").await.expect(200);
    assert_eq!((queue.as_array().unwrap().len(), &queue[0]["target_name"]), (1, &json!("Cora")));
}

async fn what_the_receiver_of_it_asks_is_shown(w: World) {
    let engineer = w.engineer();
    let path = guided(&engineer, json!({})).await;
    let at = format!("{path}/escalation-quality");
    let poor = engineer.post(&at, json!({ "reason": "" })).await.expect(200);
    let reason = "Since yesterday, and only one user is affected; the error is 0x80070005";
    let better = engineer.post(&at, json!({ "reason": reason })).await.expect(200);
    assert!(poor["score"].as_u64() < better["score"].as_u64(), "{poor} and {better}");
    assert!(poor["asks"].as_array().unwrap().iter().any(|ask| ask["answered"] == false));
    let other = engineer.post(&at, json!({ "reason": reason, "domain": "networking" })).await.expect(200);
    assert_ne!(other["asks"], better["asks"], "of that domain");
    w.colleague().post(&at, json!({ "reason": "r" })).await.refused(403, "session_access_denied");
    w.viewer().post(&at, json!({ "reason": "r" })).await.refused(403, "forbidden");
    w.stranger().post(&at, json!({ "reason": "r" })).await.refused(404, "session_not_found");
    engineer.post(&format!("{path}/handoff"), escalation()).await.expect(201);
    engineer.post(&at, json!({ "reason": "r" })).await.expect(200);
}

async fn one_that_was_taken_back_goes_on_in_the_conversation(w: World) {
    let engineer = w.engineer();
    let path = guided(&engineer, json!({})).await;
    let made = engineer.post(&format!("{path}/handoff"), escalation()).await.expect(201);
    let at = conversation(&made);
    engineer.post(&format!("{}/release", handoff_at(&at, &made)), json!({})).await.expect(200);
    let session = engineer.get(&at).await.expect(200);
    assert_eq!((&session["status"], &session["can_work"]), (&json!("active"), &json!(true)));
    assert_eq!(open(&session)["title"], "Does it print now?");
    assert_eq!(w.colleague().get("/ai-sessions/escalations").await.expect(200), json!([]));
    engineer.post(&format!("{path}/handoff"), escalation()).await.refused(409, "already_escalated");
}

async fn a_secret_stays_where_it_is(w: World) {
    let engineer = w.engineer();
    let secret = "hunter2-of-the-spooler";
    let values = json!({ "session_variables": { "printer": "PRN-01", "admin_password": secret } });
    let path = guided(&engineer, values).await;
    let note = json!({ "action": "note", "node_id": "restart", "notes": format!("Took {secret} to do it") });
    step(&engineer, &path, note).await;
    engineer
        .patch(&format!("{path}/scratchpad"), json!({ "scratchpad": format!("pw {secret}") }))
        .await
        .expect(200);
    let reason = format!("No rights with {secret}");
    let body = json!({ "intent": "escalate", "reason": reason });
    let made = engineer.post(&format!("{path}/handoff"), body).await.expect(201);
    let session = w.colleague().get(&conversation(&made)).await.expect(200);
    let said = session["messages"].to_string();
    assert!(said.contains("PRN-01") && said.contains("[kept in the guided session]"), "{said}");
    assert!(!said.contains(secret), "{said}");
    assert!(!session["steps"].to_string().contains(secret), "{}", session["steps"]);
    // The reason among it, as the queue, the notice and the briefing have it.
    assert!(!made.to_string().contains(secret), "{made}");
    assert!(
        made["handoff"]["reason"].as_str().is_some_and(|said| said.starts_with("No rights with [")),
        "{made}"
    );
    for read in ["/ai-sessions/escalations", "/notifications", &format!("{}/handoffs", conversation(&made))] {
        let read = w.colleague().get(read).await.expect(200);
        assert!(!read.to_string().contains(secret), "{read}");
    }
    let own = engineer.get(&path).await.expect(200);
    assert!(own["outcome_notes"].as_str().is_some_and(|said| said.ends_with(secret)), "{own}");
}
