//! I2, I6: texts a database hates, in every text of every body; wildcards that are none.

use reqwest::Method;
use serde_json::{Value, json};

use super::picture;
use crate::support::{Answer, World, checklist_flow, every_store};

every_store! {
    no_text_is_a_fault_of_ours,
}

/// Places of the texts in a body, as JSON pointers.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                texts(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

async fn no_text_is_a_fault_of_ours(w: World) {
    let engineer = w.engineer();
    let tree = engineer.post("/trees", checklist_flow("Target")).await.expect(201)["id"].clone();
    let session = engineer.post("/sessions", json!({ "tree_id": tree })).await.expect(201)["id"].clone();
    let (tree_path, path) =
        (format!("/trees/{}", tree.as_str().unwrap()), format!("/sessions/{}", session.as_str().unwrap()));
    let bodies = [
        (
            Method::POST,
            "/auth/register".into(),
            json!({ "email": "a@b.example", "password": "a long password", "name": "N", "account_name": "A" }),
        ),
        (
            Method::POST,
            "/auth/login/json".into(),
            json!({ "email": "a@b.example", "password": "a long password" }),
        ),
        (Method::PATCH, "/auth/me".into(), json!({ "name": "Eli" })),
        (Method::POST, "/trees".into(), checklist_flow("New")),
        (
            Method::PUT,
            tree_path.clone(),
            json!({ "name": "Other", "description": "D", "category": "C", "tags": ["t"] }),
        ),
        (Method::POST, format!("{tree_path}/publish"), json!({ "change_note": "n" })),
        (Method::POST, format!("{tree_path}/fork"), json!({ "name": "F", "fork_reason": "r" })),
        (
            Method::POST,
            "/sessions".into(),
            json!({ "tree_id": tree, "ticket_number": "T", "client_name": "C", "session_variables": { "v": "x" } }),
        ),
        (Method::PUT, path.clone(), json!({ "scratchpad": "s", "ticket_number": "T", "client_name": "C" })),
        (Method::PATCH, format!("{path}/scratchpad"), json!({ "scratchpad": "s" })),
        (Method::PATCH, format!("{path}/variables"), json!({ "variables": { "a": "b" } })),
        (Method::POST, format!("{path}/save-as-tree"), json!({ "tree_name": "S", "description": "d" })),
    ];
    // As they stand in JSON: a mebibyte less the rest of a body, characters of every length, halves, controls.
    let nearly = "x".repeat(1_000_000);
    let odd = [
        "\\u0000",
        "a\\u0000b",
        "\\ud800",
        "\\udfff\\ud800",
        "\\ud83d",
        "😀",
        "\\ud83d\\ude00",
        "\\u0001\\u001f\\u007f",
        "\\ufeff\\ufffe\\uffff",
        "%",
        "_",
        "'",
        "\\\"",
        "\\\\",
        nearly.as_str(),
    ];
    let (mut sent, mut refused, mut places) = (0, 0, 0);
    for (method, path, body) in &bodies {
        let mut found = Vec::new();
        texts(body, "", &mut found);
        for place in &found {
            places += 1;
            let mut marked = body.clone();
            *marked.pointer_mut(place).unwrap() = json!("(here)");
            for text in odd {
                let body = marked.to_string().replace("(here)", text);
                let request =
                    engineer.request(method.clone(), path).header("content-type", "application/json");
                let answer = Answer::of(request.body(body)).await;
                assert!(
                    answer.status < 500,
                    "{method} {path} {place} {}: {answer:?}",
                    &text[..text.len().min(20)]
                );
                if text.contains("u0000") && answer.status < 400 {
                    panic!("a NUL was taken: {method} {path} {place}");
                }
                sent += 1;
                refused += usize::from(answer.status >= 400);
            }
        }
    }
    // What was taken is readable.
    assert!(!picture(&engineer).await.contains(" 500 "));
    println!("I2: {places} texts in {} bodies, {sent} requests, {refused} refused, 0 faults", bodies.len());
}
