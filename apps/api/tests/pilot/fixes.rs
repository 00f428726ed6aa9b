use serde_json::{Value, json};

use super::{following, open, pick_option, take};
use crate::support::{Client, World, every_store};

every_store! {
    a_fix_that_cannot_be_verified_yet_is_parked_with_what_is_awaited,
    the_verdict_on_a_step_is_the_outcome_of_its_fix,
    resolving_settles_what_was_pending,
    whoever_parked_a_fix_is_reminded_when_it_is_due,
}

/// A conversation at a step that may be the fix, and the address of the fix.
async fn suggested(engineer: &Client) -> (String, Value, String) {
    let (path, session) = following(engineer).await;
    let session = pick_option(engineer, &path, &session, "no").await;
    assert_eq!(open(&session)["title"], "Plug it in");
    let fix = session["fixes"][0].clone();
    assert_eq!((&fix["title"], &fix["status"]), (&json!("Plug it in"), &json!("proposed")));
    let address = format!("{path}/fixes/{}", fix["id"].as_str().unwrap());
    (path, session, address)
}

async fn a_fix_that_cannot_be_verified_yet_is_parked_with_what_is_awaited(w: World) {
    let engineer = w.engineer();
    let (path, before, fix) = suggested(&engineer).await;
    let pending =
        |reason: Value| json!({ "status": "applied_pending", "pending_reason": reason, "due_at": w.now() });
    engineer
        .patch(&fix, pending(json!(null)))
        .await
        .refuses_fields(&[("pending_reason", "pending_reason_required")]);
    engineer
        .patch(&fix, json!({ "status": "proposed" }))
        .await
        .refuses_fields(&[("status", "not_an_outcome")]);
    assert_eq!(engineer.get(&path).await.expect(200), before);
    let parked = engineer.patch(&fix, pending(json!("The client powers it on tomorrow"))).await.expect(200);
    let kept = &parked["fixes"][0];
    assert_eq!((&kept["applied_at"], &kept["verified_at"]), (&json!(w.now()), &json!(null)));
    let due = engineer.get("/ai-sessions/fixes/due").await.expect(200);
    assert_eq!((&due[0]["id"], &due[0]["problem_summary"]), (&kept["id"], &parked["problem_summary"]));
    assert_eq!(w.owner().get("/ai-sessions/fixes/due").await.expect(200), json!([]));
    let again = engineer.patch(&fix, pending(json!("The client is back on Monday"))).await.expect(200);
    assert_eq!(again["fixes"][0]["pending_reason"], "The client is back on Monday");
    let done = engineer.patch(&fix, json!({ "status": "applied_success" })).await.expect(200);
    assert_eq!(done["fixes"][0]["verified_at"], json!(w.now()));
    engineer.patch(&fix, json!({ "status": "dismissed" })).await.refused(409, "fix_outcome_final");
    assert_eq!(engineer.get("/ai-sessions/fixes/due").await.expect(200), json!([]));
    let unknown = format!("{path}/fixes/{}", uuid::Uuid::from_u128(7));
    engineer.patch(&unknown, json!({ "status": "dismissed" })).await.refused(404, "fix_not_found");
    w.owner().patch(&fix, json!({ "status": "dismissed" })).await.refused(403, "ai_session_access_denied");
}

async fn the_verdict_on_a_step_is_the_outcome_of_its_fix(w: World) {
    let engineer = w.engineer();
    let (path, session, _) = suggested(&engineer).await;
    let verdict = json!({ "kind": "verdict", "verdict": "did_not_work" });
    let session = take(&engineer, &path, &session, verdict).await.expect(200);
    assert_eq!(session["fixes"][0]["status"], "applied_failed");
}

async fn resolving_settles_what_was_pending(w: World) {
    let engineer = w.engineer();
    let (path, _, fix) = suggested(&engineer).await;
    let pending = json!({ "status": "applied_pending", "pending_reason": "AD replication" });
    engineer.patch(&fix, pending).await.expect(200);
    let end = json!({ "resolution_summary": "It was not plugged in." });
    let session = engineer.post(&format!("{path}/resolve"), end).await.expect(200);
    let fix = &session["fixes"][0];
    assert_eq!((&fix["status"], &fix["pending_reason"]), (&json!("applied_success"), &json!(null)));
}

/// The job is due when the fix is; here it is run by hand.
async fn whoever_parked_a_fix_is_reminded_when_it_is_due(w: World) {
    let engineer = w.engineer();
    let (path, _, fix) = suggested(&engineer).await;
    let park = async |seconds: i64| {
        let due_at = w.now().plus_seconds(seconds);
        let pending =
            json!({ "status": "applied_pending", "pending_reason": "AD replication", "due_at": due_at });
        let session = engineer.patch(&fix, pending).await.expect(200);
        json!({ "session_id": session["id"], "fix_id": session["fixes"][0]["id"], "due_at": due_at })
    };
    let handlers = rf_usecases::job_handlers(&w.test.app);
    let remind = handlers.iter().find(|handler| handler.kind() == "fix.remind").unwrap();
    let run = async |payload: Value| {
        let job = rf_jobs::Job {
            id: w.test.app.new_id(),
            account_id: w.north.id,
            kind: "fix.remind".into(),
            payload,
            dedupe_key: None,
            state: rf_jobs::JobState::Running,
            attempts: 1,
            run_at: w.now(),
            lease: None,
            last_error: None,
            created_at: w.now(),
            finished_at: None,
        };
        remind.run(&job).await.unwrap();
        engineer.get("/notifications").await.expect(200).as_array().map_or(0, Vec::len)
    };
    let first = park(3_600).await;
    let second = park(7_200).await;
    assert_eq!(run(first).await, 0, "it was put off");
    assert_eq!(run(second.clone()).await, 1);
    let told = &engineer.get("/notifications").await.expect(200)[0];
    assert_eq!((&told["kind"], &told["title"]), (&json!("fix.due"), &json!("Verify now: Plug it in")));
    assert_eq!(
        (&told["body"], &told["link"]),
        (&json!("You waited for: AD replication"), &json!(path.replace("/ai-sessions", "/pilot")))
    );
    engineer.patch(&fix, json!({ "status": "applied_success" })).await.expect(200);
    assert_eq!(run(second).await, 1, "it was verified");
}
