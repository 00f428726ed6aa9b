//! Create, change, publish, version, fork, archive; who may; what limits it.

use rf_accounts::Plan;
use rf_audit::events;
use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{create, id_of, published};
use crate::support::{World, checklist_flow, every_store, maintenance_flow, new_flow, troubleshooting_flow};

every_store! {
    a_created_flow_is_answered_whole,
    a_draft_may_be_unfinished_and_a_published_flow_may_not,
    a_body_must_fit_the_type,
    a_change_touches_what_it_names,
    a_stale_change_is_refused,
    parallel_changes_without_a_revision_are_all_kept,
    publishing_counts_versions_and_keeps_them,
    a_published_flow_stays_publishable,
    a_fork_knows_where_it_comes_from,
    an_archived_flow_is_not_offered,
    every_role_may_what_it_may,
    flows_of_other_accounts_do_not_exist,
    flows_of_other_teams_are_refused,
    a_team_must_be_ones_own,
    public_flows_are_read_and_forked_but_not_changed_by_others,
    the_plan_limits_the_number_of_flows,
    parallel_creates_meet_the_limit_exactly,
    bringing_a_flow_back_needs_room_in_the_plan,
    lint_says_what_stands_in_the_way,
}

const NOT_MINE: &str =
    "Only the author, a team admin or an owner can change this flow. Fork it to make your own.";
const STALE: &str = "Somebody else changed this flow first. Reload it and apply your change again.";

async fn a_created_flow_is_answered_whole(w: World) {
    let mut flow = troubleshooting_flow("  Printer ");
    flow["category"] = json!("Printing");
    flow["tags"] = json!([" Printer", "SPOOLER", "printer"]);
    flow["status"] = json!("draft");
    let answer = w.engineer().post("/trees", flow.clone()).await;
    let tree = answer.expect(201);
    assert_eq!(answer.header("etag"), "\"1\"");
    let expected = json!({
        "name": "Printer", "description": "For a test.", "category": "Printing", "tags": ["printer", "spooler"],
        "version": 0, "tree_type": "troubleshooting", "status": "draft", "is_active": true, "is_public": false,
        "is_default": false, "usage_count": 0, "author_id": w.engineer.id, "account_id": w.north.id, "team_id": null,
        "step_count": 6, "expected_minutes": 2, "parent_tree_id": null, "root_tree_id": null, "fork_depth": 0,
        "fork_reason": null, "parent_updated_at": null, "created_at": w.now(), "updated_at": w.now(), "revision": 1,
        "can_edit": true, "tree_structure": flow["tree_structure"], "intake_form": flow["intake_form"],
    });
    for (field, value) in expected.as_object().unwrap() {
        // How long a mean run takes is another crate's to say.
        if field != "expected_minutes" {
            assert_eq!(tree[field], *value, "{field}");
        }
    }
    assert_eq!(w.engineer().get(&format!("/trees/{}", id_of(&tree))).await.expect(200), tree);
}

async fn a_draft_may_be_unfinished_and_a_published_flow_may_not(w: World) {
    let mut flow = new_flow("Unfinished", "troubleshooting", &json!({ "root": "start", "nodes": [] }));
    let answer = w.engineer().post("/trees", flow.clone()).await;
    let body = answer.refused(422, "tree_not_publishable");
    assert_eq!(body["detail"]["message"], "Cannot publish tree with validation errors");
    let errors = body["detail"]["errors"].as_array().unwrap();
    assert_eq!(errors[0]["severity"], "error");
    assert_eq!(errors[0]["code"], "empty_flow");
    assert!(errors[0]["message"].is_string());

    flow["status"] = json!("draft");
    let id = id_of(&create(&w.engineer(), flow).await);
    let answer = w.engineer().post(&format!("/trees/{id}/publish"), json!({})).await;
    assert_eq!(answer.refused(422, "tree_not_publishable")["detail"], body["detail"]);
    let answer = w.engineer().put(&format!("/trees/{id}"), json!({ "status": "published" })).await;
    assert_eq!(answer.refused(422, "tree_not_publishable")["detail"], body["detail"]);
    // Nothing of that was kept.
    let tree = w.engineer().get(&format!("/trees/{id}")).await.expect(200);
    assert_eq!(
        (&tree["status"], &tree["version"], &tree["revision"]),
        (&json!("draft"), &json!(0), &json!(1))
    );
}

