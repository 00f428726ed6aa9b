//! T2: every address has a declared rule, and answers each role as the rule says.
//!
//! The rules stand in `docs/access-matrix.md`, one line an address. Which roles a rule lets through is not written
//! there a second time by hand: it follows from the policy, and the test compares both with what the server does.

use std::collections::BTreeMap;

use reqwest::Method;
use rf_accounts::PersonChange;
use rf_auth_policy::{Action, Actor, Role, decide};
use rf_store::Access;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Client, Database, World, maintenance_flow, troubleshooting_flow};

const MATRIX: &str = include_str!("../../../../docs/access-matrix.md");
/// The columns, in their order.
const CALLERS: [&str; 6] = ["anonymous", "viewer", "engineer", "team_admin", "owner", "super_admin"];

/// Whom a rule lets through.
fn allowed(rule: &str) -> [&'static str; 6] {
    let actor = |role, is_super_admin| Actor {
        user_id: Uuid::nil().into(),
        account_id: Uuid::nil().into(),
        team_id: None,
        role,
        is_super_admin,
        name: String::new(),
    };
    let people = [
        actor(Role::Viewer, false),
        actor(Role::Engineer, false),
        actor(Role::TeamAdmin, false),
        actor(Role::Owner, false),
        actor(Role::Viewer, true),
    ];
    let cells: [&str; 5] = match rule {
        "public" => return ["yes"; 6],
        "signed in" => ["yes"; 5],
        "site admin" => people.map(|actor| if actor.is_super_admin { "yes" } else { "404" }),
        action => {
            let action = Action::ALL.into_iter().find(|known| known.as_str() == action);
            let action = action.unwrap_or_else(|| panic!("{rule}: no such rule"));
            people.map(|actor| if decide(&actor, action) { "yes" } else { "403" })
        }
    };
    ["401", cells[0], cells[1], cells[2], cells[3], cells[4]]
}

/// The lines of the document: method and address, then rule and cells.
fn matrix() -> BTreeMap<String, (String, Vec<String>)> {
    let mut found = BTreeMap::new();
    for line in MATRIX.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<String> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        let [address, rule, callers @ ..] = &cells[..] else { panic!("{line}") };
        let twice = found.insert(address.trim_matches('`').to_owned(), (rule.clone(), callers.to_vec()));
        assert!(twice.is_none(), "{address} stands there twice");
    }
    found
}

/// The things an address may name, the caller's own: what is refused is refused for the role alone.
#[derive(Default)]
pub(super) struct Things {
    flow: Uuid,
    rounds: Uuid,
    session: Uuid,
    ai_session: Uuid,
    file: String,
}

pub(super) async fn things(maker: &Client) -> Things {
    let id = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
    let flow = id(&maker.post("/trees", troubleshooting_flow("Own")).await.expect(201)["id"]);
    let rounds = id(&maker.post("/trees", maintenance_flow("Rounds")).await.expect(201)["id"]);
    let session = id(&maker.post("/sessions", json!({ "tree_id": flow })).await.expect(201)["id"]);
    let file = maker.get(&format!("/trees/{flow}/export")).await.text;
    let said = json!({ "intake_content": { "text": "The printer is offline" } });
    let ai_session = id(&maker.post("/ai-sessions", said).await.expect(201)["id"]);
    Things { flow, rounds, session, ai_session, file }
}

