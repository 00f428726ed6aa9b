//! Finding a flow: ranked search, favourites, facets of a filtered list, success, changes upstream.

use serde_json::{Value, json};

use super::{create, id_of, published};
use crate::support::{Client, World, checklist_flow, every_store, troubleshooting_flow};

every_store! {
    a_search_ranks_what_it_finds,
    a_search_forgives_typing_errors,
    favourites_are_everybodys_own,
    facets_follow_the_list,
    success_is_counted_where_sessions_end,
    a_fork_shows_that_its_parent_changed,
}

async fn names(client: &Client, query: &[(&str, &str)]) -> Vec<String> {
    let list = client.find("/trees", query).await.expect(200);
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

fn named(name: &str, description: &str, tags: &[&str]) -> Value {
    let mut flow = checklist_flow(name);
    flow["description"] = json!(description);
    flow["tags"] = json!(tags);
    flow
}

async fn a_search_ranks_what_it_finds(w: World) {
    let client = w.engineer();
    for flow in [
        named("A description", "About Outlook", &[]),
        named("B tag", "x", &["outlook"]),
        named("C Outlook", "x", &[]),
        named("D Outlooks", "x", &[]),
        named("Unrelated", "x", &[]),
    ] {
        create(&client, flow).await;
    }
    let ranked = ["C Outlook", "D Outlooks", "B tag", "A description"];
    assert_eq!(names(&client, &[("search", "outlook")]).await, ranked);
    assert_eq!(names(&client, &[("search", "OUTLOOK"), ("sort", "relevance")]).await, ranked);
    let by_name = ["A description", "B tag", "C Outlook", "D Outlooks"];
    assert_eq!(names(&client, &[("search", "outlook"), ("sort", "name")]).await, by_name);
    assert_eq!(names(&client, &[("sort", "relevance")]).await.len(), 5);
    let page =
        client.find("/trees", &[("search", "outlook"), ("skip", "1"), ("limit", "2")]).await.expect(200);
    assert_eq!((&page["total"], &page["items"][0]["name"]), (&json!(4), &json!("D Outlooks")));
    assert_eq!(w.stranger().find("/trees", &[("search", "outlok")]).await.expect(200)["total"], 0);
}

async fn a_search_forgives_typing_errors(w: World) {
    let client = w.engineer();
    create(&client, named("Printer offline", "Réseau", &[])).await;
    create(&client, named("Onboarding", "x", &[])).await;
    for (search, found) in [
        ("printing", true),
        ("pritner ofline", true),
        ("prin", true),
        ("reseau", true),
        ("RÉSEAU", true),
        ("printer tunnel", false),
        ("p%r", false),
        ("p_inter", false),
        ("'printer'", false),
    ] {
        let expected: &[&str] = if found { &["Printer offline"] } else { &[] };
        assert_eq!(names(&client, &[("search", search)]).await, expected, "{search}");
    }
}

async fn favourites_are_everybodys_own(w: World) {
    let id = published(&w.engineer(), "Printer").await;
    published(&w.engineer(), "Other").await;
    let path = format!("/trees/{id}/favourite");
    for _ in 0..2 {
        w.viewer().put(&path, json!({})).await.expect_empty();
    }
    assert_eq!(w.viewer().get(&format!("/trees/{id}")).await.expect(200)["is_favourite"], true);
    assert_eq!(w.engineer().get(&format!("/trees/{id}")).await.expect(200)["is_favourite"], false);
    assert_eq!(names(&w.viewer(), &[("favourite", "true")]).await, ["Printer"]);
    assert_eq!(names(&w.viewer(), &[("favourite", "false")]).await, ["Other", "Printer"]);
    assert!(names(&w.engineer(), &[("favourite", "true")]).await.is_empty());
    let facets = w.viewer().find("/trees/facets", &[("favourite", "true")]).await.expect(200);
    assert_eq!(facets["types"], json!([{ "name": "troubleshooting", "count": 1 }]));
    for _ in 0..2 {
        w.viewer().delete(&path).await.expect_empty();
    }
    assert!(names(&w.viewer(), &[("favourite", "true")]).await.is_empty());
    for client in [w.stranger(), w.engineer()] {
        let path = match client.get(&format!("/trees/{id}")).await.status {
            404 => path.clone(),
            _ => format!("/trees/{}/favourite", uuid::Uuid::from_u128(9)),
        };
        client.put(&path, json!({})).await.refused(404, "tree_not_found");
        client.delete(&path).await.refused(404, "tree_not_found");
    }
    w.anonymous().put(&path, json!({})).await.refused(401, "not_authenticated");
    assert_eq!(w.viewer().get(&path).await.header("allow"), "PUT, DELETE");
}

async fn facets_follow_the_list(w: World) {
    let client = w.engineer();
    for (name, category, tags) in [
        ("Outlook", "Mail", json!(["x", "y"])),
        ("Exchange", "Mail", json!(["y"])),
        ("Printer", "Print", json!(["z"])),
    ] {
        let mut flow = troubleshooting_flow(name);
        flow["category"] = json!(category);
        flow["tags"] = tags;
        create(&client, flow).await;
    }
    let facets =
        client.find("/trees/facets", &[("category", "Mail"), ("sort", "used"), ("limit", "1")]).await;
    let expected = json!({
        "categories": [{ "name": "Mail", "count": 2 }],
        "tags": [{ "name": "y", "count": 2 }, { "name": "x", "count": 1 }],
        "types": [{ "name": "troubleshooting", "count": 2 }],
    });
    assert_eq!(facets.expect(200), expected);
    let facets = client.find("/trees/facets", &[("search", "outlok")]).await.expect(200);
    assert_eq!(facets["tags"], json!([{ "name": "x", "count": 1 }, { "name": "y", "count": 1 }]));
    client.find("/trees/facets", &[("size", "1")]).await.refuses_fields(&[("query", "malformed")]);
}

async fn success_is_counted_where_sessions_end(w: World) {
    let client = w.engineer();
    let (good, fair, never) = (
        published(&client, "Good").await,
        published(&client, "Fair").await,
        published(&client, "Never").await,
    );
    for (tree, outcome) in [
        (&good, "resolved"),
        (&good, "cancelled"),
        (&fair, "resolved"),
        (&fair, "unresolved"),
        (&fair, "resolved"),
        (&fair, "escalated"),
    ] {
        let session = client.post("/sessions", json!({ "tree_id": tree })).await.expect(201);
        let path = format!("/sessions/{}", session["id"].as_str().unwrap());
        let done = json!({ "outcome": outcome, "outcome_notes": "n" });
        client.post(&format!("{path}/complete"), done.clone()).await.expect(200);
        // A second end is refused and counts nothing; neither does what comes after.
        client.post(&format!("{path}/complete"), done).await.refused(400, "session_completed");
        client.patch(&format!("{path}/scratchpad"), json!({ "scratchpad": "s" })).await.expect(200);
    }
    assert_eq!(names(&client, &[("sort", "success")]).await, ["Good", "Fair", "Never"]);
    for (tree, count, rate) in [(&good, 1, json!(1.0)), (&fair, 4, json!(0.5)), (&never, 0, Value::Null)] {
        let tree = client.get(&format!("/trees/{tree}")).await.expect(200);
        assert_eq!((&tree["completed_count"], &tree["success_rate"]), (&json!(count), &rate));
    }
}

async fn a_fork_shows_that_its_parent_changed(w: World) {
    let parent = published(&w.engineer(), "Parent").await;
    let fork = id_of(&w.colleague().post(&format!("/trees/{parent}/fork"), json!({})).await.expect(201));
    let changed =
        async || w.colleague().get(&format!("/trees/{fork}")).await.expect(200)["upstream_changed"].clone();
    assert_eq!(changed().await, false);
    w.clock().advance(60);
    w.engineer().put(&format!("/trees/{parent}"), json!({ "name": "Better" })).await.expect(200);
    assert_eq!(changed().await, true);
    let list = w.colleague().get("/trees").await.expect(200);
    let shown: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|item| &item["upstream_changed"]).collect();
    assert_eq!(shown, [&json!(false), &json!(true)], "{list}");

    let path = format!("/trees/{fork}/upstream/acknowledge");
    w.viewer().post(&path, json!({})).await.refused(403, "forbidden");
    w.stranger().post(&path, json!({})).await.refused(404, "tree_not_found");
    let before = w.colleague().get(&format!("/trees/{fork}")).await.expect(200);
    for _ in 0..2 {
        let seen = w.colleague().post(&path, json!({})).await.expect(200);
        assert_eq!((&seen["upstream_changed"], &seen["updated_at"]), (&json!(false), &before["updated_at"]));
    }
    assert_eq!(w.audited("tree.upstream_acknowledged").await, 1);
    assert_eq!(changed().await, false);
    w.clock().advance(60);
    w.engineer().put(&format!("/trees/{parent}"), json!({ "name": "Best" })).await.expect(200);
    assert_eq!(changed().await, true);
    w.engineer()
        .post(&format!("/trees/{parent}/upstream/acknowledge"), json!({}))
        .await
        .refused(409, "not_a_fork");
}
