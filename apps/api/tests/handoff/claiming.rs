use futures_util::future::join_all;
use rf_audit::events;
use rf_auth_policy::Role;
use rf_events::EventKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{announced, escalated, handoff_at, worked};
use crate::support::{World, every_store};

every_store! {
    two_people_race_and_the_slower_learns_who_won,
    who_claims_has_it_in_their_list_and_goes_on,
    who_handed_over_cannot_take_it,
    what_is_put_back_is_anybodys_again,
    what_is_taken_back_is_nobodys,
    a_manager_gives_it_to_somebody_else,
    another_account_learns_nothing,
    claimed_and_handed_over_again_it_starts_anew,
    nobody_takes_it_and_it_comes_up_again,
}

async fn two_people_race_and_the_slower_learns_who_won(w: World) {
    let (path, made) = escalated(&w.engineer()).await;
    let claim = format!("{}/claim", handoff_at(&path, &made));
    w.clock().advance(7);
    let racers = [w.colleague(), w.owner()];
    let answers = join_all(racers.iter().map(|racer| racer.post(&claim, json!({})))).await;
    let won = answers.iter().position(|answer| answer.status == 200).expect("one wins");
    let body = answers[won].expect(200);
    let lost = answers[1 - won].refused(409, "handoff_already_claimed");
    let told = json!({
        "winner_id": body["claimed_by"], "winner_name": body["claimed_by_name"], "claimed_at": w.now(),
    });
    assert_eq!(lost["detail"], told);
    assert_eq!(body["claimed_by_name"], ["Cora", "Olivia"][won]);
    // A double click changes nothing.
    w.clock().advance(3);
    assert_eq!(racers[won].post(&claim, json!({})).await.expect(200), body);
    let events = announced(&w, EventKind::HandoffClaimed).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].about["claimed_by"], body["claimed_by"]);
    assert_eq!(w.audited(events::AI_SESSION_CLAIMED).await, 1);
}

async fn who_claims_has_it_in_their_list_and_goes_on(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let (path, made) = escalated(&engineer).await;
    assert_eq!(colleague.get("/ai-sessions").await.expect(200), json!([]));
    colleague.post(&format!("{}/claim", handoff_at(&path, &made)), json!({})).await.expect(200);
    let listed = colleague.get("/ai-sessions").await.expect(200);
    assert_eq!((&listed[0]["id"], &listed[0]["status"]), (&made["handoff"]["session_id"], &json!("active")));
    let session = colleague.get(&path).await.expect(200);
    assert_eq!(session["can_work"], true);
    let message = json!({ "kind": "message", "text": "Looking at it now" });
    crate::pilot::take(&colleague, &path, &session, message).await.expect(200);
    assert_eq!(colleague.get("/ai-sessions/escalations/count").await.expect(200), json!({ "count": 0 }));
    w.owner().get(&path).await.refused(403, "ai_session_access_denied");
    assert_eq!(engineer.get(&path).await.expect(200)["can_work"], true, "its engineer stays in it");
}

async fn who_handed_over_cannot_take_it(w: World) {
    let engineer = w.engineer();
    let (path, made) = escalated(&engineer).await;
    let before = engineer.get(&path).await.expect(200);
    engineer
        .post(&format!("{}/claim", handoff_at(&path, &made)), json!({}))
        .await
        .refused(403, "handoff_is_own");
    engineer.post(&format!("{path}/pickup"), json!({ "mode": "fresh" })).await.refused(403, "handoff_is_own");
    w.viewer()
        .post(&format!("{}/claim", handoff_at(&path, &made)), json!({}))
        .await
        .refused(403, "forbidden");
    assert_eq!(engineer.get(&path).await.expect(200), before);
}

