//! From the end of a session into its ticket: once, whatever the network does.

use rf_psa::Artefact;
use rf_simulators::connectwise::{Fault, keys};
use serde_json::{Value, json};

use super::{A_TRY_LATER, CLOSED, Desk, MISSING, OPEN, every_database};
use crate::support::{Database, troubleshooting_flow};

every_database! {
    a_resolved_session_s_note_is_in_its_ticket,
    what_an_engineer_made_of_the_note_is_what_is_written,
    a_note_whose_answer_was_lost_is_there_once,
    what_no_retry_mends_waits_for_somebody,
    of_a_push_only_its_account_knows,
}

async fn a_resolved_session_s_note_is_in_its_ticket(desk: Desk) {
    let session = desk.resolved(OPEN).await;
    assert_eq!(desk.push(&session).await["state"], "queued");
    desk.work().await;
    let push = desk.push(&session).await;
    assert_eq!((&push["state"], &push["artefact"]), (&json!("sent"), &json!("note")), "{push}");
    let notes = desk.simulator.notes(OPEN);
    let note = notes.iter().find(|note| note.contains("[ResolutionFlow RF-")).unwrap();
    assert!(note.starts_with("RESOLVED\n") && note.contains("Restarted the spooler"), "{note}");
    assert!(!note.contains("hunter2"), "masked as every note is: {note}");
    assert!(note.contains("Eli"), "{note}");
    desk.work_later().await;
    let push = desk.push(&session).await;
    assert_eq!(push["state"], "confirmed", "{push}");
    assert!(push["external_id"].is_string());
    // By hand it is not sent again: it is there.
    let again = json!({ "session_id": session, "session_kind": "ai", "artefacts": ["note"] });
    let engineer = desk.world.again(&desk.world.engineer).await;
    let pushed = engineer.post("/integrations/psa/pushes", again).await.expect(202);
    assert_eq!((&pushed[0]["id"], &pushed[0]["state"]), (&push["id"], &json!("confirmed")));
    desk.work_later().await;
    assert_eq!(desk.ours(OPEN, Artefact::Note), 1);
}

async fn what_an_engineer_made_of_the_note_is_what_is_written(desk: Desk) {
    let session = desk.resolved(OPEN).await;
    let path = format!("/ai-sessions/{session}/documentation");
    let engineer = desk.world.again(&desk.world.engineer).await;
    let text = "## What was wrong\n\nThe spooler hung; the new password: hunter3 is in the vault.";
    let edit = json!({ "kind": "resolution_note", "text": text });
    engineer.put(&path, edit).await.expect(200);
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefact": "note" });
    let preview = engineer.post("/integrations/psa/preview", asked.clone()).await.expect(200);
    assert_eq!(preview["warnings"], json!([]), "{preview}");
    desk.work().await;
    let notes = desk.simulator.notes(OPEN);
    let note = notes.iter().find(|note| note.contains("[ResolutionFlow RF-")).unwrap();
    assert!(note.contains("WHAT WAS WRONG:\nThe spooler hung"), "{note}");
    assert!(!note.contains("hunter3"), "masked as every note is: {note}");
    assert!(!note.contains("Restarted the spooler"), "and nothing that was generated: {note}");
    assert!(preview["text"].as_str().unwrap().contains("The spooler hung"), "{preview}");

    // Edited before its end it does not tell of the end: what is generated is written, and the preview says so.
    let said = json!({
        "intake_content": { "text": "The label printer at reception is offline" }, "psa_ticket_id": MISSING.to_string(),
    });
    let session = engineer.post("/ai-sessions", said).await.expect(201)["id"].as_str().unwrap().to_owned();
    let edit = json!({ "kind": "resolution_note", "text": "Still looking." });
    engineer.put(&format!("/ai-sessions/{session}/documentation"), edit).await.expect(200);
    let end = json!({ "resolution_summary": "Restarted the spooler" });
    engineer.post(&format!("/ai-sessions/{session}/resolve"), end).await.expect(200);
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefact": "note" });
    let preview = engineer.post("/integrations/psa/preview", asked).await.expect(200);
    assert!(preview["warnings"][0].as_str().unwrap().contains("before the work went on"), "{preview}");
    let text = preview["text"].as_str().unwrap();
    assert!(text.contains("Restarted the spooler") && !text.contains("Still looking"), "{text}");
}

