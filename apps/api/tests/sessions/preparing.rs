//! RUN-10, RUN-21, RUN-22, D1, T10: sessions prepared for somebody.

use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{complete, done, flow, log_kinds, path_of};
use crate::support::{Answer, Client, NewPerson, World, checklist_flow, every_store, troubleshooting_flow};

every_store! {
    a_prepared_session_waits,
    preparing_refuses_in_the_words_of_the_contract,
    an_assignee_is_a_colleague_who_can_do_the_work,
    teams_are_compared_only_when_both_have_one,
    starting_is_idempotent,
    the_first_change_begins_the_work,
    filling_in_variables_and_notes_does_not_begin_it,
    time_before_the_start_is_no_work,
}

async fn prepare(client: &Client, tree: &str, assignee: Option<&Value>) -> Answer {
    client.post("/sessions/prepare", json!({ "tree_id": tree, "assigned_to_id": assignee })).await
}

async fn a_prepared_session_waits(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let body = json!({
        "tree_id": tree, "ticket_number": "T-9", "client_name": "Contoso",
        "session_variables": { "printer": "P1" }, "assigned_to_id": w.colleague.id,
    });
    let session = w.engineer().post("/sessions/prepare", body).await.expect(201);
    for (field, value) in [
        ("status", json!("prepared")),
        ("started_at", Value::Null),
        ("user_id", json!(w.colleague.id)),
        ("assigned_to_id", json!(w.colleague.id)),
        ("prepared_by_id", json!(w.engineer.id)),
        ("ticket_number", json!("T-9")),
        ("session_variables", json!({ "printer": "P1" })),
        ("path_taken", json!([])),
        ("decisions", json!([])),
        ("current_step_id", json!("start")),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    assert_eq!(session["tree_snapshot"]["version"], 1);
    assert_eq!(log_kinds(&w.colleague(), &path_of(&session)).await, ["prepared"]);
    // For oneself, when nobody is named.
    let own = prepare(&w.engineer(), &tree, None).await.expect(201);
    assert_eq!((&own["user_id"], &own["assigned_to_id"]), (&json!(w.engineer.id), &Value::Null));
    assert_eq!(own["prepared_by_id"], json!(w.engineer.id));
}

async fn preparing_refuses_in_the_words_of_the_contract(w: World) {
    let missing = w.test.app.new_id::<uuid::Uuid>().to_string();
    prepare(&w.engineer(), &missing, None).await.says(404, "tree_not_found", "Tree not found");
    let archived = flow(&w.engineer(), troubleshooting_flow("Old")).await;
    w.engineer().delete(&format!("/trees/{archived}")).await.expect_empty();
    let inactive = "Cannot prepare session with inactive tree";
    prepare(&w.engineer(), &archived, None).await.says(400, "tree_inactive", inactive);
    let (red, blue) = (w.team("Red").await, w.team("Blue").await);
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    let mut red_only = troubleshooting_flow("Red only");
    red_only["team_id"] = json!(red);
    let red_only = flow(&w.owner(), red_only).await;
    let denied = "You don't have access to this tree";
    prepare(&w.being(&bert), &red_only, None).await.says(403, "tree_access_denied", denied);
}

/// D1, T10: nobody here has a team, which must not make everybody one.
async fn an_assignee_is_a_colleague_who_can_do_the_work(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let usual = NewPerson::default();
    let off = w.unusual("off@example.test", NewPerson { is_active: false, ..usual }).await;
    let deleted = w.unusual("deleted@example.test", NewPerson { is_deleted: true, ..usual }).await;
    let missing = w.test.app.new_id::<uuid::Uuid>();
    for assignee in [json!(w.stranger.id), json!(missing), json!(off), json!(deleted)] {
        let answer = prepare(&w.engineer(), &tree, Some(&assignee)).await;
        answer.says(404, "assignee_not_found", "Assigned user not found");
    }
    // Nobody could ever run it: not the viewer, and nobody else has access.
    let answer = prepare(&w.engineer(), &tree, Some(&json!(w.viewer.id))).await;
    answer.refuses_fields(&[("assigned_to_id", "cannot_run_sessions")]);
    assert_eq!(w.stranger().get("/sessions").await.expect(200), json!([]));
    assert_eq!(w.viewer().get("/sessions").await.expect(200), json!([]));
}

async fn teams_are_compared_only_when_both_have_one(w: World) {
    let (red, blue) = (w.team("Red").await, w.team("Blue").await);
    let rita = w.person("Rita", Role::Engineer, Some(red)).await;
    let rob = w.person("Rob", Role::Engineer, Some(red)).await;
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let other = "Can only assign to users on your team";
    prepare(&w.being(&rita), &tree, Some(&json!(rob.id))).await.expect(201);
    prepare(&w.being(&rita), &tree, Some(&json!(bert.id))).await.says(403, "assignee_other_team", other);
    prepare(&w.being(&rita), &tree, Some(&json!(w.engineer.id))).await.expect(201);
    prepare(&w.engineer(), &tree, Some(&json!(bert.id))).await.expect(201);
}

async fn starting_is_idempotent(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let session = prepare(&w.engineer(), &tree, Some(&json!(w.colleague.id))).await.expect(201);
    let path = path_of(&session);
    w.clock().advance(60);
    let started = w.colleague().post(&format!("{path}/start"), json!({})).await.expect(200);
    assert_eq!((&started["status"], &started["started_at"]), (&json!("active"), &json!(w.now())));
    w.clock().advance(60);
    assert_eq!(w.colleague().post(&format!("{path}/start"), json!({})).await.expect(200), started);
    assert_eq!(log_kinds(&w.colleague(), &path).await, ["prepared", "started"]);
    complete(&w.colleague(), &path, "resolved").await.expect(200);
    let answer = w.colleague().post(&format!("{path}/start"), json!({})).await;
    answer.says(400, "session_completed", super::COMPLETED);
}

async fn the_first_change_begins_the_work(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    for change in ["put", "step"] {
        let path = path_of(&prepare(&w.engineer(), &tree, Some(&json!(w.colleague.id))).await.expect(201));
        w.clock().advance(60);
        let session = match change {
            "put" => w.colleague().put(&path, json!({ "scratchpad": "begun" })).await,
            _ => done(&w.colleague(), &path, "backup").await,
        };
        let session = session.expect(200);
        assert_eq!(
            (&session["status"], &session["started_at"]),
            (&json!("active"), &json!(w.now())),
            "{change}"
        );
        assert_eq!(session["user_id"], json!(w.colleague.id), "{change}");
        assert_eq!(log_kinds(&w.colleague(), &path).await[..2], ["prepared", "started"], "{change}");
    }
}

async fn filling_in_variables_and_notes_does_not_begin_it(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let path = path_of(&prepare(&w.engineer(), &tree, None).await.expect(201));
    let body = json!({ "variables": { "printer": "P1" } });
    let session = w.engineer().patch(&format!("{path}/variables"), body).await.expect(200);
    assert_eq!((&session["status"], &session["started_at"]), (&json!("prepared"), &Value::Null));
    let session =
        w.engineer().patch(&format!("{path}/scratchpad"), json!({ "scratchpad": "s" })).await.expect(200);
    assert_eq!(session["status"], "prepared");
    let note = w.engineer().post(&format!("{path}/export"), json!({})).await;
    assert_eq!(note.status, 200);
    assert!(note.text.contains("Prepared, not started yet."), "{}", note.text);
    assert_eq!(w.engineer().get(&path).await.expect(200)["status"], "prepared");
}

async fn time_before_the_start_is_no_work(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    let path = path_of(&prepare(&w.engineer(), &tree, None).await.expect(201));
    for _ in 0..3 {
        w.clock().advance(100);
        let body = json!({ "variables": { "printer": "P1" } });
        let session = w.again(&w.engineer).await.patch(&format!("{path}/variables"), body).await.expect(200);
        assert_eq!(session["active_seconds"], 0);
    }
    w.clock().advance(100);
    let engineer = w.again(&w.engineer).await;
    assert_eq!(engineer.post(&format!("{path}/start"), json!({})).await.expect(200)["active_seconds"], 0);
    w.clock().advance(100);
    assert_eq!(done(&engineer, &path, "backup").await.expect(200)["active_seconds"], 100);
}