async fn a_body_must_fit_the_type(w: World) {
    let flow = |structure: &Value| new_flow("Odd", "procedural", structure);
    let graph = troubleshooting_flow("G")["tree_structure"].clone();
    w.engineer()
        .post("/trees", flow(&graph))
        .await
        .refuses_fields(&[("tree_structure.nodes", "wrong_shape")]);
    let misspelt =
        json!({ "sections": [{ "id": "a", "title": "A", "steps": [{ "id": "s", "tilte": "S" }] }] });
    let answer = w.engineer().post("/trees", flow(&misspelt)).await;
    answer.refuses_fields(&[("tree_structure.sections[0].steps[0].tilte", "wrong_shape")]);
    let targets = json!({ "sections": [], "targets": ["SRV-1"] });
    let answer = w.engineer().post("/trees", flow(&targets)).await;
    answer.refuses_fields(&[("tree_structure.targets", "not_for_this_type")]);
    create(&w.engineer(), maintenance_flow("Patching")).await;
    // The type is fixed from then on.
    let id = published(&w.engineer(), "Fixed").await;
    let answer = w.engineer().put(&format!("/trees/{id}"), json!({ "tree_type": "procedural" })).await;
    answer.refuses_fields(&[("tree_type", "wrong_shape")]);
    let other = checklist_flow("C")["tree_structure"].clone();
    let answer = w.engineer().put(&format!("/trees/{id}"), json!({ "tree_structure": other })).await;
    answer.refuses_fields(&[("tree_structure.sections", "wrong_shape")]);
}

async fn a_change_touches_what_it_names(w: World) {
    let mut flow = troubleshooting_flow("Printer");
    flow["category"] = json!("Printing");
    let before = create(&w.engineer(), flow).await;
    let path = format!("/trees/{}", id_of(&before));
    w.clock().advance(60);
    let body = json!({ "name": "Printers", "category": null, "tags": ["New"] });
    let after = w.engineer().put(&path, body).await.expect(200);
    let mut expected = before.clone();
    expected["name"] = json!("Printers");
    expected["category"] = Value::Null;
    expected["tags"] = json!(["new"]);
    expected["updated_at"] = json!(w.now());
    expected["revision"] = json!(before["revision"].as_i64().unwrap() + 1);
    assert_eq!(after, expected);
    w.engineer().put(&path, json!({ "name": " " })).await.refuses_fields(&[("name", "too_short")]);
    w.engineer().put(&path, json!({ "name": "x".repeat(201) })).await.refuses_fields(&[("name", "too_long")]);
    assert_eq!(w.engineer().get(&path).await.expect(200), expected);
}

async fn a_stale_change_is_refused(w: World) {
    let tree = create(&w.engineer(), troubleshooting_flow("Printer")).await;
    let path = format!("/trees/{}", id_of(&tree));
    let seen = tree["revision"].as_i64().unwrap();
    let answer = w.engineer().put_if(&path, seen, json!({ "name": "Mine" })).await;
    assert_eq!(answer.expect(200)["revision"], seen + 1);
    assert_eq!(answer.header("etag"), format!("\"{}\"", seen + 1));
    let answer = w.owner().put_if(&path, seen, json!({ "name": "Theirs" })).await;
    answer.says(409, "stale_revision", STALE);
    assert_eq!(w.engineer().get(&path).await.expect(200)["name"], "Mine");
    // Without a revision the last one wins, and an unreadable one is not taken for that.
    w.owner().put(&path, json!({ "name": "Last" })).await.expect(200);
    let request = w.owner().request(reqwest::Method::PUT, &path).header("if-match", "\"abc\"");
    let answer = crate::support::Answer::of(request.json(&json!({ "name": "Never" }))).await;
    answer.refuses_fields(&[("If-Match", "not_a_revision")]);
    // Of many who saw the same, one wins.
    let now = w.engineer().get(&path).await.expect(200)["revision"].as_i64().unwrap();
    let (engineer, owner) = (w.engineer(), w.owner());
    let writers = (0..20).map(|n| {
        let client = if n % 2 == 0 { &engineer } else { &owner };
        client.put_if(&path, now, json!({ "name": format!("Writer {n}") }))
    });
    let writers: Vec<_> = writers.collect();
    let answers = futures_util::future::join_all(writers).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 19);
}