/// Kept and the answer lost, not kept and the answer lost, kept and 500, kept and a proxy's page, kept much later.
async fn a_note_whose_answer_was_lost_is_there_once(desk: Desk) {
    let tickets = [OPEN, OPEN + 1, OPEN + 2, OPEN + 3, OPEN + 4];
    let faults = [
        Fault::DropAfterCommit,
        Fault::DropBeforeCommit,
        Fault::ServerErrorAfterCommit,
        Fault::PageAfterCommit,
        Fault::DropAndCommitLater,
    ];
    for (ticket, fault) in tickets.into_iter().zip(faults) {
        desk.fault("POST", &format!("/tickets/{ticket}/notes"), &[1], fault);
        let session = desk.resolved(ticket).await;
        desk.work().await;
        let push = desk.push(&session).await;
        let is_there = !matches!(fault, Fault::DropBeforeCommit | Fault::DropAndCommitLater);
        assert_eq!(push["state"], if is_there { "confirmed" } else { "failed" }, "{fault:?}: {push}");
        desk.simulator.release();
        for _ in 0..3 {
            desk.work_later().await;
        }
        assert_eq!(desk.push(&session).await["state"], "confirmed", "{fault:?}");
        assert_eq!(desk.ours(ticket, Artefact::Note), 1, "{fault:?}");
    }
}

async fn what_no_retry_mends_waits_for_somebody(desk: Desk) {
    let session = desk.resolved(MISSING).await;
    desk.work().await;
    let push = desk.push(&session).await;
    assert_eq!(push["state"], "needs_review", "{push}");
    assert!(!push["last_error"].as_str().unwrap().is_empty());
    let retry = format!("/integrations/psa/pushes/{}/retry", push["id"].as_str().unwrap());
    let engineer = desk.world.again(&desk.world.engineer).await;
    assert_eq!(engineer.post(&retry, json!({})).await.expect(200)["state"], "queued");
    engineer.post(&retry, json!({})).await.refused(409, "push_not_waiting");
    desk.work().await;
    assert_eq!(desk.push(&session).await["state"], "needs_review");

    // A PSA that is down for longer than three retries, and back when somebody looks.
    desk.fault("POST", "/notes", &[], Fault::ServerError);
    let session = desk.resolved(OPEN).await;
    desk.work().await;
    for tries in 1..=3 {
        let push = desk.push(&session).await;
        assert_eq!((&push["state"], &push["attempts"]), (&json!("failed"), &json!(tries)), "{push}");
        desk.work().await;
        assert_eq!(desk.push(&session).await["attempts"], json!(tries), "not before its time");
        desk.work_later().await;
    }
    let push = desk.push(&session).await;
    assert_eq!((&push["state"], &push["attempts"]), (&json!("needs_review"), &json!(4)), "{push}");
    desk.simulator.clear_faults();
    let owner = desk.world.again(&desk.world.owner).await;
    let retry = format!("/integrations/psa/pushes/{}/retry", push["id"].as_str().unwrap());
    owner.post(&retry, json!({})).await.expect(200);
    desk.work().await;
    assert_eq!(desk.push(&session).await["state"], "sent");
    assert_eq!(desk.ours(OPEN, Artefact::Note), 1);
}

async fn of_a_push_only_its_account_knows(desk: Desk) {
    let session = desk.resolved(OPEN).await;
    let push = desk.push(&session).await;
    let stranger = desk.world.again(&desk.world.stranger).await;
    let found = stranger.find("/integrations/psa/pushes", &[("session_id", &session)]).await.expect(200);
    assert_eq!(found, json!([]));
    let retry = format!("/integrations/psa/pushes/{}/retry", push["id"].as_str().unwrap());
    stranger.post(&retry, json!({})).await.refused(404, "push_not_found");
    // Nor does a colleague without the work; whoever manages the connection does.
    let colleague = desk.world.again(&desk.world.colleague).await;
    assert_eq!(colleague.get("/integrations/psa/pushes").await.expect(200), json!([]));
    colleague.post(&retry, json!({})).await.refused(404, "push_not_found");
    let admin = desk.world.again(&desk.world.team_admin).await;
    assert_eq!(admin.get("/integrations/psa/pushes").await.expect(200).as_array().unwrap().len(), 1);
}

async fn charging(desk: &Desk) {
    let owner = desk.world.again(&desk.world.owner).await;
    let charge = json!({ "time_entry": { "create": true } });
    owner.patch("/integrations/psa/settings", charge).await.expect(200);
}

