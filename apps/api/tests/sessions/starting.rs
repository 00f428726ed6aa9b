//! RUN-07, RUN-08, RUN-27: starting a session.

use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{flow, log_kinds, path_of, start_with};
use crate::support::{World, checklist_flow, every_store, new_flow, troubleshooting_flow};

every_store! {
    a_started_session_is_answered_whole,
    a_start_refuses_in_the_words_of_the_contract,
    a_start_counts_a_use,
    starts_are_counted_exactly_under_concurrency,
    the_snapshot_outlives_the_flow,
    defaults_fill_what_nobody_gave,
    a_draft_runs_once_it_has_a_first_step,
    the_header_of_a_session_is_checked,
}

async fn a_started_session_is_answered_whole(w: World) {
    let mut new = troubleshooting_flow("Printer");
    new["category"] = json!("Printing");
    let tree = flow(&w.engineer(), new.clone()).await;
    let body = json!({
        "tree_id": tree, "ticket_number": " T-1 ", "client_name": "Contoso", "session_variables": { "printer": "P1" },
    });
    let answer = w.engineer().post("/sessions", body).await;
    let session = answer.expect(201);
    assert_eq!(answer.header("etag"), "\"1\"");
    let mut snapshot = new["tree_structure"].clone();
    snapshot["name"] = json!("Printer");
    snapshot["description"] = json!("For a test.");
    snapshot["category"] = json!("Printing");
    snapshot["version"] = json!(1);
    snapshot["tree_type"] = json!("troubleshooting");
    snapshot["intake_form"] = new["intake_form"].clone();
    let expected = json!({
        "id": session["id"], "tree_id": tree, "user_id": w.engineer.id, "account_id": w.north.id,
        "tree_snapshot": snapshot, "path_taken": [], "decisions": [], "custom_steps": [],
        "session_variables": { "printer": "P1" }, "scratchpad": "", "ticket_number": "T-1",
        "client_name": "Contoso", "batch_id": null, "target_label": null, "prepared_by_id": null,
        "assigned_to_id": null, "ai_session_id": null, "started_at": w.now(), "completed_at": null, "outcome": null,
        "outcome_notes": null, "next_steps": null, "exported": false, "created_at": w.now(),
        "updated_at": w.now(), "revision": 1, "status": "active", "current_step_id": "start", "active_seconds": 0,
    });
    assert_eq!(session, expected);
    assert_eq!(w.engineer().get(&path_of(&session)).await.expect(200), expected);
    assert_eq!(log_kinds(&w.engineer(), &path_of(&session)).await, ["started"]);
}

async fn a_start_refuses_in_the_words_of_the_contract(w: World) {
    let start = async |client: &crate::support::Client, tree: &Value| {
        client.post("/sessions", json!({ "tree_id": tree })).await
    };
    let missing = json!(w.test.app.new_id::<uuid::Uuid>());
    start(&w.engineer(), &missing).await.says(404, "tree_not_found", "Tree not found");
    let foreign = json!(flow(&w.stranger(), troubleshooting_flow("Theirs")).await);
    start(&w.engineer(), &foreign).await.says(404, "tree_not_found", "Tree not found");

    let archived = json!(flow(&w.engineer(), troubleshooting_flow("Old")).await);
    w.engineer().delete(&format!("/trees/{}", archived.as_str().unwrap())).await.expect_empty();
    let inactive = "Cannot start session with inactive tree";
    start(&w.engineer(), &archived).await.says(400, "tree_inactive", inactive);

    let (red, blue) = (w.team("Red").await, w.team("Blue").await);
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    let mut red_only = troubleshooting_flow("Red only");
    red_only["team_id"] = json!(red);
    let red_only = json!(flow(&w.owner(), red_only).await);
    let denied = "You don't have access to this tree";
    start(&w.being(&bert), &red_only).await.says(403, "tree_access_denied", denied);
    // Archived is said before the team, as the original orders them.
    w.owner().delete(&format!("/trees/{}", red_only.as_str().unwrap())).await.expect_empty();
    start(&w.being(&bert), &red_only).await.says(400, "tree_inactive", inactive);

    start(&w.viewer(), &missing).await.refused(403, "forbidden");
    assert_eq!(w.engineer().get("/sessions").await.expect(200), json!([]));
}