async fn parallel_changes_without_a_revision_are_all_kept(w: World) {
    let tree = create(&w.engineer(), troubleshooting_flow("Printer")).await;
    let path = format!("/trees/{}", id_of(&tree));
    let (engineer, owner) = (w.engineer(), w.owner());
    let writers = (0..20).map(|n| {
        let client = if n % 2 == 0 { &engineer } else { &owner };
        client.put(&path, json!({ "name": format!("Writer {n}") }))
    });
    let answers = futures_util::future::join_all(writers.collect::<Vec<_>>()).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let publish = format!("{path}/publish");
    let publishers = (0..10).map(|_| engineer.post(&publish, json!({})));
    let answers = futures_util::future::join_all(publishers.collect::<Vec<_>>()).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let after = engineer.get(&path).await.expect(200);
    assert_eq!(after["revision"].as_i64().unwrap(), tree["revision"].as_i64().unwrap() + 30);
    assert_eq!(after["version"], 11);
    assert_eq!(engineer.get(&format!("{path}/versions")).await.expect(200).as_array().unwrap().len(), 11);
}

async fn publishing_counts_versions_and_keeps_them(w: World) {
    let tree = create(&w.engineer(), troubleshooting_flow("First")).await;
    assert_eq!((&tree["version"], &tree["status"]), (&json!(1), &json!("published")));
    let path = format!("/trees/{}", id_of(&tree));
    w.clock().advance(60);
    w.engineer().put(&path, json!({ "name": "Second" })).await.expect(200);
    let note = json!({ "change_note": "Better name" });
    let tree = w.engineer().post(&format!("{path}/publish"), note).await.expect(200);
    assert_eq!((&tree["version"], &tree["name"]), (&json!(2), &json!("Second")));

    let versions = w.viewer().get(&format!("{path}/versions")).await.expect(200);
    let second = json!({
        "version": 2, "name": "Second", "change_note": "Better name", "published_by_id": w.engineer.id,
        "published_at": w.now(),
    });
    assert_eq!(versions[0], second);
    assert_eq!((&versions[1]["version"], &versions[1]["name"]), (&json!(1), &json!("First")));
    assert_eq!(versions.as_array().unwrap().len(), 2);
    let first = w.viewer().get(&format!("{path}/versions/1")).await.expect(200);
    assert_eq!((&first["name"], &first["tree_structure"]), (&json!("First"), &tree["tree_structure"]));
    w.viewer().get(&format!("{path}/versions/3")).await.refused(404, "not_found");
    w.viewer().get(&format!("{path}/versions/x")).await.refuses_fields(&[("path.version", "not_a_number")]);
    assert_eq!(w.audited(events::TREE_PUBLISHED).await, 2);
    let long = json!({ "change_note": "x".repeat(1_001) });
    let answer = w.engineer().post(&format!("{path}/publish"), long).await;
    answer.refuses_fields(&[("change_note", "too_long")]);
}

async fn a_published_flow_stays_publishable(w: World) {
    let path = format!("/trees/{}", published(&w.engineer(), "Printer").await);
    let empty = json!({ "tree_structure": { "root": "start", "nodes": [] } });
    w.engineer().put(&path, empty.clone()).await.refused(422, "tree_not_publishable");
    // Taken back to draft it may be anything.
    let mut draft = empty;
    draft["status"] = json!("draft");
    let tree = w.engineer().put(&path, draft).await.expect(200);
    assert_eq!((&tree["status"], &tree["version"]), (&json!("draft"), &json!(1)));
}