#[tokio::test]
async fn time_is_charged_as_measured_and_rounded_to_whoever_worked() {
    let desk = Desk::over(Database::memory().await).await;
    charging(&desk).await;
    let owner = desk.world.again(&desk.world.owner).await;
    let path = format!("/integrations/psa/members/{}", desk.world.engineer.id);
    owner.put(&path, json!({ "member_id": "53" })).await.expect_empty();
    let session = desk.resolved(OPEN).await;
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefact": "time" });
    let engineer = desk.world.again(&desk.world.engineer).await;
    let preview = engineer.post("/integrations/psa/preview", asked).await.expect(200);
    assert_eq!(preview["time"]["minutes"], 15, "ten minutes, rounded up: {preview}");
    assert_eq!((&preview["time"]["worked_seconds"], &preview["warnings"]), (&json!(600), &json!([])));
    desk.work().await;
    let charged = desk
        .simulator
        .journal()
        .into_iter()
        .find(|call| call.method == "POST" && call.path.ends_with("/time/entries"));
    let charged = charged.unwrap().body.unwrap();
    assert_eq!(charged["member"]["identifier"], "ssharma", "{charged}");
    assert_eq!(charged["notes"], preview["text"], "what was looked at is what is written");
    assert_eq!((desk.ours(OPEN, Artefact::Note), desk.ours(OPEN, Artefact::Time)), (1, 1));
}

#[tokio::test]
async fn somebody_unknown_there_is_charged_to_the_connection_with_a_warning() {
    let desk = Desk::over(Database::memory().await).await;
    charging(&desk).await;
    let session = desk.resolved(OPEN).await;
    desk.work().await;
    let pushes = desk.pushes(&session).await;
    let time = pushes.iter().find(|push| push["artefact"] == "time").unwrap();
    assert_eq!(time["state"], "sent");
    assert!(time["warnings"][0].as_str().unwrap().contains("Eli is not mapped"), "{time}");
}

#[tokio::test]
async fn a_closed_ticket_takes_the_note_and_no_time() {
    let desk = Desk::over(Database::memory().await).await;
    charging(&desk).await;
    let session = desk.resolved(CLOSED).await;
    desk.work().await;
    for push in desk.pushes(&session).await {
        let expected = if push["artefact"] == "note" { "sent" } else { "needs_review" };
        assert_eq!(push["state"], expected, "{push}");
    }
    assert_eq!((desk.ours(CLOSED, Artefact::Note), desk.ours(CLOSED, Artefact::Time)), (1, 0));
}

#[tokio::test]
async fn keys_that_may_only_read_leave_the_note_here_with_what_to_do() {
    let desk = Desk::over(Database::memory().await).await;
    let mut reader = super::connection(&desk.simulator);
    reader["public_key"] = json!(keys::READER_PUBLIC);
    reader["private_key"] = json!(keys::READER_PRIVATE);
    desk.world.owner().put("/integrations/psa", reader).await.expect(200);
    let session = desk.resolved(OPEN).await;
    desk.work().await;
    let push = desk.push(&session).await;
    assert_eq!(push["state"], "needs_review", "{push}");
    let owner = desk.world.again(&desk.world.owner).await;
    owner.put("/integrations/psa", super::connection(&desk.simulator)).await.expect(200);
    owner
        .post(&format!("/integrations/psa/pushes/{}/retry", push["id"].as_str().unwrap()), json!({}))
        .await
        .expect(200);
    desk.work().await;
    assert_eq!(desk.ours(OPEN, Artefact::Note), 1);
}

#[tokio::test]
async fn what_is_looked_at_before_is_what_is_written() {
    let desk = Desk::over(Database::memory().await).await;
    let session = desk.resolved(OPEN).await;
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefact": "note" });
    let engineer = desk.world.again(&desk.world.engineer).await;
    let preview = engineer.post("/integrations/psa/preview", asked.clone()).await.expect(200);
    desk.work().await;
    assert!(desk.simulator.notes(OPEN).contains(&preview["text"].as_str().unwrap().to_owned()), "{preview}");
    let after = engineer.post("/integrations/psa/preview", asked).await.expect(200);
    assert_eq!(after["text"], preview["text"]);
}