async fn what_is_put_back_is_anybodys_again(w: World) {
    let (engineer, colleague, owner) = (w.engineer(), w.colleague(), w.owner());
    let (path, made) = escalated(&engineer).await;
    let at = handoff_at(&path, &made);
    colleague.post(&format!("{at}/claim"), json!({})).await.expect(200);
    engineer.post(&format!("{at}/release"), json!({})).await.refused(403, "handoff_access_denied");
    let back = colleague.post(&format!("{at}/release"), json!({ "reason": "Shift ends" })).await.expect(200);
    assert_eq!((&back["status"], &back["claimed_by"]), (&json!("waiting"), &json!(null)));
    assert_eq!(engineer.get(&path).await.expect(200)["status"], "escalated");
    assert_eq!(colleague.get("/ai-sessions").await.expect(200), json!([]), "not in their list any more");
    assert_eq!(announced(&w, EventKind::HandoffReleased).await.len(), 1);
    let claimed = owner.post(&format!("{at}/claim"), json!({})).await.expect(200);
    assert_eq!(claimed["claimed_by_name"], "Olivia");
    let lost =
        colleague.post(&format!("{at}/claim"), json!({})).await.refused(409, "handoff_already_claimed");
    assert_eq!(lost["detail"]["winner_name"], "Olivia");
}

async fn what_is_taken_back_is_nobodys(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let (path, made) = escalated(&engineer).await;
    let at = handoff_at(&path, &made);
    colleague.post(&format!("{at}/release"), json!({})).await.refused(403, "handoff_access_denied");
    let back = engineer.post(&format!("{at}/release"), json!({})).await.expect(200);
    assert_eq!(back["status"], "released");
    let before = engineer.get(&path).await.expect(200);
    assert_eq!(before["status"], "active");
    colleague.post(&format!("{at}/claim"), json!({})).await.refused(409, "handoff_not_claimable");
    engineer.post(&format!("{at}/release"), json!({})).await.refused(409, "handoff_not_claimable");
    assert_eq!(engineer.get(&path).await.expect(200), before);
    assert_eq!(colleague.get("/ai-sessions/escalations").await.expect(200), json!([]));
}

async fn a_manager_gives_it_to_somebody_else(w: World) {
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let (path, made) = escalated(&engineer).await;
    let at = handoff_at(&path, &made);
    let admin = w.being(&w.team_admin);
    let to = |who: Value| json!({ "user_id": who });
    let assign = format!("{at}/assign");
    colleague.post(&assign, to(json!(w.owner.id))).await.refused(403, "handoff_access_denied");
    for (who, status, code) in [
        (json!(w.stranger.id), 404, "handoff_target_not_found"),
        (json!(w.viewer.id), 422, "handoff_target_cannot_work"),
        (json!(w.engineer.id), 422, "handoff_to_self"),
    ] {
        admin.post(&assign, to(who)).await.refused(status, code);
    }
    let given = engineer.post(&assign, to(json!(w.colleague.id))).await.expect(200);
    assert_eq!((&given["target_name"], &given["status"]), (&json!("Cora"), &json!("waiting")));
    colleague.post(&format!("{at}/claim"), json!({})).await.expect(200);
    engineer.post(&assign, to(json!(w.owner.id))).await.refused(403, "handoff_access_denied");
    let given = admin.post(&assign, to(json!(w.owner.id))).await.expect(200);
    assert_eq!((&given["status"], &given["claimed_by"]), (&json!("waiting"), &json!(null)));
    w.owner().post(&format!("{at}/claim"), json!({})).await.expect(200);
    assert_eq!(w.audited(events::AI_SESSION_ASSIGNED).await, 2);
}

async fn another_account_learns_nothing(w: World) {
    let (path, made) = escalated(&w.engineer()).await;
    let at = handoff_at(&path, &made);
    let stranger = w.stranger();
    stranger.get(&at).await.refused(404, "ai_session_not_found");
    for (what, body) in
        [("claim", json!({})), ("release", json!({})), ("assign", json!({ "user_id": w.stranger.id }))]
    {
        stranger.post(&format!("{at}/{what}"), body).await.refused(404, "ai_session_not_found");
    }
    let (other, _) = worked(&w.engineer()).await;
    let elsewhere = format!("{other}/handoffs/{}", made["handoff"]["id"].as_str().unwrap());
    w.engineer().get(&elsewhere).await.refused(404, "handoff_not_found");
    let forged = format!("{path}/handoffs/{}/claim", Uuid::from_u128(7));
    w.colleague().post(&forged, json!({})).await.refused(404, "handoff_not_found");
    let odd = format!("{path}/handoffs/x/claim");
    w.colleague().post(&odd, json!({})).await.refuses_fields(&[("path.handoff_id", "not_a_uuid")]);
}

