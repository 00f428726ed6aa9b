//! T1, T6, T10: another account's thing is like no thing at all, at every address and in every field.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::picture;
use crate::support::{
    Answer, Client, World, checklist_flow, every_store, maintenance_flow, troubleshooting_flow,
};

every_store! {
    no_address_tells_a_foreign_id_from_none,
    no_field_tells_a_foreign_id_from_none,
    no_team_is_not_a_team,
}

/// What the south account has nothing to do with: a flow, its kinds, sessions, people, a batch.
async fn victims(w: &World) -> Vec<(&'static str, Uuid)> {
    let owner = w.owner();
    let id = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
    let flow = id(&owner.post("/trees", troubleshooting_flow("Private")).await.expect(201)["id"]);
    let rounds = id(&owner.post("/trees", maintenance_flow("Rounds")).await.expect(201)["id"]);
    let session = id(&owner.post("/sessions", json!({ "tree_id": flow })).await.expect(201)["id"]);
    let targets = json!({ "tree_id": rounds, "targets": [{ "label": "A" }] });
    let batch = id(&owner.post("/sessions/batch", targets).await.expect(201)["batch_id"]);
    let said = json!({ "intake_content": { "text": "The printer is offline" } });
    let ai_session = id(&owner.post("/ai-sessions", said).await.expect(201)["id"]);
    let chat = id(&owner.post("/assistant/chats", json!({})).await.expect(201)["id"]);
    let document = json!({ "title": "Private", "text": "Ours alone" });
    let document = id(&owner.post("/assistant/documents", document).await.expect(201)["id"]);
    let file = owner.post_raw("/uploads?name=private.log", "text/plain", "ours alone").await.expect(200);
    let folder = json!({ "name": "Private", "scope": "account" });
    let folder = id(&owner.post("/folders", folder).await.expect(201)["id"]);
    vec![
        ("folder", folder),
        ("chat", chat),
        ("document", document),
        ("file", id(&file["id"])),
        ("flow", flow),
        ("maintenance flow", rounds),
        ("session", session),
        ("conversation", ai_session),
        ("batch", batch),
        ("person", w.engineer.id.uuid()),
        ("account", w.north.id.uuid()),
        ("team", w.team("Night shift").await.uuid()),
    ]
}

/// A body the address accepts for a thing of one's own, so that what is refused is the id.
fn body(method: &Method, path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "steps" => {
            json!({ "entry_id": Uuid::from_u128(7), "action": "note", "node_id": "start", "notes": "n" })
        }
        "scratchpad" => json!({ "scratchpad": "taken" }),
        "variables" => json!({ "variables": { "taken": "taken" } }),
        "complete" => json!({ "outcome": "unresolved", "outcome_notes": "taken" }),
        "fork" => json!({ "name": "taken" }),
        "save-as-tree" => json!({ "tree_name": "taken" }),
        "export" => json!({ "format": "text" }),
        "messages" => json!({ "entry_id": Uuid::from_u128(7), "text": "taken" }),
        "turns" => json!({ "entry_id": Uuid::from_u128(7), "turn": 1, "kind": "message", "text": "taken" }),
        "resolve" => json!({ "resolution_summary": "taken" }),
        "documentation" if *method == Method::PUT => json!({ "kind": "ticket_summary", "text": "taken" }),
        "documentation" => json!({ "kind": "ticket_summary" }),
        "handoff" => json!({ "intent": "escalate", "reason": "taken" }),
        "escalation-quality" => json!({ "reason": "taken" }),
        "escalate" => json!({ "escalation_reason": "taken" }),
        "pickup" => json!({ "mode": "continue" }),
        "assign" => json!({ "user_id": Uuid::from_u128(7) }),
        "rating" => json!({ "rating": 1 }),
        "ticket" => json!({ "psa_ticket_id": "taken" }),
        "{id}" if path.contains("/channels/") => {
            json!({ "kind": "slack", "name": "taken", "events": [], "enabled": false })
        }
        "{id}" if path.contains("/psa/members/") => json!({ "member_id": null }),
        "{fix_id}" => json!({ "status": "dismissed" }),
        "{id}" if path.contains("/chats/") => json!({ "title": "taken" }),
        "{id}" if path.contains("/teams/") => json!({ "name": "taken" }),
        "{id}" if path.contains("/people/") => json!({ "role": "viewer", "is_active": false }),
        "{id}" if path.contains("/folders/") => json!({ "name": "taken" }),
        "{id}" if path.contains("/trees/") => json!({ "name": "taken" }),
        "{id}" if path.contains("/sessions/") => json!({ "scratchpad": "taken" }),
        _ => json!({}),
    }
}

