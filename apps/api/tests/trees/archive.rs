//! The whole library out and in.

use reqwest::Method;
use rf_accounts::Plan;
use rf_auth_policy::Role;
use serde_json::{Value, json};

use super::{create, id_of, published};
use crate::support::{Answer, Client, World, checklist_flow, every_store, maintenance_flow};

every_store! {
    a_library_survives_export_and_import,
    folders_of_teams_go_where_the_importer_may,
    a_refused_file_stops_no_other,
    what_is_no_archive_is_refused,
    an_archive_is_for_authors_and_taken_once,
    the_schema_of_flow_files_is_served,
}

const ZIP: &str = "application/zip";

async fn export(client: &Client) -> Vec<u8> {
    let response = client.request(Method::GET, "/trees/export").send().await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()),
        (200, ZIP)
    );
    response.bytes().await.expect("a body").to_vec()
}

async fn a_library_survives_export_and_import(w: World) {
    let client = w.engineer();
    published(&client, "Printer: \"odd\" #1").await;
    let tree = id_of(&create(&client, maintenance_flow("Patching")).await);
    for _ in 0..2 {
        let mut draft = checklist_flow("Twice");
        draft["status"] = json!("draft");
        draft["tags"] = json!(["b", "a"]);
        create(&client, draft).await;
    }
    let archived = id_of(&create(&client, checklist_flow("Archived")).await);
    client.delete(&format!("/trees/{archived}")).await.expect_empty();
    let folder = async |name: &str, parent: Option<&str>| {
        let body = json!({ "name": name, "parent_id": parent, "scope": "account" });
        id_of(&client.post("/folders", body).await.expect(201))
    };
    let outer = folder("Rounds", None).await;
    let inner = folder("Servers", Some(&outer)).await;
    folder("Empty", None).await;
    client.put(&format!("/folders/{inner}/trees/{tree}"), json!({})).await.expect_empty();
    client.post("/folders", json!({ "name": "Mine" })).await.expect(201);

    let first = export(&client).await;
    assert_eq!(export(&client).await, first, "the same library gives the same bytes");
    let empty = w.account("Empty", Plan::Pro).await;
    let owner = w.being(&empty.person(&w.test, w.store(), "Ola", Role::Owner, None).await);
    let report = owner.post_raw("/trees/import-archive", ZIP, first.clone()).await.expect(201);
    assert_eq!((&report["imported"], &report["refused"]), (&json!(4), &json!(0)), "{report}");
    let list = owner.get("/trees").await.expect(200);
    let names: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|t| (&t["name"], &t["status"])).collect();
    assert_eq!(names.len(), 4);
    assert_eq!(names[0], (&json!("Patching"), &json!("published")));
    assert_eq!(names[2], (&json!("Twice"), &json!("draft")));
    assert_eq!(export(&owner).await, first, "and comes back as it went");
    // Once more beside what is there: the folders are those that are there.
    owner.post_raw("/trees/import-archive", ZIP, first).await.expect(201);
    assert_eq!(owner.get("/folders").await.expect(200).as_array().unwrap().len(), 3);
    assert_eq!(w.audited_of(empty.id, "library.imported").await, 2);
    assert_eq!(w.audited("library.exported").await, 2);
}

/// A team's folder is one of the team of that name again where whoever imports may change its folders, else the account's;
/// which of the two is told.
async fn folders_of_teams_go_where_the_importer_may(w: World) {
    let owner = w.owner();
    let team = w.team("Network").await;
    let tree = published(&owner, "Switch stack").await;
    let shelf = json!({ "name": "Switches", "scope": "team", "team_id": team });
    let shelf = id_of(&owner.post("/folders", shelf).await.expect(201));
    let inner = json!({ "name": "Cores", "parent_id": shelf });
    let inner = id_of(&owner.post("/folders", inner).await.expect(201));
    owner.post("/folders", json!({ "name": "Switches", "scope": "account" })).await.expect(201);
    owner.put(&format!("/folders/{inner}/trees/{tree}"), json!({})).await.expect_empty();
    let archive = export(&owner).await;

    // Into its own account again: nothing new, and the flow in the same folder.
    let report = owner.post_raw("/trees/import-archive", ZIP, archive.clone()).await.expect(201);
    assert_eq!((&report["imported"], &report["notes"]), (&json!(1), &json!([])), "{report}");
    let folders = owner.get("/folders").await.expect(200);
    let folders = folders.as_array().unwrap();
    assert_eq!(folders.len(), 3, "{folders:?}");
    let held = folders.iter().find(|folder| folder["id"] == json!(inner)).unwrap();
    assert_eq!((&held["tree_count"], &held["scope"]), (&json!(2), &json!("team")), "{held}");

    // An engineer of another team may not change that team's folders.
    let report = w.engineer().post_raw("/trees/import-archive", ZIP, archive.clone()).await.expect(201);
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.contains("Network") && note.contains("only the team and admins"), "{note}");
    let seen = w.engineer().get("/folders").await.expect(200);
    let seen = seen.as_array().unwrap();
    let cores = seen.iter().find(|folder| folder["name"] == "Cores").unwrap();
    assert_eq!((&cores["scope"], &cores["tree_count"]), (&json!("account"), &json!(1)), "{seen:?}");

    // Elsewhere there is no such team, until there is one.
    let empty = w.account("Empty", Plan::Pro).await;
    let ola = w.being(&empty.person(&w.test, w.store(), "Ola", Role::Owner, None).await);
    let report = ola.post_raw("/trees/import-archive", ZIP, archive.clone()).await.expect(201);
    assert!(report["notes"][0].as_str().unwrap().contains("no such team"), "{report}");
    ola.post("/accounts/me/teams", json!({ "name": "network" })).await.expect(201);
    let report = ola.post_raw("/trees/import-archive", ZIP, archive).await.expect(201);
    assert_eq!(report["notes"], json!([]));
    let scopes: Vec<_> = ola.get("/folders").await.expect(200).as_array().unwrap().clone();
    let of_team = scopes.iter().filter(|folder| folder["scope"] == "team").count();
    assert_eq!((of_team, scopes.len()), (2, 4), "{scopes:?}");
}