async fn claimed_and_handed_over_again_it_starts_anew(w: World) {
    let colleague = w.colleague();
    let (path, made) = escalated(&w.engineer()).await;
    colleague.post(&format!("{}/claim", handoff_at(&path, &made)), json!({})).await.expect(200);
    let picked = json!(w.colleague.id);
    assert_eq!(colleague.get(&path).await.expect(200)["picked_up_by"], picked);
    assert_eq!(w.engineer().get("/ai-sessions").await.expect(200)[0]["picked_up_by"], picked);
    let body = json!({ "intent": "escalate", "reason": "It is the vendor's" });
    let again = colleague.post(&format!("{path}/handoff"), body.clone()).await.expect(201);
    // Theirs to follow while it waits, and to go on with when they take it back.
    assert_eq!(colleague.get("/ai-sessions").await.expect(200)[0]["picked_up_by"], picked);
    colleague.post(&format!("{}/release", handoff_at(&path, &again)), json!({})).await.expect(200);
    assert_eq!(colleague.get(&path).await.expect(200)["can_work"], true);
    let again = colleague.post(&format!("{path}/handoff"), body).await.expect(201);
    let listed = w.engineer().get(&format!("{path}/handoffs")).await.expect(200);
    let stands: Vec<_> = listed.as_array().unwrap().iter().map(|handoff| &handoff["status"]).collect();
    assert_eq!(stands, ["waiting", "released", "closed"]);
    let expert = w.person("Xena", Role::Engineer, None).await;
    w.being(&expert).post(&format!("{}/claim", handoff_at(&path, &again)), json!({})).await.expect(200);
    let session = w.being(&expert).get(&path).await.expect(200);
    assert_eq!(session["escalated_to_id"], json!(expert.id));
    assert_eq!(session["picked_up_by"], json!(expert.id));
    colleague.get(&path).await.refused(403, "ai_session_access_denied");
    assert_eq!(colleague.get("/ai-sessions").await.expect(200), json!([]));
}

/// The reminder is a job that is due a quarter of an hour after the handover; here it is run by hand.
async fn nobody_takes_it_and_it_comes_up_again(w: World) {
    let (path, made) = escalated(&w.engineer()).await;
    super::work(&w).await;
    let due = |handoff: &Value, round: i64| rf_jobs::Job {
        id: w.test.app.new_id(),
        account_id: w.north.id,
        kind: "handoff.remind".into(),
        payload: json!({ "handoff_id": handoff["handoff"]["id"], "round": round }),
        dedupe_key: None,
        state: rf_jobs::JobState::Running,
        attempts: 1,
        run_at: w.now(),
        lease: None,
        last_error: None,
        created_at: w.now(),
        finished_at: None,
    };
    let handlers = rf_usecases::job_handlers(&w.test.app);
    let remind = handlers.iter().find(|handler| handler.kind() == "handoff.remind").unwrap();
    remind.run(&due(&made, 0)).await.unwrap();
    remind.run(&due(&made, 0)).await.unwrap();
    let events = announced(&w, EventKind::HandoffCreated).await;
    let rounds: Vec<_> = events.iter().map(|event| event.about["reminder"].clone()).collect();
    assert_eq!(rounds, [0, 1], "run twice, it reminds once");
    assert_eq!(w.audited(events::AI_SESSION_HANDOFF_REMINDED).await, 1);
    w.colleague().post(&format!("{}/claim", handoff_at(&path, &made)), json!({})).await.expect(200);
    remind.run(&due(&made, 1)).await.unwrap();
    assert_eq!(announced(&w, EventKind::HandoffCreated).await.len(), 2, "somebody has it");
}
