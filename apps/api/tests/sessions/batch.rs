//! RUN-24, RUN-25, RUN-27, D7, D8: one prepared session for each target of a maintenance flow.

use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{done, flow, log_kinds};
use crate::support::{Answer, Client, World, checklist_flow, every_store, maintenance_flow};

every_store! {
    a_batch_makes_one_prepared_session_for_each_target,
    a_batch_refuses_in_the_words_of_the_contract,
    targets_are_counted_and_measured,
    targets_bring_values_and_people,
    a_batch_says_how_far_it_is,
    flows_shared_with_everybody_are_launched_by_everybody,
}

async fn launch(client: &Client, tree: &str, labels: &[&str]) -> Answer {
    let targets: Vec<_> = labels.iter().map(|label| json!({ "label": label })).collect();
    client.post("/sessions/batch", json!({ "tree_id": tree, "targets": targets })).await
}

async fn a_batch_makes_one_prepared_session_for_each_target(w: World) {
    let mut new = maintenance_flow("Patching");
    new["category"] = json!("Maintenance");
    let tree = flow(&w.engineer(), new).await;
    let launched = launch(&w.engineer(), &tree, &["SRV-1", "SRV-2", "SRV-2"]).await.expect(201);
    assert_eq!(launched["count"], 3);
    let batch = &launched["batch_id"];
    for (session, label) in launched["sessions"].as_array().unwrap().iter().zip(["SRV-1", "SRV-2", "SRV-2"]) {
        let expected =
            json!({ "id": session["id"], "batch_id": batch, "target_label": label, "tree_id": tree });
        assert_eq!(*session, expected);
        let path = super::path_of(session);
        let session = w.engineer().get(&path).await.expect(200);
        // D8: waiting, honestly.
        assert_eq!((&session["status"], &session["started_at"]), (&json!("prepared"), &Value::Null));
        assert_eq!((&session["batch_id"], &session["target_label"]), (batch, &json!(label)));
        assert_eq!((&session["prepared_by_id"], &session["assigned_to_id"]), (&Value::Null, &Value::Null));
        assert_eq!((&session["user_id"], &session["session_variables"]), (&json!(w.engineer.id), &json!({})));
        assert_eq!(session["custom_steps"], json!([]));
        let snapshot = session["tree_snapshot"].as_object().unwrap();
        let fields: Vec<_> = snapshot.keys().map(String::as_str).collect();
        assert_eq!(fields, ["description", "intake_form", "name", "sections", "targets", "tree_type"]);
        assert_eq!(log_kinds(&w.engineer(), &path).await, ["prepared"]);
    }
    // A launch is no use; the start is.
    assert_eq!(w.engineer().get(&format!("/trees/{tree}")).await.expect(200)["usage_count"], 0);
    let path = super::path_of(&launched["sessions"][0]);
    assert_eq!(done(&w.engineer(), &path, "backup").await.expect(200)["status"], "active");
    assert_eq!(w.engineer().get(&format!("/trees/{tree}")).await.expect(200)["usage_count"], 1);
    let listed = w.engineer().find("/sessions", &[("batch_id", batch.as_str().unwrap())]).await.expect(200);
    assert_eq!(listed.as_array().unwrap().len(), 3);
}

async fn targets_bring_values_and_people(w: World) {
    let tree = flow(&w.engineer(), maintenance_flow("Patching")).await;
    let targets = json!([
        { "label": "A", "session_variables": { "server": "srv-a" }, "assigned_to_id": w.colleague.id },
        { "label": "B", "session_variables": { "server": "srv-b" } },
    ]);
    let body = json!({ "tree_id": tree, "targets": targets });
    let launched = w.engineer().post("/sessions/batch", body).await.expect(201);
    let theirs = super::path_of(&launched["sessions"][0]);
    let theirs = w.colleague().get(&theirs).await.expect(200);
    assert_eq!(
        (&theirs["user_id"], &theirs["assigned_to_id"]),
        (&json!(w.colleague.id), &json!(w.colleague.id))
    );
    assert_eq!(
        (&theirs["prepared_by_id"], &theirs["session_variables"]),
        (&json!(w.engineer.id), &json!({ "server": "srv-a" }))
    );
    let own = w.engineer().get(&super::path_of(&launched["sessions"][1])).await.expect(200);
    assert_eq!(
        (&own["prepared_by_id"], &own["session_variables"]),
        (&Value::Null, &json!({ "server": "srv-b" }))
    );
    let stranger = json!({ "tree_id": tree, "targets": [{ "label": "A", "assigned_to_id": w.stranger.id }] });
    w.engineer().post("/sessions/batch", stranger).await.refused(404, "assignee_not_found");
}

