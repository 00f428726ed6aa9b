//! Flows to work with.

use serde_json::{Value, json};

/// A published flow as `POST /trees` takes it.
pub(crate) fn new_flow(name: &str, tree_type: &str, structure: &Value) -> Value {
    json!({
        "name": name,
        "description": "For a test.",
        "tree_type": tree_type,
        "tree_structure": structure,
        "status": "published",
    })
}

/// A graph with a question, an action without and one with options, a loop, an outcome and an escalation.
///
/// `start` -yes-> `restart` -> `works` -yes-> `fixed`; `works` -again-> `start`; `works` -no-> `escalate`;
/// `start` -no-> `check` -1-> `fixed`, -2-> `escalate` (options without ids).
pub(crate) fn troubleshooting_flow(name: &str) -> Value {
    let structure = json!({
        "root": "start",
        "nodes": [
            { "id": "start", "type": "question", "title": "Is {{printer}} switched on?", "ask": ["printer"],
              "options": [
                { "id": "yes", "label": "Yes", "next": "restart", "note": "{{printer}} was on." },
                { "id": "no", "label": "No", "next": "check" },
              ] },
            { "id": "restart", "type": "action", "title": "Restart the spooler", "next": "works", "expected_minutes": 2,
              "note": "The print spooler was restarted.", "ask": ["admin_password"] },
            { "id": "works", "type": "question", "title": "Does it print now?",
              "options": [
                { "id": "yes", "label": "Yes", "next": "fixed" },
                { "id": "again", "label": "Start over", "next": "start" },
                { "id": "no", "label": "No", "next": "escalate" },
              ] },
            { "id": "check", "type": "action", "title": "Plug it in",
              "options": [
                { "label": "It starts", "next": "fixed" },
                { "label": "It stays dark", "next": "escalate" },
              ] },
            { "id": "fixed", "type": "outcome", "title": "It prints", "outcome": "resolved" },
            { "id": "escalate", "type": "escalation", "title": "Call the vendor" },
        ],
    });
    let mut flow = new_flow(name, "troubleshooting", &structure);
    flow["intake_form"] = json!({ "fields": [
        { "name": "printer", "label": "Printer", "type": "text" },
        { "name": "admin_password", "label": "Local admin password", "type": "text", "secret": true },
    ] });
    flow
}

fn sections() -> Value {
    json!([
        { "id": "before", "title": "Before", "steps": [
            { "id": "backup", "title": "Check the backup", "note": "The backup was checked." },
            { "id": "tell", "title": "Tell the users", "required": false },
        ] },
        { "id": "work", "title": "Work", "steps": [
            { "id": "install", "title": "Install the updates" },
        ] },
    ])
}

/// A checklist of `backup` (required), `tell` (optional) and `install` (required).
pub(crate) fn checklist_flow(name: &str) -> Value {
    new_flow(name, "procedural", &json!({ "sections": sections() }))
}

/// The same checklist, for many targets.
pub(crate) fn maintenance_flow(name: &str) -> Value {
    new_flow(name, "maintenance", &json!({ "sections": sections(), "targets": ["SRV-1", "SRV-2"] }))
}
