//! C5: a creating request that is sent again acts once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Client, World, checklist_flow, every_store, new_flow, troubleshooting_flow};

every_store! {
    a_hundred_at_once_make_one,
    whatever_creates_acts_once_under_a_key,
    a_key_is_for_one_request,
    a_refusal_leaves_the_key_free,
    keys_of_others_are_other_keys,
    a_key_ends_after_a_day,
    whatever_creates_takes_a_key,
}

async fn under(client: &Client, key: &str, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, path).header("idempotency-key", key);
    Answer::of(request.json(body)).await
}

async fn tree(client: &Client) -> Value {
    client.post("/trees", troubleshooting_flow("F")).await.expect(201)["id"].clone()
}

async fn sessions_of(client: &Client) -> usize {
    client.get("/sessions?limit=100").await.expect(200).as_array().unwrap().len()
}

async fn a_hundred_at_once_make_one(w: World) {
    let engineer = w.engineer();
    let body = json!({ "tree_id": tree(&engineer).await, "ticket_number": "T-1" });
    let answers = join_all((0..100).map(|_| under(&engineer, "once", "/sessions", &body))).await;
    for answer in &answers {
        answer.expect(201);
        assert_eq!(answer.header("etag"), answers[0].header("etag"));
    }
    let different: BTreeSet<_> = answers.iter().map(|answer| &answer.text).collect();
    assert_eq!(different.len(), 1);
    assert_eq!(sessions_of(&engineer).await, 1);
    println!(
        "C5: {} simultaneous requests with one key, {} answer, 1 session",
        answers.len(),
        different.len()
    );
}

/// Every address that makes something, with what it takes. The first is answered, the repeat gets the same, and
/// the count of flows and sessions is what one request makes.
async fn whatever_creates_acts_once_under_a_key(w: World) {
    let owner = w.owner();
    let flow = tree(&owner).await;
    let checklist = owner.post("/trees", checklist_flow("C")).await.expect(201)["tree_structure"].clone();
    let rounds =
        owner.post("/trees", new_flow("M", "maintenance", &checklist)).await.expect(201)["id"].clone();
    let session = owner.post("/sessions", json!({ "tree_id": flow })).await.expect(201)["id"].clone();
    let (flow_path, session) = (format!("/trees/{}", flow.as_str().unwrap()), session.as_str().unwrap());
    let count = async || {
        let trees = owner.get("/trees?limit=100&status=draft").await.expect(200)["total"].as_u64().unwrap();
        let published = owner.get("/trees?limit=100").await.expect(200)["total"].as_u64().unwrap();
        let folders = owner.get("/folders").await.expect(200).as_array().unwrap().len() as u64;
        (trees + published + folders, sessions_of(&owner).await)
    };
    let creating = [
        ("/trees".to_owned(), checklist_flow("New")),
        (format!("{flow_path}/fork"), json!({ "name": "Fork" })),
        ("/sessions".to_owned(), json!({ "tree_id": flow })),
        ("/sessions/prepare".to_owned(), json!({ "tree_id": flow })),
        (
            "/sessions/batch".to_owned(),
            json!({ "tree_id": rounds, "targets": [{ "label": "A" }, { "label": "B" }] }),
        ),
        ("/folders".to_owned(), json!({ "name": "Folder" })),
        (format!("/sessions/{session}/save-as-tree"), json!({ "tree_name": "Saved" })),
    ];
    for (index, (path, body)) in creating.iter().enumerate() {
        let before = count().await;
        let first = under(&owner, &format!("key {index}"), path, body).await;
        first.expect(201);
        let made = count().await;
        assert_ne!(made, before, "{path}");
        let second = under(&owner, &format!("key {index}"), path, body).await;
        assert_eq!((second.status, &second.text), (201, &first.text), "{path}");
        assert_eq!(second.headers.get("etag"), first.headers.get("etag"), "{path}");
        assert_eq!(count().await, made, "{path}");
    }
    let file = owner.get(&format!("{flow_path}/export")).await;
    let import = async || {
        let request = owner.request(Method::POST, "/trees/import").header("idempotency-key", "import");
        Answer::of(request.header("content-type", "application/yaml").body(file.text.clone())).await
    };
    let first = import().await;
    first.expect(201);
    let made = count().await;
    assert_eq!(import().await.text, first.text);
    assert_eq!(count().await, made);
    println!("C5: {} addresses repeated, each acted once", creating.len() + 1);
}

