//! T7: fields of the rows behind, in the body of every address that takes one.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{picture, roles};
use crate::support::{Answer, World, every_store};

every_store! {
    nobody_smuggles_a_field,
}

const SMUGGLED: [&str; 35] = [
    "id",
    "account_id",
    "user_id",
    "author_id",
    "role",
    "is_super_admin",
    "is_active",
    "is_default",
    "is_deleted",
    "deleted_at",
    "email_verified_at",
    "password_hash",
    "last_login",
    "plan",
    "version",
    "usage_count",
    "root_tree_id",
    "parent_tree_id",
    "fork_depth",
    "created_at",
    "updated_at",
    "started_at",
    "completed_at",
    "outcome",
    "exported",
    "active_seconds",
    "log_length",
    "prepared_by_id",
    "assigned_to_id",
    "batch_id",
    "target_label",
    "tree_snapshot",
    "status",
    "revision",
    "owner",
];

/// The fields the document says a body may have.
fn declared(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return declared(
            document,
            &document["components"]["schemas"][name.rsplit('/').next().unwrap()],
            found,
        );
    }
    found.extend(schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
    for kind in ["allOf", "oneOf", "anyOf"] {
        for part in schema[kind].as_array().into_iter().flatten() {
            declared(document, part, found);
        }
    }
}

async fn nobody_smuggles_a_field(w: World) {
    let owner = w.owner();
    let things = roles::things(&owner).await;
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let all = async || match w.database.contents().await {
        Some(rows) => rows,
        // In memory what people can see is all that can be looked at.
        None => [("seen".into(), vec![[("picture".into(), picture(&w.owner()).await)].into()])].into(),
    };
    let before = all().await;
    let (mut addresses, mut sent) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if schema["$ref"].is_null() {
                // No body, or one that is no object.
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut offered = BTreeSet::new();
            declared(&document, schema, &mut offered);
            addresses += 1;
            for field in SMUGGLED.iter().filter(|field| !offered.contains(**field)) {
                let mut body = roles::body(&method, path, &things);
                body[field] = json!("x");
                let request = owner.request(method.clone(), &format!("/{}", roles::address(path, &things)));
                let answer = Answer::of(request.json(&body)).await;
                assert_eq!(answer.status, 422, "{method} {path} {field}: {answer:?}");
                assert!(answer.text.contains(&format!("`{field}`")), "{method} {path} {field}: {answer:?}");
                sent += 1;
            }
        }
    }
    let after = all().await;
    let rows: usize = before.values().map(Vec::len).sum();
    assert_eq!(after, before, "{sent} requests changed a row");
    assert!(addresses > 40, "{addresses}");
    println!(
        "T7: {} fields in {addresses} bodies, {sent} requests, {sent} refused by the field's name, 0 columns of {rows} rows \
         changed",
        SMUGGLED.len()
    );
}