#[tokio::test]
async fn a_guided_session_is_pushed_as_it_ended() {
    let desk = Desk::over(Database::memory().await).await;
    let engineer = desk.world.engineer();
    let flow = engineer.post("/trees", troubleshooting_flow("Printer offline")).await.expect(201);
    for (outcome, begins) in [("resolved", "RESOLVED"), ("escalated", "ESCALATED"), ("cancelled", "")] {
        let ticket = OPEN + i64::try_from(begins.len()).unwrap();
        let start = json!({
            "tree_id": flow["id"], "ticket_number": ticket.to_string(),
            "session_variables": { "admin_password": "Tr0ub4dor" },
        });
        let session = engineer.post("/sessions", start).await.expect(201);
        let path = format!("/sessions/{}", session["id"].as_str().unwrap());
        let asked = json!({ "session_id": session["id"], "session_kind": "guided", "artefacts": ["note"] });
        engineer.post("/integrations/psa/pushes", asked).await.refused(409, "psa_session_open");
        let ending = json!({ "outcome": outcome, "outcome_notes": "Password Tr0ub4dor works" });
        engineer.post(&format!("{path}/complete"), ending).await.expect(200);
        desk.work().await;
        let ours: Vec<String> =
            desk.simulator.notes(ticket).into_iter().filter(|note| note.contains("RF-")).collect();
        match begins {
            "" => assert!(ours.is_empty(), "{ours:?}"),
            begins => {
                assert!(ours.len() == 1 && ours[0].starts_with(begins), "{ours:?}");
                assert!(
                    ours[0].contains("Printer offline") || ours[0].contains("PRINTER OFFLINE"),
                    "{ours:?}"
                );
                assert!(!ours[0].contains("Tr0ub4dor"), "{ours:?}");
            }
        }
    }
}

/// Its own note and its own time, in the unit that hands it over; the conversation it goes on in adds what comes after.
#[tokio::test]
async fn a_guided_session_handed_over_is_in_its_ticket_once() {
    let desk = Desk::over(Database::memory().await).await;
    let on = json!({ "time_entry": { "create": true }, "rounding": { "step_minutes": 1 } });
    desk.world.owner().patch("/integrations/psa/settings", on).await.expect(200);
    let engineer = desk.world.engineer();
    let flow = engineer.post("/trees", troubleshooting_flow("Printer offline")).await.expect(201);
    let start = json!({ "tree_id": flow["id"], "ticket_number": OPEN.to_string() });
    let guided = engineer.post("/sessions", start).await.expect(201);
    let path = format!("/sessions/{}", guided["id"].as_str().unwrap());
    desk.world.clock().advance(600);
    let engineer = desk.world.again(&desk.world.engineer).await;
    let answered = json!({
        "entry_id": uuid::Uuid::from_u128(7), "action": "answer", "node_id": "start", "option_id": "yes",
    });
    engineer.post(&format!("{path}/steps"), answered).await.expect(200);
    let escalation = json!({ "intent": "escalate", "reason": "No rights on the print server" });
    let made = engineer.post(&format!("{path}/handoff"), escalation).await.expect(201);
    assert_eq!(made["psa_result"], json!({ "status": "queued" }));
    assert_eq!(desk.pushes(guided["id"].as_str().unwrap()).await.len(), 2, "its note and its time");
    let session = made["handoff"]["session_id"].as_str().unwrap().to_owned();
    assert_eq!(desk.pushes(&session).await, Vec::<Value>::new());
    desk.work().await;
    assert_eq!((desk.ours(OPEN, Artefact::Note), desk.ours(OPEN, Artefact::Time)), (1, 1));
    let notes = desk.simulator.notes(OPEN);
    let note = notes.iter().find(|note| note.contains("[ResolutionFlow RF-")).unwrap();
    assert!(note.starts_with("ESCALATED") && note.contains("No rights on the print server"), "{note}");
    let charged = engineer.get(&format!("{path}/time")).await.expect(200);
    assert_eq!(charged["entries"][0]["worked_seconds"], 600, "{charged}");
    let taker = desk.world.again(&desk.world.team_admin).await;
    let at = format!("/ai-sessions/{session}");
    taker.post(&format!("{at}/pickup"), json!({ "mode": "continue" })).await.expect(200);
    desk.world.clock().advance(120);
    let taker = desk.world.again(&desk.world.team_admin).await;
    let end = json!({ "resolution_summary": "The driver was replaced." });
    taker.post(&format!("{at}/resolve"), end).await.expect(200);
    desk.work().await;
    assert_eq!((desk.ours(OPEN, Artefact::Note), desk.ours(OPEN, Artefact::Time)), (2, 2));
    let after = taker.get(&format!("{at}/time")).await.expect(200);
    assert_eq!(after["entries"][0]["worked_seconds"], 120, "and not the guided session's again: {after}");
}