async fn a_batch_says_how_far_it_is(w: World) {
    let tree = flow(&w.engineer(), maintenance_flow("Patching")).await;
    let launched = launch(&w.engineer(), &tree, &["A", "B", "C"]).await.expect(201);
    let path = format!("/sessions/batches/{}", launched["batch_id"].as_str().unwrap());
    let first = super::path_of(&launched["sessions"][0]);
    done(&w.engineer(), &first, "backup").await.expect(200);
    let second = super::path_of(&launched["sessions"][1]);
    super::complete(&w.engineer(), &second, "cancelled").await.expect(200);
    let progress = w.engineer().get(&path).await.expect(200);
    let expected = json!({
        "batch_id": launched["batch_id"], "tree_id": tree, "tree_name": "Patching",
        "total": 3, "waiting": 1, "active": 1, "completed": 1, "outcomes": { "cancelled": 1 },
    });
    assert_eq!(progress, expected);
    for other in [w.colleague(), w.stranger()] {
        other.get(&path).await.refused(404, "batch_not_found");
    }
}

async fn a_batch_refuses_in_the_words_of_the_contract(w: World) {
    let launch = async |client: &Client, tree: &str| launch(client, tree, &["A"]).await;
    let missing = w.test.app.new_id::<uuid::Uuid>().to_string();
    launch(&w.engineer(), &missing).await.says(404, "tree_not_found", "Tree not found");
    let foreign = flow(&w.stranger(), maintenance_flow("Theirs")).await;
    launch(&w.engineer(), &foreign).await.says(404, "tree_not_found", "Tree not found");

    let (red, blue) = (w.team("Red").await, w.team("Blue").await);
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    let mut red_only = maintenance_flow("Red only");
    red_only["team_id"] = json!(red);
    let red_only = flow(&w.owner(), red_only).await;
    launch(&w.being(&bert), &red_only).await.says(403, "tree_access_denied", "Access denied");
    // A person without a team is not in another one (T10): the flow is the account's as far as they go.
    launch(&w.engineer(), &red_only).await.expect(201);

    let checklist = flow(&w.engineer(), checklist_flow("Once")).await;
    let once = "Batch launch is only for maintenance flows";
    launch(&w.engineer(), &checklist).await.says(400, "not_a_maintenance_flow", once);
    let mut draft = checklist_flow("Draft");
    draft["status"] = json!("draft");
    let draft = flow(&w.engineer(), draft).await;
    // Each is said before the next, as the original orders them.
    launch(&w.engineer(), &draft).await.says(400, "tree_is_draft", "Cannot batch-launch a draft flow");
    w.engineer().delete(&format!("/trees/{draft}")).await.expect_empty();
    launch(&w.engineer(), &draft).await.says(400, "tree_inactive", "Cannot batch-launch an inactive flow");
    w.owner().delete(&format!("/trees/{red_only}")).await.expect_empty();
    launch(&w.being(&bert), &red_only).await.says(403, "tree_access_denied", "Access denied");
}

async fn targets_are_counted_and_measured(w: World) {
    let tree = flow(&w.engineer(), maintenance_flow("Patching")).await;
    launch(&w.engineer(), &tree, &[]).await.refuses_fields(&[("targets", "too_few")]);
    launch(&w.engineer(), &tree, &["A"; 101]).await.refuses_fields(&[("targets", "too_many")]);
    launch(&w.engineer(), &tree, &["A", "", "  "])
        .await
        .refuses_fields(&[("targets[1].label", "too_short"), ("targets[2].label", "too_short")]);
    let (long, longest) = ("x".repeat(256), "x".repeat(255));
    launch(&w.engineer(), &tree, &[&long]).await.refuses_fields(&[("targets[0].label", "too_long")]);
    assert_eq!(w.engineer().get("/sessions").await.expect(200), json!([]));
    launch(&w.engineer(), &tree, &[&longest]).await.expect(201);
    assert_eq!(launch(&w.engineer(), &tree, &["A"; 100]).await.expect(201)["count"], 100);
}

/// D7: whoever can see a flow can launch it.
async fn flows_shared_with_everybody_are_launched_by_everybody(w: World) {
    let red = w.team("Red").await;
    let mut public = maintenance_flow("Public");
    public["is_public"] = json!(true);
    public["team_id"] = json!(red);
    let public = flow(&w.owner(), public).await;
    let blue = w.team("Blue").await;
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    launch(&w.being(&bert), &public, &["A"]).await.expect(201);
    launch(&w.stranger(), &public, &["A"]).await.expect(201);
}
