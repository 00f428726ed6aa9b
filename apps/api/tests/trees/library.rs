//! Listing, searching and narrowing the library.

use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{create, id_of, published};
use crate::support::{
    Client, Database, World, checklist_flow, every_store, maintenance_flow, troubleshooting_flow,
};

every_store! {
    a_list_has_no_bodies_and_a_total,
    flows_are_sorted_by_name_by_change_and_by_use,
    pages_neither_overlap_nor_miss,
    every_filter_narrows,
    search_takes_words_from_anywhere_and_wildcards_literally,
    facets_count_what_i_can_see,
    the_starter_flows_are_everybodys,
    paging_refuses_what_is_no_page,
}

async fn names(client: &Client, query: &[(&str, &str)]) -> Vec<String> {
    let list = client.find("/trees", query).await.expect(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(list["total"], items.len());
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn a_list_has_no_bodies_and_a_total(w: World) {
    let tree = create(&w.engineer(), troubleshooting_flow("Printer")).await;
    let list = w.engineer().get("/trees").await.expect(200);
    let mut summary = tree.clone();
    summary.as_object_mut().unwrap().retain(|field, _| field != "tree_structure" && field != "intake_form");
    assert_eq!(list, json!({ "items": [summary], "total": 1 }));
    assert_eq!(w.colleague().get("/trees").await.expect(200)["items"][0]["can_edit"], false);
}

async fn flows_are_sorted_by_name_by_change_and_by_use(w: World) {
    let client = w.engineer();
    let mut ids = Vec::new();
    for name in ["beta", "Alpha", "gamma"] {
        ids.push(published(&client, name).await);
        w.clock().advance(1);
    }
    client.put(&format!("/trees/{}", ids[1]), json!({ "tags": ["changed"] })).await.expect(200);
    for id in [&ids[2], &ids[2], &ids[0]] {
        client.post("/sessions", json!({ "tree_id": id })).await.expect(201);
    }
    assert_eq!(names(&client, &[]).await, ["Alpha", "beta", "gamma"]);
    assert_eq!(names(&client, &[("sort", "name")]).await, ["Alpha", "beta", "gamma"]);
    assert_eq!(names(&client, &[("sort", "recent")]).await, ["Alpha", "gamma", "beta"]);
    assert_eq!(names(&client, &[("sort", "used")]).await, ["gamma", "beta", "Alpha"]);
    client.find("/trees", &[("sort", "size")]).await.refuses_fields(&[("query", "malformed")]);
}

async fn pages_neither_overlap_nor_miss(w: World) {
    let client = w.engineer();
    for number in 0..7 {
        // Same name, so only a tie-breaker keeps the pages apart.
        create(&client, checklist_flow(if number < 5 { "Same" } else { "Zebra" })).await;
    }
    let mut seen = Vec::new();
    for skip in ["0", "3", "6", "9"] {
        let list = client.find("/trees", &[("skip", skip), ("limit", "3")]).await.expect(200);
        assert_eq!(list["total"], 7);
        seen.extend(list["items"].as_array().unwrap().iter().map(id_of));
    }
    assert_eq!(seen.len(), 7);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
}

async fn every_filter_narrows(w: World) {
    let client = w.engineer();
    let mut flow = troubleshooting_flow("Printer");
    flow["category"] = json!("Printing");
    flow["tags"] = json!(["spooler", "driver"]);
    create(&client, flow).await;
    let mut flow = checklist_flow("Onboarding");
    flow["status"] = json!("draft");
    flow["tags"] = json!(["people"]);
    create(&client, flow).await;
    create(&w.colleague(), maintenance_flow("Patching")).await;
    assert_eq!(names(&client, &[("tree_type", "maintenance")]).await, ["Patching"]);
    assert_eq!(names(&client, &[("category", "Printing")]).await, ["Printer"]);
    assert_eq!(names(&client, &[("category", "Print")]).await, Vec::<String>::new());
    assert_eq!(names(&client, &[("tag", "Spooler")]).await, ["Printer"]);
    assert_eq!(names(&client, &[("status", "draft")]).await, ["Onboarding"]);
    assert_eq!(names(&client, &[("status", "published")]).await, ["Patching", "Printer"]);
    assert_eq!(names(&client, &[("mine", "true")]).await, ["Onboarding", "Printer"]);
    assert_eq!(names(&client, &[("mine", "false")]).await.len(), 3);
    assert_eq!(
        names(&client, &[("mine", "true"), ("status", "published"), ("tag", "driver")]).await,
        ["Printer"]
    );
    client.find("/trees", &[("tree_type", "other")]).await.refuses_fields(&[("query", "malformed")]);
}

async fn search_takes_words_from_anywhere_and_wildcards_literally(w: World) {
    let client = w.engineer();
    create(&client, troubleshooting_flow("Outlook")).await;
    let mut flow = checklist_flow("100% Ärger");
    flow["description"] = json!("Cleans C:\\temp and file_name.txt");
    create(&client, flow).await;
    for (search, expected) in [
        ("outlook", vec!["Outlook"]),
        // Words from name and step text, in any case and order; the title of a step counts.
        ("SPOOLER outlook", vec!["Outlook"]),
        ("spooler backup", vec![]),
        ("ärger", vec!["100% Ärger"]),
        ("ÄRGER", vec!["100% Ärger"]),
        ("%", vec!["100% Ärger"]),
        ("0%", vec!["100% Ärger"]),
        ("%look", vec![]),
        ("_", vec!["100% Ärger"]),
        ("file_name", vec!["100% Ärger"]),
        ("file-name", vec![]),
        ("out_ook", vec![]),
        ("c:\\temp", vec!["100% Ärger"]),
        ("\\", vec!["100% Ärger"]),
        ("' OR 1=1 --", vec![]),
        ("   ", vec!["100% Ärger", "Outlook"]),
    ] {
        assert_eq!(names(&client, &[("search", search)]).await, expected, "{search:?}");
    }
}

async fn facets_count_what_i_can_see(w: World) {
    let client = w.engineer();
    for (name, category, tags) in
        [("A", "Mail", json!(["x", "y"])), ("B", "Mail", json!(["y"])), ("C", "Print", json!(["z"]))]
    {
        let mut flow = troubleshooting_flow(name);
        flow["category"] = json!(category);
        flow["tags"] = tags;
        create(&client, flow).await;
    }
    let gone = id_of(&create(&client, checklist_flow("Gone")).await);
    client.delete(&format!("/trees/{gone}")).await.expect_empty();
    let facets = client.get("/trees/facets").await.expect(200);
    let expected = json!({
        "categories": [{ "name": "Mail", "count": 2 }, { "name": "Print", "count": 1 }],
        "tags": [{ "name": "y", "count": 2 }, { "name": "x", "count": 1 }, { "name": "z", "count": 1 }],
        "types": [{ "name": "troubleshooting", "count": 3 }],
    });
    assert_eq!(facets, expected);
}

/// A list shows what can be opened, and nothing else.
#[tokio::test]
async fn flows_of_other_teams_are_not_listed() {
    let w = World::over(Database::memory().await).await;
    let (red, blue) = (w.team("Red").await, w.team("Blue").await);
    let rita = w.person("Rita", Role::Engineer, Some(red)).await;
    let bert = w.person("Bert", Role::Engineer, Some(blue)).await;
    let mut flow = troubleshooting_flow("Red only");
    flow["team_id"] = json!(red);
    flow["category"] = json!("Secret");
    create(&w.being(&rita), flow).await;
    published(&w.being(&rita), "For all").await;
    assert_eq!(names(&w.being(&rita), &[]).await, ["For all", "Red only"]);
    assert_eq!(names(&w.owner(), &[]).await, ["For all", "Red only"]);
    assert_eq!(names(&w.being(&bert), &[]).await, ["For all"]);
    assert_eq!(w.being(&bert).get("/trees/facets").await.expect(200)["categories"], json!([]));
}

async fn the_starter_flows_are_everybodys(w: World) {
    let written = w.test.app.load_starter_flows().await.expect("the shipped flows");
    assert_eq!(written, rf_trees::starter_flows().len());
    assert_eq!(w.test.app.load_starter_flows().await.expect("the shipped flows"), 0);
    for client in [w.viewer(), w.stranger()] {
        let list = client.get("/trees").await.expect(200);
        assert_eq!(list["total"], written);
        for item in list["items"].as_array().unwrap() {
            assert_eq!(
                (&item["is_default"], &item["can_edit"], &item["author_id"]),
                (&json!(true), &json!(false), &Value::Null)
            );
        }
    }
    // They run, and each account counts its own use.
    let id = id_of(&w.engineer().get("/trees").await.expect(200)["items"][0]);
    w.engineer().post("/sessions", json!({ "tree_id": id })).await.expect(201);
    assert_eq!(w.engineer().get(&format!("/trees/{id}")).await.expect(200)["usage_count"], 1);
    assert_eq!(w.stranger().get(&format!("/trees/{id}")).await.expect(200)["usage_count"], 0);
    w.owner().delete(&format!("/trees/{id}")).await.refused(403, "forbidden");
}

async fn paging_refuses_what_is_no_page(w: World) {
    let client = w.engineer();
    for limit in ["0", "101"] {
        client.find("/trees", &[("limit", limit)]).await.refuses_fields(&[("query.limit", "out_of_range")]);
    }
    for (name, value) in [("limit", "-1"), ("limit", "x"), ("skip", "-1"), ("mine", "maybe")] {
        client.find("/trees", &[(name, value)]).await.refuses_fields(&[("query", "malformed")]);
    }
    published(&client, "Printer").await;
    for skip in ["1", "9223372036854775807"] {
        let list = client.find("/trees", &[("skip", skip)]).await.expect(200);
        assert_eq!(list, json!({ "items": [], "total": 1 }), "{skip}");
    }
    for skip in ["9223372036854775808", "18446744073709551615"] {
        client.find("/trees", &[("skip", skip)]).await.refuses_fields(&[("query.skip", "out_of_range")]);
    }
}