/// A body the address takes, so that what is refused is refused for who asks.
pub(super) fn body(method: &Method, path: &str, things: &Things) -> Value {
    let nobody = Uuid::from_u128(7);
    match (method.as_str(), path.strip_prefix("/api/v1").unwrap_or(path)) {
        (_, "/auth/register") => {
            json!({ "email": "n@new.example", "password": "a long password", "name": "N" })
        }
        (_, "/auth/login/json") => json!({ "email": "n@new.example", "password": "a long password" }),
        (_, "/auth/step-up") => json!({ "password": rf_test_support::PASSWORD }),
        (_, "/auth/second-factor") => json!({ "challenge": "none", "code": "000000" }),
        (_, "/auth/me/second-factor/confirm") => json!({ "code": "000000" }),
        (_, "/accounts/me/second-factor") => json!({ "required": false }),
        (_, "/auth/password") => {
            json!({ "current_password": rf_test_support::PASSWORD, "new_password": "another long one" })
        }
        (_, "/auth/password/forgot") => json!({ "email": "n@new.example" }),
        (_, "/auth/password/reset") => json!({ "token": "none", "password": "another long one" }),
        (_, "/auth/email/verify" | "/auth/email/change/confirm") => json!({ "token": "none" }),
        (_, "/auth/email/change") => json!({ "email": "n@new.example" }),
        (_, "/auth/invites/{token}/accept") => json!({ "name": "N", "password": "a long password" }),
        (_, path) if path.ends_with("/callback") => json!({ "code": "none", "state": "none" }),
        (_, "/accounts/me/invites") => json!({ "email": "n@new.example", "role": "engineer" }),
        (_, "/folders" | "/folders/{id}") => json!({ "name": "Night shift" }),
        (_, "/sessions/{id}/save-as-tree/preview") => json!({ "tree_name": "Saved" }),
        ("PATCH", "/auth/me" | "/accounts/me") => json!({ "name": "Renamed" }),
        (_, "/accounts/me/teams" | "/accounts/me/teams/{id}") => json!({ "name": "Projects" }),
        (_, "/accounts/me/transfer-ownership") => json!({ "user_id": nobody }),
        (_, "/accounts/me/audit/retention") => json!({ "retention_days": null }),
        (_, "/accounts/me/redaction") => json!({ "custom": [] }),
        (_, "/billing/checkout") => json!({ "plan": "pro", "interval": "month" }),
        (_, "/admin/accounts/{id}/subscription") => json!({ "plan": "pro", "status": "active" }),
        (_, "/admin/users/{id}") => json!({ "is_active": true }),
        ("POST", "/trees") => troubleshooting_flow("New"),
        (_, "/trees/lint") => json!({ "tree_type": "procedural", "tree_structure": { "sections": [] } }),
        (_, "/sessions" | "/sessions/prepare") => json!({ "tree_id": things.flow }),
        (_, "/sessions/batch") => json!({ "tree_id": things.rounds, "targets": [{ "label": "A" }] }),
        (_, "/sessions/{id}/steps") => {
            json!({ "entry_id": nobody, "action": "note", "node_id": "start", "notes": "n" })
        }
        (_, "/sessions/{id}/complete") => json!({ "outcome": "unresolved", "outcome_notes": "n" }),
        (_, "/sessions/{id}/scratchpad") => json!({ "scratchpad": "s" }),
        (_, "/sessions/{id}/variables") => json!({ "variables": { "a": "b" } }),
        (_, "/sessions/{id}/save-as-tree") => json!({ "tree_name": "Saved" }),
        (_, "/assistant/chats/{id}/messages") => json!({ "entry_id": nobody, "text": "The printer?" }),
        ("PATCH", "/assistant/chats/{id}") => json!({ "title": "Printers" }),
        (_, "/assistant/documents") => json!({ "title": "Runbook", "text": "Call the duty phone." }),
        (_, "/ai-sessions") => json!({ "intake_content": { "text": "The printer is offline" } }),
        (_, "/ai-sessions/{id}/turns") => {
            json!({ "entry_id": nobody, "turn": 1, "kind": "message", "text": "It hums" })
        }
        (_, "/ai-sessions/{id}/resolve") => json!({ "resolution_summary": "Fixed" }),
        ("PUT", "/ai-sessions/{id}/documentation") => json!({ "kind": "ticket_summary", "text": "Edited" }),
        (_, "/ai-sessions/{id}/documentation") => json!({ "kind": "ticket_summary" }),
        (_, "/ai-sessions/escalation-quality") => json!({ "session_id": things.ai_session, "reason": "r" }),
        (_, "/sessions/{id}/escalation-quality") => json!({ "reason": "r" }),
        (_, "/sessions/{id}/handoff" | "/ai-sessions/{id}/handoff") => {
            json!({ "intent": "escalate", "reason": "No rights" })
        }
        (_, "/ai-sessions/{id}/escalate") => json!({ "escalation_reason": "No rights" }),
        (_, "/ai-sessions/{id}/pickup") => json!({ "mode": "continue" }),
        (_, "/ai-sessions/{id}/handoffs/{handoff_id}/assign") => json!({ "user_id": nobody }),
        (_, "/ai-sessions/{id}/rating") => json!({ "rating": 5 }),
        (_, "/ai-sessions/{id}/ticket") => json!({ "psa_ticket_id": "100" }),
        ("PUT", "/integrations/psa") => json!({
            "provider": "connectwise", "site_url": "127.0.0.1", "company_id": "c", "public_key": "p",
            "private_key": "s", "client_id": "i",
        }),
        ("POST" | "PUT", "/integrations/channels" | "/integrations/channels/{id}") => json!({
            "kind": "slack", "name": "Dispatch", "url": "https://hooks.slack.com/services/T0/B0/x", "events": [],
            "enabled": false,
        }),
        (_, "/integrations/psa/members/{id}") => json!({ "member_id": null }),
        (_, "/integrations/psa/preview") => {
            json!({ "session_id": nobody, "session_kind": "ai", "artefact": "note" })
        }
        ("POST", "/integrations/psa/pushes") => {
            json!({ "session_id": nobody, "session_kind": "ai", "artefacts": ["note"] })
        }
        (_, "/ai-sessions/{id}/fixes/{fix_id}") => json!({ "status": "dismissed" }),
        (_, path) if path.contains("/export") => json!({ "format": "text" }),
        _ => json!({}),
    }
}

