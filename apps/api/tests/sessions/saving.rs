//! RUN-18..20, D3: the way a session took, saved as a flow.

use rf_accounts::Plan;
use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{
    NOT_FOUND, answer, back, complete, done, flow, path_of, skip, start_checklist, start_with, step,
};
use crate::support::{Answer, Client, World, checklist_flow, every_store, troubleshooting_flow};

every_store! {
    a_walked_graph_becomes_a_line,
    a_checklist_keeps_what_was_done,
    a_prepared_session_can_be_saved,
    a_preview_keeps_nothing,
    names_and_reasons_are_made_of_ticket_and_client,
    only_the_owner_saves,
    what_would_not_publish_is_not_saved_as_published,
    the_plan_limits_saving_too,
}

async fn save(client: &Client, path: &str, body: Value) -> Answer {
    client.post(&format!("{path}/save-as-tree"), body).await
}

async fn saved(client: &Client, path: &str, body: Value) -> Value {
    let answer = save(client, path, body).await.expect(201);
    client.get(&format!("/trees/{}", answer["tree_id"].as_str().unwrap())).await.expect(200)
}

async fn a_walked_graph_becomes_a_line(w: World) {
    let engineer = w.engineer();
    let mut new = troubleshooting_flow("Printer");
    new["category"] = json!("Printing");
    new["tags"] = json!(["print"]);
    let parent = engineer.post("/trees", new).await.expect(201);
    let path = path_of(
        &start_with(&engineer, parent["id"].as_str().unwrap(), json!({ "ticket_number": "T-1" })).await,
    );
    answer(&engineer, &path, "start", "no").await.expect(200);
    back(&engineer, &path, "start").await.expect(200);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    let custom =
        json!({ "action": "custom", "node_id": "start", "title": "Swapped the cable", "notes": "Blue" });
    step(&engineer, &path, custom).await.expect(200);
    done(&engineer, &path, "restart").await.expect(200);
    answer(&engineer, &path, "works", "again").await.expect(200);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    skip(&engineer, &path, "restart", "Just done").await.expect(200);
    answer(&engineer, &path, "works", "yes").await.expect(200);
    complete(&engineer, &path, "resolved").await.expect(200);

    let body =
        json!({ "tree_name": "The way that worked", "description": "From T-1", "status": "published" });
    let answer = save(&engineer, &path, body).await.expect(201);
    assert_eq!(answer["tree_name"], "The way that worked");
    assert_eq!(answer["message"], "Session saved as published tree");
    let tree = engineer.get(&format!("/trees/{}", answer["tree_id"].as_str().unwrap())).await.expect(200);
    for (field, value) in [
        ("name", json!("The way that worked")),
        ("description", json!("From T-1")),
        ("status", json!("published")),
        ("version", json!(1)),
        ("is_public", json!(false)),
        ("is_default", json!(false)),
        ("author_id", json!(w.engineer.id)),
        ("account_id", json!(w.north.id)),
        ("parent_tree_id", parent["id"].clone()),
        ("root_tree_id", parent["id"].clone()),
        ("fork_depth", json!(1)),
        ("fork_reason", json!("Saved from session: T-1")),
        ("parent_updated_at", parent["updated_at"].clone()),
        // D3: carried over.
        ("tree_type", json!("troubleshooting")),
        ("category", json!("Printing")),
        ("tags", json!(["print"])),
        ("intake_form", parent["intake_form"].clone()),
    ] {
        assert_eq!(tree[field], value, "{field}");
    }
    let nodes = tree["tree_structure"]["nodes"].as_array().unwrap();
    let line: Vec<_> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(line, ["start", "custom", "restart", "works", "start-2", "works-2", "fixed"]);
    assert_eq!(tree["tree_structure"]["root"], "start");
    for pair in nodes.windows(2) {
        assert_eq!(pair[0]["next"], pair[1]["id"]);
    }
    assert_eq!((&nodes[0]["type"], &nodes[0]["body"]), (&json!("action"), &json!("Found: **Yes**")));
    assert_eq!((&nodes[1]["title"], &nodes[1]["body"]), (&json!("Swapped the cable"), &json!("Blue")));
    assert_eq!(nodes[6]["type"], "outcome");
}

async fn a_checklist_keeps_what_was_done(w: World) {
    let engineer = w.engineer();
    let path = start_checklist(&engineer).await;
    done(&engineer, &path, "backup").await.expect(200);
    skip(&engineer, &path, "tell", "At night").await.expect(200);
    let custom = json!({ "action": "custom", "node_id": "tell", "title": "Told the night shift" });
    step(&engineer, &path, custom).await.expect(200);
    let tree = saved(&engineer, &path, json!({ "status": "published" })).await;
    assert_eq!(tree["tree_type"], "procedural");
    let sections = tree["tree_structure"]["sections"].as_array().unwrap();
    assert_eq!(sections.len(), 1);
    let steps: Vec<_> =
        sections[0]["steps"].as_array().unwrap().iter().map(|s| s["title"].as_str().unwrap()).collect();
    assert_eq!(steps, ["Check the backup", "Told the night shift"]);
}

/// D3: there is no start to name the day of.
async fn a_prepared_session_can_be_saved(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let session = w.engineer().post("/sessions/prepare", json!({ "tree_id": tree })).await.expect(201);
    w.clock().advance(86_400);
    let tree = saved(&w.again(&w.engineer).await, &path_of(&session), json!({})).await;
    assert_eq!(tree["description"], "Saved from troubleshooting session on 2026-11-23");
    assert_eq!((&tree["status"], &tree["version"]), (&json!("draft"), &json!(0)));
}