async fn a_fork_knows_where_it_comes_from(w: World) {
    let first = create(&w.engineer(), troubleshooting_flow("Printer")).await;
    let first_id = id_of(&first);
    w.clock().advance(60);
    let body = json!({ "fork_reason": "Other printers" });
    let second = w.colleague().post(&format!("/trees/{first_id}/fork"), body).await.expect(201);
    assert_eq!((&second["name"], &second["status"]), (&json!("Printer (copy)"), &json!("draft")));
    assert_eq!((&second["parent_tree_id"], &second["root_tree_id"]), (&json!(first_id), &json!(first_id)));
    assert_eq!((&second["fork_depth"], &second["fork_reason"]), (&json!(1), &json!("Other printers")));
    assert_eq!(second["parent_updated_at"], first["updated_at"]);
    assert_eq!((&second["author_id"], &second["version"]), (&json!(w.colleague.id), &json!(0)));
    assert_eq!(second["tree_structure"], first["tree_structure"]);
    assert_eq!(second["intake_form"], first["intake_form"]);

    let second_id = id_of(&second);
    let body = json!({ "name": "Third" });
    let third = w.colleague().post(&format!("/trees/{second_id}/fork"), body).await.expect(201);
    assert_eq!((&third["parent_tree_id"], &third["root_tree_id"]), (&json!(second_id), &json!(first_id)));
    assert_eq!((&third["fork_depth"], &third["fork_reason"]), (&json!(2), &Value::Null));
    let answer = w.colleague().post(&format!("/trees/{second_id}/fork"), json!({ "name": "" })).await;
    answer.refuses_fields(&[("name", "too_short")]);
}

async fn an_archived_flow_is_not_offered(w: World) {
    let path = format!("/trees/{}", published(&w.engineer(), "Printer").await);
    w.engineer().delete(&path).await.expect_empty();
    assert_eq!(w.engineer().get("/trees").await.expect(200)["total"], 0);
    let all = w.engineer().find("/trees", &[("include_inactive", "true")]).await.expect(200);
    assert_eq!((&all["total"], &all["items"][0]["is_active"]), (&json!(1), &json!(false)));
    assert_eq!(w.audited(events::TREE_ARCHIVED).await, 1);
    // It can still be read, and brought back.
    assert_eq!(w.engineer().get(&path).await.expect(200)["is_active"], false);
    w.engineer().put(&path, json!({ "is_active": true })).await.expect(200);
    assert_eq!(w.engineer().get("/trees").await.expect(200)["total"], 1);
}

async fn every_role_may_what_it_may(w: World) {
    let id = published(&w.engineer(), "Eli's").await;
    let path = format!("/trees/{id}");
    let viewer = "Your role (viewer) does not allow this. Ask an owner of the account.";
    w.viewer().get(&path).await.expect(200);
    w.viewer().get("/trees").await.expect(200);
    w.viewer().get("/trees/facets").await.expect(200);
    assert_eq!(w.viewer().get(&format!("{path}/export")).await.status, 200);
    w.viewer().get(&format!("{path}/lint")).await.expect(200);
    w.viewer().post("/trees", troubleshooting_flow("V")).await.says(403, "forbidden", viewer);
    w.viewer().post(&format!("{path}/fork"), json!({})).await.says(403, "forbidden", viewer);
    w.viewer().put(&path, json!({ "name": "V" })).await.says(403, "forbidden", viewer);
    w.viewer().delete(&path).await.says(403, "forbidden", viewer);
    w.viewer().post(&format!("{path}/publish"), json!({})).await.says(403, "forbidden", viewer);
    let yaml = "schema: 1\nname: V\ntype: procedural\nsections: []\n";
    w.viewer().post_raw("/trees/import", "application/yaml", yaml).await.says(403, "forbidden", viewer);

    // A colleague's flow is changed by its author, a team admin or an owner.
    w.colleague().put(&path, json!({ "name": "C" })).await.says(403, "forbidden", NOT_MINE);
    w.colleague().delete(&path).await.says(403, "forbidden", NOT_MINE);
    w.colleague().post(&format!("{path}/publish"), json!({})).await.says(403, "forbidden", NOT_MINE);
    assert_eq!(w.colleague().get(&path).await.expect(200)["can_edit"], false);
    for client in [w.engineer(), w.being(&w.team_admin), w.owner()] {
        assert_eq!(client.get(&path).await.expect(200)["can_edit"], true);
        client.put(&path, json!({ "name": "Changed" })).await.expect(200);
    }
}

