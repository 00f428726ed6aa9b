//! Small things the tests of several modules build.

use rf_auth_policy::{Actor, Role};
use rf_kernel::{Timestamp, UserId};
use rf_trees::{FlowDraft, IntakeForm, LintReport, Snapshot, SnapshotContent, Structure, TreeType, lint};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{NewSession, Session, StepAction, StepCommand, flow_from_session};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_700_000_000 + seconds).unwrap()
}

pub(crate) fn person(number: u128) -> Actor {
    Actor {
        user_id: Uuid::from_u128(number).into(),
        account_id: Uuid::from_u128(1_000).into(),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: format!("Person {number}"),
    }
}

pub(crate) fn eli() -> Actor {
    person(1)
}

pub(crate) fn user(number: u128) -> UserId {
    person(number).user_id
}

/// A question, an action, a question that loops, an action whose result decides, and both kinds of end.
pub(crate) fn graph() -> Value {
    json!({
        "root": "start",
        "nodes": [
            { "id": "start", "type": "question", "title": "On?", "note": "Asked.", "options": [
                { "id": "yes", "label": "Yes", "next": "restart", "note": "{{printer}} was on." },
                { "id": "no", "label": "No", "next": "check" },
            ] },
            { "id": "restart", "type": "action", "title": "Restart it", "next": "works", "note": "It was restarted." },
            { "id": "works", "type": "question", "title": "Works?", "options": [
                { "id": "yes", "label": "Yes", "next": "fixed" },
                { "id": "again", "label": "Again", "next": "start" },
                { "label": "No", "next": "escalate" },
            ] },
            { "id": "check", "type": "instruction", "title": "Plug it in", "ask": ["printer"], "options": [
                { "label": "It starts", "next": "fixed" },
                { "label": "It stays dark", "next": "escalate" },
            ] },
            { "id": "fixed", "type": "outcome", "title": "Fixed", "outcome": "resolved",
              "note": "{{printer}} printed a test page." },
            { "id": "escalate", "type": "escalation", "title": "Call the vendor" },
        ],
    })
}

pub(crate) fn checklist() -> Value {
    json!({ "sections": [
        { "id": "before", "title": "Before", "steps": [
            { "id": "backup", "title": "Check the backup", "note": "The backup was checked." },
            { "id": "tell", "title": "Tell the users", "required": false },
        ] },
        { "id": "work", "title": "Work", "steps": [
            { "id": "install", "title": "Install" },
            // The name a converted step of one's own would get.
            { "id": "custom-1", "title": "Reboot" },
        ] },
    ] })
}

/// What the session keeps of a flow with that body.
pub(crate) fn snapshot(tree_type: TreeType, structure: &Value) -> Snapshot {
    let mut object = structure.clone();
    object["name"] = json!("Printer");
    object["description"] = json!("For a test.");
    object["category"] = json!("Printing");
    object["version"] = json!(3);
    object["tree_type"] = json!(tree_type);
    object["intake_form"] = json!({ "fields": [
        { "name": "printer", "label": "Printer", "type": "text" },
        { "name": "password", "label": "Password", "type": "text", "secret": true },
    ] });
    Snapshot::from_json(object.to_string()).unwrap()
}

fn new(tree_type: TreeType, structure: &Value) -> NewSession {
    NewSession {
        id: Uuid::from_u128(100).into(),
        tree_id: Uuid::from_u128(200).into(),
        snapshot: snapshot(tree_type, structure),
        tree_name: "Printer".into(),
        variables: crate::Variables::new(),
        ticket_number: None,
        client_name: None,
    }
}

/// A session of Eli's, to be begun as the test likes, and its flow.
pub(crate) fn new_graph() -> (NewSession, SnapshotContent) {
    let new = new(TreeType::Troubleshooting, &graph());
    let flow = SnapshotContent::clone(&new.snapshot.read().unwrap());
    (new, flow)
}

pub(crate) fn new_checklist() -> (NewSession, SnapshotContent) {
    let new = new(TreeType::Procedural, &checklist());
    let flow = SnapshotContent::clone(&new.snapshot.read().unwrap());
    (new, flow)
}

/// Started by Eli at second 0, with the first entry in its log.
pub(crate) fn started((new, flow): (NewSession, SnapshotContent)) -> (Session, SnapshotContent) {
    let mut session = new.started(&eli(), at(0));
    session.opening_entry(&eli());
    (session, flow)
}

pub(crate) fn command(number: u128, action: StepAction, node: &str) -> StepCommand {
    StepCommand {
        entry_id: Uuid::from_u128(10_000 + number).into(),
        action,
        node_id: node.into(),
        option_id: None,
        reason: None,
        title: None,
        notes: None,
    }
}

/// What lint says about the flow a session would be saved as.
pub(crate) fn linted(session: &Session, flow: &SnapshotContent) -> (Structure, LintReport) {
    let structure = flow_from_session(session, flow);
    let draft = FlowDraft {
        name: "Saved".into(),
        description: Some("Saved".into()),
        category: None,
        tags: Vec::new(),
        tree_type: flow.tree_type,
        structure: structure.clone(),
        intake_form: IntakeForm { fields: flow.intake_form.fields.clone() },
    };
    (structure, lint(&draft))
}