async fn a_key_is_for_one_request(w: World) {
    let engineer = w.engineer();
    let flow = tree(&engineer).await;
    let body = json!({ "tree_id": flow, "ticket_number": "T-1" });
    under(&engineer, "k", "/sessions", &body).await.expect(201);
    let other = json!({ "tree_id": flow, "ticket_number": "T-2" });
    under(&engineer, "k", "/sessions", &other).await.refused(422, "idempotency_key_mismatch");
    // The same body at another address is another request too.
    under(&engineer, "k", "/sessions/prepare", &body).await.refused(422, "idempotency_key_mismatch");
    assert_eq!(sessions_of(&engineer).await, 1);
    under(&engineer, "k2", "/sessions", &other).await.expect(201);
    assert_eq!(sessions_of(&engineer).await, 2);
}

async fn a_refusal_leaves_the_key_free(w: World) {
    let engineer = w.engineer();
    let flow = tree(&engineer).await;
    let path = format!("/trees/{}", flow.as_str().unwrap());
    let body = json!({ "tree_id": flow });
    engineer.put(&path, json!({ "is_active": false })).await.expect(200);
    under(&engineer, "k", "/sessions", &body).await.refused(400, "tree_inactive");
    engineer.put(&path, json!({ "is_active": true })).await.expect(200);
    under(&engineer, "k", "/sessions", &body).await.expect(201);
    assert_eq!(sessions_of(&engineer).await, 1);
}

async fn keys_of_others_are_other_keys(w: World) {
    let flow = tree(&w.engineer()).await;
    let body = json!({ "tree_id": flow });
    let first = under(&w.engineer(), "k", "/sessions", &body).await.expect(201);
    let second = under(&w.owner(), "k", "/sessions", &body).await.expect(201);
    assert_ne!(first["id"], second["id"]);
    let foreign = tree(&w.stranger()).await;
    let third = under(&w.stranger(), "k", "/sessions", &json!({ "tree_id": foreign })).await.expect(201);
    assert_ne!(first["id"], third["id"]);
}

async fn a_key_ends_after_a_day(w: World) {
    let body = json!({ "tree_id": tree(&w.engineer()).await });
    let first = under(&w.engineer(), "k", "/sessions", &body).await.expect(201);
    for (seconds, is_same) in [(24 * 60 * 60 - 1, true), (1, false)] {
        w.clock().advance(seconds);
        let again = under(&w.again(&w.engineer).await, "k", "/sessions", &body).await.expect(201);
        assert_eq!(again["id"] == first["id"], is_same, "{seconds}");
    }
}

/// Also what nobody has thought of here: the document says what creates.
async fn whatever_creates_takes_a_key(w: World) {
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let id = w.test.app.new_id::<Uuid>().to_string();
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(operation) = item.get("post") else { continue };
        if operation["responses"].get("201").is_none() || operation["security"] == json!([{}]) {
            continue;
        }
        let address = path.replace("{id}", &id).replace("/api/v1", "");
        let media = operation["requestBody"]["content"].as_object().and_then(|o| o.keys().next().cloned());
        for key in ["".to_owned(), "k".repeat(256), "ü".to_owned()] {
            let request = w.owner().request(Method::POST, &address).header("idempotency-key", key.as_bytes());
            let request = request.header("content-type", media.clone().unwrap_or("application/json".into()));
            let answer = Answer::of(request.body("{}")).await;
            let body = answer.refused(422, "validation_failed");
            assert_eq!(body["errors"][0]["loc"], "Idempotency-Key", "{path}");
        }
        let named = operation["parameters"].as_array().unwrap();
        assert!(named.iter().any(|parameter| parameter["name"] == "Idempotency-Key"), "{path}");
        checked += 1;
    }
    assert!(checked >= 7, "{checked}");
    println!("C5: {checked} creating addresses take a key and refuse a bad one");
}