async fn a_start_counts_a_use(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    let uses = async || w.viewer().get(&format!("/trees/{tree}")).await.expect(200)["usage_count"].clone();
    start_with(&w.engineer(), &tree, json!({})).await;
    assert_eq!(uses().await, 1);
    // Preparing is no use; whatever begins the work on it is, once.
    for first in ["start", "step", "put", "complete"] {
        let before = uses().await.as_i64().unwrap();
        let session = w.engineer().post("/sessions/prepare", json!({ "tree_id": tree })).await.expect(201);
        let path = path_of(&session);
        assert_eq!(uses().await, before, "{first}");
        match first {
            "start" => w.engineer().post(&format!("{path}/start"), json!({})).await,
            "step" => super::done(&w.engineer(), &path, "backup").await,
            "put" => w.engineer().put(&path, json!({ "scratchpad": "x" })).await,
            _ => super::complete(&w.engineer(), &path, "unresolved").await,
        }
        .expect(200);
        assert_eq!(uses().await, before + 1, "{first}");
        w.engineer().get(&path).await.expect(200);
        if first != "complete" {
            w.engineer().post(&format!("{path}/start"), json!({})).await.expect(200);
            super::done(&w.engineer(), &path, "tell").await.expect(200);
        }
        assert_eq!(uses().await, before + 1, "{first}");
    }
}

async fn starts_are_counted_exactly_under_concurrency(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    let (engineer, colleague) = (w.engineer(), w.colleague());
    let starts = (0..40).map(|n| {
        let client = if n % 2 == 0 { &engineer } else { &colleague };
        client.post("/sessions", json!({ "tree_id": tree }))
    });
    let answers = futures_util::future::join_all(starts.collect::<Vec<_>>()).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    assert_eq!(w.viewer().get(&format!("/trees/{tree}")).await.expect(200)["usage_count"], 40);
}

async fn the_snapshot_outlives_the_flow(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Before")).await;
    let session = start_with(&w.engineer(), &tree, json!({})).await;
    let changed = json!({ "name": "After", "tree_structure": {
        "root": "only", "nodes": [{ "id": "only", "type": "outcome", "title": "Done" }],
    } , "intake_form": { "fields": [] } });
    w.engineer().put(&format!("/trees/{tree}"), changed).await.expect(200);
    w.engineer().delete(&format!("/trees/{tree}")).await.expect_empty();
    let now = w.engineer().get(&path_of(&session)).await.expect(200);
    assert_eq!(now["tree_snapshot"], session["tree_snapshot"]);
    let passed = super::answer(&w.engineer(), &path_of(&session), "start", "yes").await.expect(200);
    assert_eq!(passed["current_step_id"], "restart");
}

async fn defaults_fill_what_nobody_gave(w: World) {
    let mut new = troubleshooting_flow("Printer");
    new["intake_form"]["fields"][0]["default"] = json!("the office printer");
    let tree = flow(&w.engineer(), new).await;
    let session = start_with(&w.engineer(), &tree, json!({})).await;
    assert_eq!(session["session_variables"], json!({ "printer": "the office printer" }));
    let body = json!({ "session_variables": { "printer": "P2", "extra": 5 } });
    let session = start_with(&w.engineer(), &tree, body).await;
    assert_eq!(session["session_variables"], json!({ "printer": "P2", "extra": 5 }));
}

async fn a_draft_runs_once_it_has_a_first_step(w: World) {
    let mut empty = new_flow("Empty", "procedural", &json!({ "sections": [] }));
    empty["status"] = json!("draft");
    let tree = flow(&w.engineer(), empty).await;
    let answer = w.engineer().post("/sessions", json!({ "tree_id": tree })).await;
    let text = "This draft has no first step yet. Add one before you run it.";
    answer.says(422, "tree_not_publishable", text);
    let mut draft = checklist_flow("Draft");
    draft["status"] = json!("draft");
    let tree = flow(&w.engineer(), draft).await;
    assert_eq!(start_with(&w.engineer(), &tree, json!({})).await["current_step_id"], "backup");
}

async fn the_header_of_a_session_is_checked(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    let start = async |field: &str, value: Value| {
        w.engineer().post("/sessions", json!({ "tree_id": tree, field: value })).await
    };
    start("ticket_number", json!("x".repeat(101))).await.refuses_fields(&[("ticket_number", "too_long")]);
    start("client_name", json!("x".repeat(256))).await.refuses_fields(&[("client_name", "too_long")]);
    let answer = start("session_variables", json!({ "a": [1] })).await;
    answer.refuses_fields(&[("session_variables.a", "wrong_type")]);
    let answer = start("session_variables", json!({ "a": "x".repeat(4_001) })).await;
    answer.refuses_fields(&[("session_variables.a", "too_long")]);
    let long_name = "n".repeat(64);
    let answer = start("session_variables", json!({ &long_name: 1 })).await;
    answer.refuses_fields(&[(&format!("session_variables.{long_name}"), "bad_name")]);
    // A blank is no ticket.
    assert_eq!(start("ticket_number", json!("  ")).await.expect(201)["ticket_number"], Value::Null);
}