#[tokio::test]
async fn without_a_ticket_or_a_wish_nothing_is_pushed() {
    let desk = Desk::over(Database::memory().await).await;
    let session = desk.resolved("see mail").await;
    assert_eq!(desk.pushes(&session).await, Vec::<Value>::new());
    let asked = json!({ "session_id": session, "session_kind": "ai", "artefacts": ["note"] });
    let engineer = desk.world.again(&desk.world.engineer).await;
    engineer.post("/integrations/psa/pushes", asked).await.refused(409, "psa_no_ticket");
    let owner = desk.world.again(&desk.world.owner).await;
    owner.patch("/integrations/psa/settings", json!({ "push_on_resolve": false })).await.expect(200);
    let session = desk.resolved(OPEN).await;
    assert_eq!(desk.pushes(&session).await, Vec::<Value>::new());
    // By hand it goes all the same.
    let asked =
        json!({ "session_id": session, "session_kind": "ai", "artefacts": ["note", "time"], "minutes": 30 });
    let engineer = desk.world.again(&desk.world.engineer).await;
    let pushed = engineer.post("/integrations/psa/pushes", asked).await.expect(202);
    assert_eq!(pushed.as_array().unwrap().len(), 2);
    desk.work().await;
    assert_eq!((desk.ours(OPEN, Artefact::Note), desk.ours(OPEN, Artefact::Time)), (1, 1));
}

#[tokio::test]
async fn a_push_outlives_its_connection_and_waits() {
    let desk = Desk::over(Database::memory().await).await;
    let session = desk.resolved(OPEN).await;
    let owner = desk.world.again(&desk.world.owner).await;
    owner.delete("/integrations/psa").await.expect_empty();
    desk.work().await;
    let push = desk.push(&session).await;
    assert_eq!(push["state"], "needs_review", "{push}");
    assert!(push["last_error"].as_str().unwrap().contains("Connect one"), "{push}");
    desk.world.clock().advance(A_TRY_LATER);
    assert_eq!(desk.ours(OPEN, Artefact::Note), 0);
}

#[tokio::test]
async fn a_ticket_gets_its_status_once_note_and_time_are_in_it() {
    let desk = Desk::over(Database::memory().await).await;
    charging(&desk).await;
    let engineer = desk.world.engineer();
    let card = engineer.get(&format!("/integrations/psa/tickets/{OPEN}")).await.expect(200);
    let closing =
        card["statuses"].as_array().unwrap().iter().find(|status| status["closes"] == true).unwrap();
    let owner = desk.world.again(&desk.world.owner).await;
    let wish = json!({ "status": { "on_resolve": closing["name"].as_str().unwrap().to_uppercase() } });
    owner.patch("/integrations/psa/settings", wish).await.expect(200);
    desk.fault("POST", "/time/entries", &[1], Fault::DropBeforeCommit);
    let session = desk.resolved(OPEN).await;
    desk.work().await;
    desk.set_statuses().await;
    assert_eq!(desk.simulator.ticket(OPEN).unwrap()["closedFlag"], false, "time would be refused now");
    desk.work_later().await;
    desk.set_statuses().await;
    assert_eq!(desk.simulator.ticket(OPEN).unwrap()["status"]["name"], closing["name"]);
    assert_eq!((desk.ours(OPEN, Artefact::Note), desk.ours(OPEN, Artefact::Time)), (1, 1));

    let owner = desk.world.again(&desk.world.owner).await;
    owner
        .patch("/integrations/psa/settings", json!({ "status": { "on_resolve": "Nowhere" } }))
        .await
        .expect(200);
    let other = desk.resolved(OPEN + 5).await;
    desk.work().await;
    desk.set_statuses().await;
    let warned = desk.pushes(&other).await;
    assert!(
        warned.iter().any(|push| push["warnings"].to_string().contains("no status “Nowhere”")),
        "{warned:?}"
    );
    assert_eq!(desk.pushes(&session).await.len(), 2);
}
