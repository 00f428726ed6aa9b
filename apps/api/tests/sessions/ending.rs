//! RUN-11, D4, C2: completing a session.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{complete, done, flow, log_kinds, path_of, skip, start_checklist, start_graph};
use crate::support::{World, checklist_flow, every_store};

every_store! {
    completing_says_how_it_ended,
    a_session_is_completed_once,
    of_parallel_completes_one_counts,
    a_prepared_session_begins_and_ends_at_once,
    a_checklist_is_resolved_when_nothing_required_is_open,
    an_outcome_is_one_of_five_and_its_texts_are_measured,
}

async fn completing_says_how_it_ended(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    w.clock().advance(120);
    let body =
        json!({ "outcome": "workaround", "outcome_notes": "Uses P2 for now", "next_steps": "Order a drum" });
    let session = engineer.post(&format!("{path}/complete"), body).await.expect(200);
    for (field, value) in [
        ("status", json!("completed")),
        ("completed_at", json!(w.now())),
        ("outcome", json!("workaround")),
        ("outcome_notes", json!("Uses P2 for now")),
        ("next_steps", json!("Order a drum")),
        ("active_seconds", json!(120)),
        ("exported", json!(false)),
        ("revision", json!(2)),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    let log = engineer.get(&format!("{path}/log")).await.expect(200);
    assert_eq!((&log[1]["kind"], &log[1]["answer"]), (&json!("completed"), &json!("workaround")));
}

async fn a_session_is_completed_once(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let ended = complete(&engineer, &path, "resolved").await.expect(200);
    let answer = complete(&engineer, &path, "unresolved").await;
    answer.says(400, "session_completed", "Session already completed");
    assert_eq!(engineer.get(&path).await.expect(200), ended);
}

async fn of_parallel_completes_one_counts(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let outcomes = ["resolved", "workaround", "unresolved", "escalated", "cancelled"];
    let attempts = (0..30).map(|n| complete(&engineer, &path, outcomes[n % 5]));
    let answers = join_all(attempts.collect::<Vec<_>>()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 400).count(), 29);
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "completed"]);
}

/// D4: no session ends that never began.
async fn a_prepared_session_begins_and_ends_at_once(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    let body = json!({ "tree_id": tree, "assigned_to_id": w.colleague.id });
    let path = path_of(&w.engineer().post("/sessions/prepare", body).await.expect(201));
    w.clock().advance(200);
    let session = complete(&w.colleague(), &path, "cancelled").await.expect(200);
    assert_eq!((&session["started_at"], &session["completed_at"]), (&json!(w.now()), &json!(w.now())));
    assert_eq!((&session["status"], &session["active_seconds"]), (&json!("completed"), &json!(0)));
    assert_eq!(log_kinds(&w.colleague(), &path).await, ["prepared", "started", "completed"]);
    let listed = w.colleague().find("/sessions", &[("status", "completed")]).await.expect(200);
    assert_eq!(listed[0]["id"], session["id"]);
}

async fn a_checklist_is_resolved_when_nothing_required_is_open(w: World) {
    let engineer = w.engineer();
    let path = start_checklist(&engineer).await;
    done(&engineer, &path, "backup").await.expect(200);
    let detail =
        complete(&engineer, &path, "resolved").await.refused(409, "required_steps_open")["detail"].clone();
    let message =
        "Required steps are still open: do them, skip them with a reason, or choose another outcome.";
    assert_eq!(detail, json!({ "message": message, "open": ["install"] }));
    assert_eq!(engineer.get(&path).await.expect(200)["status"], "active");
    // A skip with its reason closes a step, and the optional one was never asked for.
    skip(&engineer, &path, "install", "No updates this month").await.expect(200);
    let session = complete(&engineer, &path, "resolved").await.expect(200);
    assert_eq!(session["outcome"], "resolved");
    for outcome in ["workaround", "unresolved", "escalated", "cancelled"] {
        let path = start_checklist(&engineer).await;
        complete(&engineer, &path, outcome).await.expect(200);
    }
    // A graph may be resolved anywhere.
    let path = start_graph(&engineer).await;
    complete(&engineer, &path, "resolved").await.expect(200);
}

async fn an_outcome_is_one_of_five_and_its_texts_are_measured(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let end = async |body: Value| engineer.post(&format!("{path}/complete"), body).await;
    end(json!({ "outcome": "won" })).await.refuses_fields(&[("outcome", "wrong_shape")]);
    end(json!({})).await.refuses_fields(&[("body", "wrong_shape")]);
    let long = json!({ "outcome": "resolved", "outcome_notes": "x".repeat(10_001), "next_steps": "x".repeat(10_001) });
    end(long).await.refuses_fields(&[("outcome_notes", "too_long"), ("next_steps", "too_long")]);
    assert_eq!(engineer.get(&path).await.expect(200)["status"], "active");
}
