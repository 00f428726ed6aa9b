use serde_json::{Value, json};

use super::{following, open, pick_option, take};
use crate::support::{Client, World, every_store};

every_store! {
    a_fix_that_cannot_be_verified_yet_is_parked_with_what_is_awaited,
    the_verdict_on_a_step_is_the_outcome_of_its_fix,
    resolving_settles_what_was_pending,
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