async fn flows_of_other_accounts_do_not_exist(w: World) {
    let id = published(&w.engineer(), "Ours").await;
    let missing = w.test.app.new_id::<uuid::Uuid>();
    // What exists elsewhere is answered word for word like what exists nowhere (T1).
    for id in [id, missing.to_string()] {
        let path = format!("/trees/{id}");
        let not_found = "Tree not found";
        let stranger = w.stranger();
        stranger.get(&path).await.says(404, "tree_not_found", not_found);
        stranger.put(&path, json!({ "name": "X" })).await.says(404, "tree_not_found", not_found);
        let body = json!({ "tree_structure": { "root": "a", "nodes": [] } });
        stranger.put(&path, body).await.says(404, "tree_not_found", not_found);
        stranger.delete(&path).await.says(404, "tree_not_found", not_found);
        for action in ["publish", "fork"] {
            let answer = stranger.post(&format!("{path}/{action}"), json!({})).await;
            answer.says(404, "tree_not_found", not_found);
        }
        for part in ["versions", "versions/1", "lint", "export"] {
            stranger.get(&format!("{path}/{part}")).await.says(404, "tree_not_found", not_found);
        }
    }
    let everything = w.stranger().find("/trees", &[("include_inactive", "true")]).await.expect(200);
    assert_eq!(everything["total"], 0);
    let facets = w.stranger().get("/trees/facets").await.expect(200);
    assert_eq!(facets, json!({ "categories": [], "tags": [], "types": [] }));
}

async fn flows_of_other_teams_are_refused(w: World) {
    let (red, blue) = (w.team("Red").await, w.team("Blue").await);
    let rita = w.person("Rita", Role::Engineer, Some(red)).await;
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    let mut flow = troubleshooting_flow("Red only");
    flow["team_id"] = json!(red);
    let path = format!("/trees/{}", id_of(&create(&w.being(&rita), flow).await));
    w.being(&rita).get(&path).await.expect(200);
    let denied = "You don't have access to this tree";
    let bert = w.being(&bert);
    bert.get(&path).await.says(403, "tree_access_denied", denied);
    bert.put(&path, json!({ "name": "Blue" })).await.says(403, "tree_access_denied", denied);
    bert.delete(&path).await.says(403, "tree_access_denied", denied);
    bert.post(&format!("{path}/fork"), json!({})).await.says(403, "tree_access_denied", denied);
    bert.get(&format!("{path}/export")).await.says(403, "tree_access_denied", denied);
    // Those who look after all teams see all of them.
    w.being(&w.team_admin).get(&path).await.expect(200);
    w.owner().get(&path).await.expect(200);
}

async fn a_team_must_be_ones_own(w: World) {
    let unknown = w.test.app.new_id::<uuid::Uuid>();
    let mut flow = troubleshooting_flow("Teamed");
    flow["team_id"] = json!(unknown);
    w.engineer().post("/trees", flow).await.refuses_fields(&[("team_id", "unknown_team")]);
    let path = format!("/trees/{}", published(&w.engineer(), "Teamed").await);
    let answer = w.engineer().put(&path, json!({ "team_id": unknown })).await;
    answer.refuses_fields(&[("team_id", "unknown_team")]);
    let red = w.team("Red").await;
    assert_eq!(
        w.engineer().put(&path, json!({ "team_id": red })).await.expect(200)["team_id"],
        red.to_string()
    );
    let tree = w.engineer().put(&path, json!({ "team_id": null })).await.expect(200);
    assert_eq!(tree["team_id"], Value::Null);
}

async fn public_flows_are_read_and_forked_but_not_changed_by_others(w: World) {
    let mut flow = troubleshooting_flow("Shared");
    flow["is_public"] = json!(true);
    let id = id_of(&create(&w.engineer(), flow).await);
    let path = format!("/trees/{id}");
    assert_eq!(w.stranger().get(&path).await.expect(200)["can_edit"], false);
    assert_eq!(w.stranger().get("/trees").await.expect(200)["total"], 1);
    w.stranger().put(&path, json!({ "name": "Theirs" })).await.says(403, "forbidden", NOT_MINE);
    w.stranger().delete(&path).await.says(403, "forbidden", NOT_MINE);
    let fork = w.stranger().post(&format!("{path}/fork"), json!({})).await.expect(201);
    assert_eq!(fork["account_id"], w.stranger.account_id.to_string());
    assert_eq!((&fork["parent_tree_id"], &fork["is_public"]), (&json!(id), &json!(false)));
    // The fork is theirs alone.
    w.engineer().get(&format!("/trees/{}", id_of(&fork))).await.refused(404, "tree_not_found");
    // A draft is not shared, whatever it says.
    w.engineer().put(&path, json!({ "status": "draft" })).await.expect(200);
    w.stranger().get(&path).await.refused(404, "tree_not_found");
}