/// The address with values for its parameters, those of the things.
pub(super) fn address(path: &str, things: &Things) -> String {
    let id = match path {
        path if path.contains("/trees/{id}") => things.flow,
        path if path.contains("/ai-sessions/{id}") => things.ai_session,
        path if path.contains("/sessions/{id}") => things.session,
        _ => Uuid::from_u128(7),
    };
    let mut address = path
        .replace("{id}", &id.to_string())
        .replace("{tree_id}", &things.flow.to_string())
        .replace("{fix_id}", &Uuid::from_u128(7).to_string())
        .replace("{handoff_id}", &Uuid::from_u128(7).to_string())
        .replace("{ticket_id}", "100")
        .replace("{account_id}", &Uuid::from_u128(7).to_string())
        .replace("{secret}", "none")
        .replace("{version}", "1")
        .replace("{provider}", "google")
        .replace("{token}", "none");
    if path.ends_with("/audit/export") {
        address.push_str("?format=jsonl");
    }
    assert!(!address.contains('{'), "{path}: give the parameter a value");
    address
}

/// What the refusal says where the body cannot be made to please without harm: it comes after the rule.
fn may_be_refused(path: &str) -> bool {
    path.ends_with("/transfer-ownership")
        || path.ends_with("/billing/webhook")
        || path.ends_with("/auth/login")
        || path.ends_with("/import-archive")
        || path.ends_with("/integrations/psa")
}

/// Gives the viewer another role.
async fn viewer_becomes(w: &World, role: Role) {
    let change = PersonChange { role: Some(role), ..PersonChange::default() };
    let mut unit = w.store().begin(Access::write(w.north.id)).await.unwrap();
    unit.change_person(w.north.id, w.viewer.id, &change).await.unwrap();
    unit.commit().await.unwrap();
}

async fn ask(w: &World, caller: usize, method: &Method, path: &str) -> (String, Answer) {
    let person = [&w.viewer, &w.engineer, &w.team_admin, &w.owner];
    let client = match caller {
        0 => w.anonymous(),
        5 => {
            let account = w.account("Site", rf_accounts::Plan::Free).await;
            let person = account.person(&w.test, w.store(), "Ada", Role::Viewer, None).await;
            let mut unit = w.store().begin(Access::system_write()).await.unwrap();
            unit.make_super_admin(person.id, w.now()).await.unwrap();
            unit.commit().await.unwrap();
            w.being(&person)
        }
        number => w.being(person[number - 1]),
    };
    let things = match caller {
        _ if !["/trees", "/sessions", "/ai-sessions"].iter().any(|area| path.contains(area)) => {
            Things::default()
        }
        0 => things(&w.engineer()).await,
        1 => {
            // From when they were an engineer.
            viewer_becomes(w, Role::Engineer).await;
            let made = things(&client).await;
            viewer_becomes(w, Role::Viewer).await;
            made
        }
        _ => things(&client).await,
    };
    let address = address(path, &things);
    let request = client.request(method.clone(), &format!("/{address}"));
    let answer = Answer::of(match path {
        "/api/v1/trees/import" => request.header("content-type", "application/yaml").body(things.file),
        "/api/v1/uploads" => request.body("a log"),
        "/api/v1/trees/import-archive" => request.header("content-type", "application/zip").body("none"),
        "/api/v1/auth/login" => request.form(&[("username", "n@new.example"), ("password", "p")]),
        _ if *method == Method::GET => request,
        _ => request.json(&body(method, path, &things)),
    })
    .await;
    let refusal: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let cell = match (answer.status, refusal["code"].as_str().unwrap_or_default()) {
        (401, "not_authenticated") => "401",
        (403, "forbidden") => "403",
        (404, "not_found") if refusal["detail"] == "There is nothing at this address." => "404",
        // Refused before the rule was asked, or not there at all.
        (422, _) if !may_be_refused(path) => return (answer.text.clone(), answer),
        (405 | 500.., _) => return (answer.text.clone(), answer),
        _ => "yes",
    };
    (cell.to_owned(), answer)
}

#[tokio::test]
async fn every_address_answers_every_role_as_its_rule_says() {
    let w = World::over(Database::memory().await).await;
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let mut declared = matrix();
    let (mut wrong, mut addresses, mut asked) = (Vec::new(), 0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let address = format!("{method} {path}");
            let known = declared.remove(&address);
            let mut found = Vec::new();
            let mut answers = Vec::new();
            // A world of its own: some addresses end sign-ins. None ends one of whoever asks later.
            let w = World::over(Database::memory().await).await;
            for (caller, name) in CALLERS.into_iter().enumerate() {
                let (cell, answer) = ask(&w, caller, &method, path).await;
                answers.push((name, answer.status));
                found.push(cell);
                asked += 1;
            }
            addresses += 1;
            let Some((rule, cells)) = known else {
                wrong.push(format!("{address} has no rule; it answered {}", found.join(" | ")));
                continue;
            };
            if cells != allowed(&rule) {
                wrong.push(format!("{address}: the policy gives \"{rule}\" {}", allowed(&rule).join(" | ")));
            }
            if cells != found {
                wrong.push(format!("{address}: it answered {} {answers:?}", found.join(" | ")));
            }
        }
    }
    wrong.extend(declared.into_keys().map(|address| format!("{address} is declared and not there")));
    assert!(wrong.is_empty(), "{} of the matrix do not hold:\n{}", wrong.len(), wrong.join("\n"));
    assert!(addresses > 70, "{addresses}");
    println!(
        "T2: {addresses} of {addresses} addresses have a rule, {asked} questions by {} kinds of callers, 0 mismatches",
        CALLERS.len()
    );
}
