//! Folders: nesting, scopes, what is in them.

use rf_auth_policy::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{create, id_of, published};
use crate::support::{Client, World, checklist_flow, every_store};

every_store! {
    folders_nest_and_narrow_the_list,
    folders_are_renamed_and_moved,
    a_folder_never_goes_into_itself,
    folders_have_a_depth_and_names_of_their_own,
    a_deleted_folder_leaves_its_flows,
    a_personal_folder_is_seen_by_nobody_else,
    a_folder_of_a_team_is_for_the_team_and_admins,
    viewers_have_folders_of_their_own_alone,
}

async fn folder(client: &Client, name: &str, parent: Option<&str>) -> String {
    let body = json!({ "name": name, "parent_id": parent, "scope": "account" });
    id_of(&client.post("/folders", body).await.expect(201))
}

async fn names(client: &Client, folder: &str) -> Vec<String> {
    let list = client.find("/trees", &[("folder_id", folder)]).await.expect(200);
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn seen(client: &Client) -> Vec<Value> {
    client.get("/folders").await.expect(200).as_array().unwrap().clone()
}

async fn put(client: &Client, folder: &str, tree: &str) {
    client.put(&format!("/folders/{folder}/trees/{tree}"), json!({})).await.expect_empty();
}

async fn folders_nest_and_narrow_the_list(w: World) {
    let client = w.engineer();
    let mail = folder(&client, " Mail ", None).await;
    let m365 = folder(&client, "M365", Some(&mail)).await;
    let (outlook, teams) =
        (published(&client, "Outlook").await, id_of(&create(&client, checklist_flow("Teams")).await));
    create(&client, checklist_flow("Outside")).await;
    put(&client, &mail, &outlook).await;
    for _ in 0..2 {
        put(&client, &m365, &teams).await;
    }
    assert_eq!(names(&client, &mail).await, ["Outlook", "Teams"]);
    assert_eq!(names(&w.viewer(), &m365).await, ["Teams"]);
    let facets = client.find("/trees/facets", &[("folder_id", &m365)]).await.expect(200);
    assert_eq!(facets["types"], json!([{ "name": "procedural", "count": 1 }]));
    let list = seen(&client).await;
    let shown: Vec<_> =
        list.iter().map(|f| (&f["name"], &f["parent_id"], &f["tree_count"], &f["can_edit"])).collect();
    assert_eq!(
        shown,
        [
            (&json!("M365"), &json!(mail), &json!(1), &json!(true)),
            (&json!("Mail"), &Value::Null, &json!(1), &json!(true)),
        ]
    );
    assert_eq!(client.get(&format!("/trees/{teams}/folders")).await.expect(200), json!([m365]));
    for _ in 0..2 {
        client.delete(&format!("/folders/{m365}/trees/{teams}")).await.expect_empty();
    }
    assert_eq!(names(&client, &mail).await, ["Outlook"]);
    assert_eq!((w.audited("folder.tree_added").await, w.audited("folder.tree_removed").await), (2, 1));
    let nobody = Uuid::from_u128(9).to_string();
    client.find("/trees", &[("folder_id", &nobody)]).await.refused(404, "folder_not_found");
    client.put(&format!("/folders/{mail}/trees/{nobody}"), json!({})).await.refused(404, "tree_not_found");
    for answer in [
        w.stranger().find("/trees", &[("folder_id", &mail)]).await,
        w.stranger().put(&format!("/folders/{mail}/trees/{outlook}"), json!({})).await,
        w.stranger().patch(&format!("/folders/{mail}"), json!({ "name": "Mine" })).await,
        w.stranger().delete(&format!("/folders/{mail}")).await,
    ] {
        answer.refused(404, "folder_not_found");
    }
    assert!(seen(&w.stranger()).await.is_empty());
    w.anonymous().get("/folders").await.refused(401, "not_authenticated");
}

async fn folders_are_renamed_and_moved(w: World) {
    let client = w.engineer();
    let (a, b) = (folder(&client, "A", None).await, folder(&client, "B", None).await);
    let path = format!("/folders/{b}");
    let renamed = client.patch(&path, json!({ "name": "Bee" })).await.expect(200);
    assert_eq!((&renamed["name"], &renamed["parent_id"]), (&json!("Bee"), &Value::Null));
    assert_eq!(client.patch(&path, json!({ "parent_id": a })).await.expect(200)["parent_id"], json!(a));
    assert_eq!(client.patch(&path, json!({ "name": "B" })).await.expect(200)["parent_id"], json!(a));
    assert_eq!(client.patch(&path, json!({ "parent_id": null })).await.expect(200)["parent_id"], Value::Null);
    assert_eq!(w.audited("folder.updated").await, 4);
    client.patch(&path, json!({ "parent_id": Uuid::from_u128(9) })).await.refused(404, "folder_not_found");
}

async fn a_folder_never_goes_into_itself(w: World) {
    let client = w.engineer();
    let outer = folder(&client, "Outer", None).await;
    let inner = folder(&client, "Inner", Some(&outer)).await;
    for parent in [&outer, &inner] {
        let answer = client.patch(&format!("/folders/{outer}"), json!({ "parent_id": parent })).await;
        answer.refuses_fields(&[("parent_id", "cycle")]);
    }
}

async fn folders_have_a_depth_and_names_of_their_own(w: World) {
    let client = w.engineer();
    let mut inner = folder(&client, "1", None).await;
    for level in 2..=6 {
        inner = folder(&client, &level.to_string(), Some(&inner)).await;
    }
    let body = json!({ "name": "7", "parent_id": inner });
    client.post("/folders", body).await.refuses_fields(&[("parent_id", "too_deep")]);
    let two = folder(&client, "x", None).await;
    folder(&client, "y", Some(&two)).await;
    let answer = client.patch(&format!("/folders/{two}"), json!({ "parent_id": inner })).await;
    answer.refuses_fields(&[("parent_id", "too_deep")]);
    let again = json!({ "name": "X", "scope": "account" });
    client.post("/folders", again).await.refuses_fields(&[("name", "taken")]);
    // A colleague's personal folders are no obstacle, nor are one's own beside the shared.
    client.post("/folders", json!({ "name": "X" })).await.expect(201);
    client.post("/folders", json!({ "name": "  " })).await.refuses_fields(&[("name", "too_short")]);
    client
        .post("/folders", json!({ "name": "t", "scope": "team" }))
        .await
        .refuses_fields(&[("team_id", "missing")]);
}

async fn a_deleted_folder_leaves_its_flows(w: World) {
    let client = w.engineer();
    let outer = folder(&client, "Outer", None).await;
    let inner = folder(&client, "Inner", Some(&outer)).await;
    let tree = published(&client, "Kept").await;
    put(&client, &inner, &tree).await;
    client.delete(&format!("/folders/{outer}")).await.expect_empty();
    assert!(seen(&client).await.is_empty());
    client.get(&format!("/trees/{tree}")).await.expect(200);
    assert_eq!(client.get(&format!("/trees/{tree}/folders")).await.expect(200), json!([]));
    client.delete(&format!("/folders/{outer}")).await.refused(404, "folder_not_found");
    assert_eq!(w.audited("folder.deleted").await, 1);
}

async fn a_personal_folder_is_seen_by_nobody_else(w: World) {
    let client = w.engineer();
    let own = client.post("/folders", json!({ "name": "Mine" })).await.expect(201);
    assert_eq!(own["scope"], "personal");
    let own = id_of(&own);
    let shared = folder(&client, "Shared", None).await;
    for other in [w.colleague(), w.owner()] {
        assert_eq!(seen(&other).await.len(), 1);
        other.find("/trees", &[("folder_id", &own)]).await.refused(404, "folder_not_found");
        other.delete(&format!("/folders/{own}")).await.refused(404, "folder_not_found");
    }
    // What is everybody's does not become one person's; the other way round is sharing.
    let into = client.patch(&format!("/folders/{shared}"), json!({ "parent_id": own })).await;
    into.refuses_fields(&[("parent_id", "other_scope")]);
    let inner = id_of(&client.post("/folders", json!({ "name": "In", "parent_id": own })).await.expect(201));
    let moved = client.patch(&format!("/folders/{own}"), json!({ "parent_id": shared })).await.expect(200);
    assert_eq!(moved["scope"], "account");
    let list = seen(&w.colleague()).await;
    assert!(list.iter().any(|f| f["id"] == json!(inner) && f["scope"] == "account"), "{list:?}");
}

async fn a_folder_of_a_team_is_for_the_team_and_admins(w: World) {
    let team = w.team("Desk").await;
    let inside = w.being(&w.person("Ida", Role::Engineer, Some(team)).await);
    let body = json!({ "name": "Desk", "scope": "team", "team_id": team });
    let made = id_of(&inside.post("/folders", body.clone()).await.expect(201));
    assert_eq!(seen(&w.owner()).await.len(), 1);
    assert!(seen(&w.engineer()).await.is_empty());
    w.engineer()
        .patch(&format!("/folders/{made}"), json!({ "name": "x" }))
        .await
        .refused(404, "folder_not_found");
    w.engineer().post("/folders", body).await.refused(403, "forbidden");
    let unknown = json!({ "name": "x", "scope": "team", "team_id": Uuid::from_u128(9) });
    w.owner().post("/folders", unknown).await.refuses_fields(&[("team_id", "unknown_team")]);
}

async fn viewers_have_folders_of_their_own_alone(w: World) {
    let shared = folder(&w.engineer(), "Shared", None).await;
    let tree = published(&w.engineer(), "Flow").await;
    let viewer = w.viewer();
    let own = id_of(&viewer.post("/folders", json!({ "name": "Mine" })).await.expect(201));
    put(&viewer, &own, &tree).await;
    assert_eq!(names(&viewer, &own).await, ["Flow"]);
    for answer in [
        viewer.post("/folders", json!({ "name": "x", "scope": "account" })).await,
        viewer.post("/folders", json!({ "name": "x", "parent_id": shared })).await,
        viewer.patch(&format!("/folders/{shared}"), json!({ "name": "x" })).await,
        viewer.put(&format!("/folders/{shared}/trees/{tree}"), json!({})).await,
        viewer.delete(&format!("/folders/{shared}")).await,
    ] {
        answer.refused(403, "forbidden");
    }
}