async fn names_and_reasons_are_made_of_ticket_and_client(w: World) {
    let engineer = w.engineer();
    let tree = flow(&engineer, troubleshooting_flow("Printer")).await;
    for (ticket, client, name, reason) in [
        (None, None, "Printer", "Saved from troubleshooting session"),
        (Some("T-1"), None, "Printer - Ticket T-1", "Saved from session: T-1"),
        (None, Some("Contoso"), "Printer - Contoso", "Saved from troubleshooting session"),
        (Some("T-1"), Some("Contoso"), "Printer - Ticket T-1 - Contoso", "Saved from session: T-1"),
    ] {
        let body = json!({ "ticket_number": ticket, "client_name": client });
        let path = path_of(&start_with(&engineer, &tree, body).await);
        // Nothing and a blank are both no name.
        for body in [json!({}), json!({ "tree_name": "  ", "description": "" })] {
            let answer = save(&engineer, &path, body).await.expect(201);
            assert_eq!(answer["tree_name"], name);
            assert_eq!(answer["message"], "Session saved as draft tree");
            let tree =
                engineer.get(&format!("/trees/{}", answer["tree_id"].as_str().unwrap())).await.expect(200);
            assert_eq!((&tree["fork_reason"], &tree["name"]), (&json!(reason), &json!(name)));
            assert_eq!(tree["description"], "Saved from troubleshooting session on 2026-11-23");
        }
    }
    // The longest of everything still makes a name.
    let long = flow(&engineer, checklist_flow(&"n".repeat(200))).await;
    let body = json!({ "ticket_number": "t".repeat(100), "client_name": "c".repeat(255) });
    let path = path_of(&start_with(&engineer, &long, body).await);
    assert_eq!(save(&engineer, &path, json!({})).await.expect(201)["tree_name"], "n".repeat(200));
    let answer = save(&engineer, &path, json!({ "tree_name": "x".repeat(201) })).await;
    answer.refuses_fields(&[("name", "too_long")]);
}

async fn only_the_owner_saves(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let path = path_of(&start_with(&w.engineer(), &tree, json!({})).await);
    for client in [w.colleague(), w.owner(), w.stranger(), w.viewer()] {
        save(&client, &path, json!({})).await.says(404, "session_not_found", NOT_FOUND);
    }
    // The flow it came from may have been archived, but not gone from sight.
    w.engineer().delete(&format!("/trees/{tree}")).await.expect_empty();
    save(&w.engineer(), &path, json!({})).await.expect(201);
    let mut public = troubleshooting_flow("Theirs");
    public["is_public"] = json!(true);
    let theirs = flow(&w.stranger(), public).await;
    let path = path_of(&start_with(&w.engineer(), &theirs, json!({})).await);
    w.stranger().put(&format!("/trees/{theirs}"), json!({ "is_public": false })).await.expect(200);
    let answer = save(&w.engineer(), &path, json!({})).await;
    answer.says(404, "original_tree_not_found", "Original tree not found");
}

async fn what_would_not_publish_is_not_saved_as_published(w: World) {
    let engineer = w.engineer();
    let path = start_checklist(&engineer).await;
    let body =
        save(&engineer, &path, json!({ "status": "published" })).await.refused(422, "tree_not_publishable");
    assert_eq!(body["detail"]["message"], "Cannot save as published tree with validation errors");
    assert_eq!(body["detail"]["errors"][0]["code"], "empty_flow");
    saved(&engineer, &path, json!({ "status": "draft" })).await;
}

async fn the_plan_limits_saving_too(w: World) {
    let small = w.account("Small", Plan::Free).await;
    let fay = small.person(&w.test, w.store(), "Fay", Role::Owner, None).await;
    let fay = w.being(&fay);
    let tree = flow(&fay, checklist_flow("First")).await;
    let path = path_of(&start_with(&fay, &tree, json!({})).await);
    for _ in 1..25 {
        save(&fay, &path, json!({})).await.expect(201);
    }
    let limit = "Tree limit reached (25/25). Upgrade your plan to create more trees.";
    save(&fay, &path, json!({})).await.says(402, "tree_limit_reached", limit);
    // What would not publish is said first (RUN-19).
    save(&fay, &path, json!({ "status": "published" })).await.refused(422, "tree_not_publishable");
}

async fn a_preview_keeps_nothing(w: World) {
    let engineer = w.engineer();
    let tree = engineer.post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    let path = path_of(&start_with(&engineer, tree["id"].as_str().unwrap(), json!({})).await);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    let before = engineer.get("/trees").await.expect(200)["total"].clone();
    let preview = format!("{path}/save-as-tree/preview");
    let shown = engineer.post(&preview, json!({ "tree_name": " Shown " })).await.expect(200);
    assert_eq!((&shown["tree_name"], &shown["tree_type"]), (&json!("Shown"), &json!("troubleshooting")));
    assert!(shown["lint"]["findings"].is_array(), "{shown}");
    assert_eq!(engineer.get("/trees").await.expect(200)["total"], before);
    let kept = saved(&engineer, &path, json!({ "tree_name": " Shown " })).await;
    assert_eq!((&kept["tree_structure"], &kept["name"]), (&shown["tree_structure"], &shown["tree_name"]));
    w.colleague().post(&preview, json!({})).await.refused(404, "session_not_found");
    engineer
        .post(&preview, json!({ "tree_name": "x".repeat(300) }))
        .await
        .refuses_fields(&[("name", "too_long")]);
}