/// A stored zip of these files, by hand: what other tools make.
fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn a_refused_file_stops_no_other(w: World) {
    let client = w.engineer();
    let tree = published(&client, "Good").await;
    let good = client.get(&format!("/trees/{tree}/export")).await.text;
    let bad = good.replace("    title:", "    tilte:");
    assert_ne!(bad, good);
    let unnamed = good.replace("name: Good", &format!("name: {}", "x".repeat(300)));
    let archive =
        zip_of(&[("good.flow.yaml", &good), ("bad.yaml", &bad), ("long.yml", &unnamed), ("readme.txt", "x")]);
    let report = client.post_raw("/trees/import-archive", ZIP, archive).await.expect(201);
    assert_eq!((&report["imported"], &report["refused"]), (&json!(1), &json!(2)), "{report}");
    let files = report["files"].as_array().unwrap();
    let codes: Vec<_> = files.iter().map(|file| file["code"].clone()).collect();
    assert_eq!(codes[..2], [Value::Null, json!("flow_file_unreadable")], "{report}");
    assert!(codes[2] == json!("validation_failed") || codes[2] == json!("flow_file_unreadable"), "{report}");
    assert!(files[1]["message"].as_str().unwrap().contains("line "), "{report}");
    let kept = client.get(&format!("/trees/{}", files[0]["tree_id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&kept["name"], &kept["status"]), (&json!("Good"), &json!("draft")));
}

async fn what_is_no_archive_is_refused(w: World) {
    let client = w.engineer();
    client.post_raw("/trees/import-archive", ZIP, "no zip").await.refused(422, "archive_unreadable");
    client
        .post_raw("/trees/import-archive", "application/yaml", "x")
        .await
        .refused(415, "unsupported_media_type");
    let large = vec![0_u8; 9 * 1024 * 1024];
    client.post_raw("/trees/import-archive", ZIP, large).await.refused(413, "payload_too_large");
    let flat = "0".repeat(1_000_000);
    let names: Vec<String> = (0..80).map(|number| format!("{number}.yaml")).collect();
    let bomb: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), flat.as_str())).collect();
    client.post_raw("/trees/import-archive", ZIP, zip_of(&bomb)).await.refused(422, "archive_unreadable");
}

async fn an_archive_is_for_authors_and_taken_once(w: World) {
    let client = w.engineer();
    published(&client, "Good").await;
    let archive = export(&client).await;
    w.viewer().post_raw("/trees/import-archive", ZIP, archive.clone()).await.refused(403, "forbidden");
    w.viewer().get("/trees/export").await.refused(403, "forbidden");
    w.anonymous().get("/trees/export").await.refused(401, "not_authenticated");
    let import = async || {
        let request =
            client.request(Method::POST, "/trees/import-archive").header("idempotency-key", "archive");
        Answer::of(request.header("content-type", ZIP).body(archive.clone())).await
    };
    let first = import().await;
    first.expect(201);
    assert_eq!(import().await.text, first.text);
    assert_eq!(client.get("/trees").await.expect(200)["total"], 2);
}

async fn the_schema_of_flow_files_is_served(w: World) {
    let schema = w.anonymous().get("/flow-file.schema.json").await.expect(200);
    let published: Value =
        serde_json::from_str(include_str!("../../../../docs/flow-file.schema.json")).expect("a schema");
    assert_eq!(schema, published);
}