async fn the_plan_limits_the_number_of_flows(w: World) {
    let small = w.account("Small", Plan::Free).await;
    let fay = small.person(&w.test, w.store(), "Fay", Role::Owner, None).await;
    let fay = w.being(&fay);
    for number in 0..25 {
        published(&fay, &format!("Flow {number}")).await;
    }
    let limit = "Tree limit reached (25/25). Upgrade your plan to create more trees.";
    fay.post("/trees", troubleshooting_flow("One more")).await.says(402, "tree_limit_reached", limit);
    let id = id_of(&fay.get("/trees").await.expect(200)["items"][0]);
    fay.post(&format!("/trees/{id}/fork"), json!({})).await.says(402, "tree_limit_reached", limit);
    let yaml = "schema: 1\nname: One more\ntype: procedural\nsections: []\n";
    fay.post_raw("/trees/import", "application/yaml", yaml).await.says(402, "tree_limit_reached", limit);
    // What cannot be published is said first.
    let empty = new_flow("Empty", "procedural", &json!({ "sections": [] }));
    fay.post("/trees", empty).await.refused(422, "tree_not_publishable");
    fay.delete(&format!("/trees/{id}")).await.expect_empty();
    published(&fay, "One more").await;
}

/// C3: the count and the insert are one thing.
async fn parallel_creates_meet_the_limit_exactly(w: World) {
    let small = w.account("Small", Plan::Free).await;
    let fay = small.person(&w.test, w.store(), "Fay", Role::Owner, None).await;
    let fay = w.being(&fay);
    let creates = (0..60).map(|n| fay.post("/trees", checklist_flow(&format!("Flow {n}"))));
    let answers = futures_util::future::join_all(creates.collect::<Vec<_>>()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 25);
    assert_eq!(answers.iter().filter(|answer| answer.status == 402).count(), 35);
}

async fn bringing_a_flow_back_needs_room_in_the_plan(w: World) {
    let small = w.account("Small", Plan::Free).await;
    let fay = small.person(&w.test, w.store(), "Fay", Role::Owner, None).await;
    let fay = w.being(&fay);
    let path = format!("/trees/{}", published(&fay, "Put away").await);
    fay.delete(&path).await.expect_empty();
    for number in 0..25 {
        published(&fay, &format!("Flow {number}")).await;
    }
    let limit = "Tree limit reached (25/25). Upgrade your plan to create more trees.";
    fay.put(&path, json!({ "is_active": true })).await.says(402, "tree_limit_reached", limit);
    // A flow that is there already may be said to be there.
    let here = format!("/trees/{}", id_of(&fay.get("/trees").await.expect(200)["items"][0]));
    fay.put(&here, json!({ "is_active": true })).await.expect(200);
    fay.delete(&here).await.expect_empty();
    fay.put(&path, json!({ "is_active": true })).await.expect(200);
}

async fn lint_says_what_stands_in_the_way(w: World) {
    let mut draft = troubleshooting_flow("Printer");
    for field in ["status", "name"] {
        draft.as_object_mut().unwrap().remove(field);
    }
    let report = w.engineer().post("/trees/lint", draft.clone()).await.expect(200);
    assert_eq!(report["can_publish"], true, "{report}");
    draft["tree_structure"]["nodes"][1]["next"] = json!("nowhere");
    let report = w.engineer().post("/trees/lint", draft.clone()).await.expect(200);
    assert_eq!(report["can_publish"], false);
    let unknown =
        report["findings"].as_array().unwrap().iter().find(|f| f["code"] == "unknown_next").unwrap();
    assert_eq!((&unknown["severity"], &unknown["node_id"]), (&json!("error"), &json!("restart")));
    w.viewer().post("/trees/lint", draft.clone()).await.refused(403, "forbidden");
    // Nothing of it is kept.
    assert_eq!(w.engineer().get("/trees").await.expect(200)["total"], 0);

    let id = published(&w.engineer(), "Printer").await;
    let report = w.viewer().get(&format!("/trees/{id}/lint")).await.expect(200);
    assert_eq!(report["can_publish"], true);
}