/// The answer without what is different in every answer, and without the id itself.
fn shape(answer: &Answer, id: Uuid) -> (u16, Vec<String>, String) {
    let request =
        answer.headers.get("x-request-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status, names, answer.text.replace(request, "(request)").replace(&id.to_string(), "(id)"))
}

async fn send(client: &Client, method: &Method, path: &str, body: &Value) -> Answer {
    let request = client.request(method.clone(), path);
    let has_body = [Method::POST, Method::PUT, Method::PATCH].contains(method);
    Answer::of(if has_body { request.json(body) } else { request }).await
}

/// T1: every documented address with an id, every method.
async fn no_address_tells_a_foreign_id_from_none(w: World) {
    let victims = victims(&w).await;
    let before = picture(&w.owner()).await;
    let stranger = w.stranger();
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let addresses: Vec<&String> =
        document["paths"].as_object().unwrap().keys().filter(|path| path.contains("{id}")).collect();
    let (mut compared, mut accepted) = (0, 0);
    for path in &addresses {
        let at = |id: Uuid| {
            let path = path
                .replace("{id}", &id.to_string())
                .replace("{version}", "1")
                .replace("{provider}", "google");
            let path = path.replace("{tree_id}", &Uuid::from_u128(7).to_string());
            let path = path.replace("{fix_id}", &Uuid::from_u128(7).to_string());
            let path = path.replace("{handoff_id}", &Uuid::from_u128(7).to_string());
            assert!(!path.contains('{'), "{path}: give the parameter a value");
            path.replace("/api/v1", "")
        };
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let body = body(&method, path);
            let nobody = w.test.app.new_id::<Uuid>();
            let none = send(&stranger, &method, &at(nobody), &body).await;
            accepted += usize::from(none.status < 300);
            for (what, id) in &victims {
                let foreign = send(&stranger, &method, &at(*id), &body).await;
                assert!(
                    foreign.status >= 400 || none.status < 300,
                    "{method} {path} of a foreign {what}: {foreign:?}"
                );
                assert_eq!(shape(&foreign, *id), shape(&none, nobody), "{method} {path} of a foreign {what}");
                compared += 1;
            }
        }
    }
    assert!(addresses.len() >= 15, "{addresses:?}");
    assert_eq!(picture(&w.owner()).await, before, "the victim's rows");
    println!(
        "T1: {} addresses with an id, {compared} foreign ids against random ones, 0 differ, {accepted} take any id, the \
         victim's {} bytes are as they were",
        addresses.len(),
        before.len()
    );
}

/// T1: ids in bodies and queries.
async fn no_field_tells_a_foreign_id_from_none(w: World) {
    let victims = victims(&w).await;
    let before = picture(&w.owner()).await;
    let stranger = w.stranger();
    let own = stranger.post("/trees", checklist_flow("Own")).await.expect(201)["id"].clone();
    let mut compared = 0;
    for (path, field, body) in [
        ("/sessions", "tree_id", json!({})),
        ("/sessions/prepare", "tree_id", json!({})),
        ("/sessions/prepare", "assigned_to_id", json!({ "tree_id": own })),
        ("/sessions/batch", "tree_id", json!({ "targets": [{ "label": "A" }] })),
        ("/trees", "team_id", checklist_flow("New")),
        ("/accounts/me/transfer-ownership", "user_id", json!({})),
        ("/ai-sessions/escalation-quality", "session_id", json!({ "reason": "r" })),
        ("/assistant/chats", "ai_session_id", json!({})),
        ("/ai-sessions", "uploads", json!({ "intake_content": { "text": "The printer is offline" } })),
        ("/folders", "parent_id", json!({ "name": "taken" })),
        ("/folders", "team_id", json!({ "name": "taken", "scope": "team" })),
    ] {
        let with = |id: Uuid| {
            let mut body = body.clone();
            body[field] = if field == "uploads" { json!([id]) } else { json!(id) };
            body
        };
        let nobody = w.test.app.new_id::<Uuid>();
        let none = stranger.post(path, with(nobody)).await;
        assert!(none.status >= 400, "{path} {field} {none:?}");
        for (what, id) in &victims {
            let foreign = stranger.post(path, with(*id)).await;
            assert_eq!(shape(&foreign, *id), shape(&none, nobody), "{path} {field} of a foreign {what}");
            compared += 1;
        }
    }
    for (path, field) in [
        ("/sessions", "tree_id"),
        ("/sessions", "batch_id"),
        ("/sessions", "assigned_to_id"),
        ("/assistant/chats", "ai_session_id"),
        ("/trees", "author_id"),
        ("/trees", "folder_id"),
        ("/trees/facets", "folder_id"),
        ("/trees/facets", "author_id"),
        ("/accounts/me/people", "team_id"),
    ] {
        let nobody = w.test.app.new_id::<Uuid>();
        let none = stranger.find(path, &[(field, &nobody.to_string())]).await;
        for (what, id) in &victims {
            let foreign = stranger.find(path, &[(field, &id.to_string())]).await;
            assert_eq!(shape(&foreign, *id), shape(&none, nobody), "{path}?{field} of a foreign {what}");
            compared += 1;
        }
    }
    assert_eq!(picture(&w.owner()).await, before, "the victim's rows");
    println!("T1: {compared} foreign ids in bodies and queries against random ones, 0 differ");
}

/// T10: everybody here is in no team; that makes nobody a colleague of the other account.
async fn no_team_is_not_a_team(w: World) {
    let before = picture(&w.owner()).await;
    let stranger = w.stranger();
    let own = stranger.post("/trees", maintenance_flow("Own")).await.expect(201)["id"].clone();
    let mut refused = 0;
    for person in [&w.engineer, &w.colleague, &w.owner, &w.team_admin] {
        let body = json!({ "tree_id": own, "assigned_to_id": person.id });
        let answer = stranger.post("/sessions/prepare", body).await;
        assert!([400, 404].contains(&answer.status), "{answer:?}");
        refused += 1;
    }
    let foreign = w.owner().post("/trees", maintenance_flow("Foreign")).await.expect(201)["id"].clone();
    let after = picture(&w.owner()).await;
    for (path, body) in [
        ("/sessions", json!({ "tree_id": foreign })),
        ("/sessions/prepare", json!({ "tree_id": foreign })),
        ("/sessions/batch", json!({ "tree_id": foreign, "targets": [{ "label": "A" }] })),
    ] {
        stranger.post(path, body).await.refused(404, "tree_not_found");
        refused += 1;
    }
    assert_ne!(before, after);
    assert_eq!(picture(&w.owner()).await, after);
    println!(
        "T10: {refused} assignments and launches across accounts without teams, {refused} refused, 0 rows"
    );
}
