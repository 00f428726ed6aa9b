use rf_auth_policy::{Actor, Role};
use rf_kernel::{Timestamp, TreeId};
use rf_sessions::{NewSession, StepAction, StepCommand};
use rf_trees::Snapshot;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    Intake, Reading,
    engine::{EngineState, Input, Known, World, take},
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_700_000_000 + seconds).unwrap()
}

fn eli() -> Actor {
    Actor {
        user_id: Uuid::from_u128(1).into(),
        account_id: Uuid::from_u128(1_000).into(),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: "Eli".into(),
    }
}

fn graph() -> Value {
    json!({
        "root": "on", "nodes": [
            { "id": "on", "type": "question", "title": "Is {{host}} on?", "options": [
                { "id": "yes", "label": "Yes", "next": "restart" }, { "id": "no", "label": "No", "next": "vendor" },
            ] },
            { "id": "restart", "type": "action", "title": "Restart the spooler", "next": "look",
              "scripts": [{ "language": "powershell", "text": "Restart-Service spooler -ComputerName {{host}}" }] },
            { "id": "look", "type": "instruction", "title": "Look at the queue", "next": "vendor" },
            { "id": "vendor", "type": "escalation", "title": "Call the vendor" },
        ],
    })
}

fn form() -> Value {
    json!({ "fields": [
        { "name": "host", "label": "Host", "type": "text" },
        { "name": "pin", "label": "PIN", "type": "text", "secret": true },
    ] })
}

/// A session of that body, begun, with what became of these commands.
fn run(tree_type: &str, body: &Value, commands: &[Value]) -> (Session, Vec<LogEntry>) {
    let mut object = body.clone();
    object["name"] = json!("Printer");
    object["tree_type"] = json!(tree_type);
    object["intake_form"] = form();
    let snapshot = Snapshot::from_json(object.to_string()).unwrap();
    let new = NewSession {
        id: Uuid::from_u128(7).into(),
        tree_id: tree(),
        snapshot,
        tree_name: "Printer".into(),
        variables: [
            ("host".into(), json!("PRN-01")),
            ("pin".into(), json!("483920")),
            ("floor".into(), json!(2)),
        ]
        .into(),
        ticket_number: Some("100".into()),
        client_name: Some("Contoso".into()),
    };
    let mut session = new.started(&eli(), at(0));
    let flow = session.flow().unwrap();
    let mut log = vec![session.opening_entry(&eli())];
    for (number, command) in commands.iter().enumerate() {
        let text = |name: &str| command[name].as_str().map(str::to_owned);
        let command = StepCommand {
            entry_id: Uuid::from_u128(100 + number as u128).into(),
            action: serde_json::from_value::<StepAction>(command["do"].clone()).unwrap(),
            node_id: text("at").unwrap(),
            option_id: text("option"),
            reason: text("reason"),
            title: text("title"),
            notes: text("notes"),
        };
        log.extend(session.step(command, &flow.structure, &eli(), at(10 * (1 + number as i64))).unwrap());
    }
    (session, log)
}

fn tree() -> TreeId {
    TreeId(Uuid::from_u128(9))
}

fn carried((session, log): &(Session, Vec<LogEntry>), reason: &str) -> Carried {
    let flow = session.flow().unwrap();
    Carried::of(&GuidedRun { session, flow: &flow, log }, reason)
}

fn outcomes(carried: &Carried) -> Vec<(&str, VerdictKind, bool)> {
    let of = |step: &'_ WorkedStep| (step.answer.kind, step.withdrawn);
    carried.worked.iter().map(|step| (step.proposal.title.as_str(), of(step).0, of(step).1)).collect()
}

#[test]
fn everything_that_was_tried_goes_along() {
    let run = run(
        "troubleshooting",
        &graph(),
        &[
            json!({ "do": "answer", "at": "on", "option": "no" }),
            json!({ "do": "back", "at": "on" }),
            json!({ "do": "answer", "at": "on", "option": "yes", "notes": "The lamp is green" }),
            json!({ "do": "done", "at": "restart", "notes": "PIN 483920 was asked for" }),
            json!({ "do": "note", "at": "restart", "notes": "It took a minute" }),
            json!({ "do": "custom", "at": "restart", "title": "Swapped the cable" }),
            json!({ "do": "note", "at": "look", "notes": "Four jobs" }),
        ],
    );
    let carried = carried(&run, "Still offline");
    assert_eq!(
        outcomes(&carried),
        [
            ("Is PRN-01 on?", VerdictKind::Answered, true),
            ("Is PRN-01 on?", VerdictKind::Answered, false),
            ("Restart the spooler", VerdictKind::DidNotWork, false),
            ("Swapped the cable", VerdictKind::DidNotWork, false),
        ],
        "also what was gone back from, withdrawn"
    );
    let yes = &carried.worked[1].answer;
    assert_eq!((yes.label.as_deref(), yes.option_id.as_deref()), (Some("Yes"), Some("yes")));
    assert_eq!((yes.at, yes.by, yes.notes.as_deref()), (at(30), eli().user_id, Some("The lamp is green")));
    let restart = &carried.worked[2];
    assert_eq!(restart.proposal.commands, ["Restart-Service spooler -ComputerName PRN-01"]);
    let notes = restart.answer.notes.as_deref().unwrap();
    assert!(notes.ends_with("\nIt took a minute") && !notes.contains("483920"), "{notes}");
    let [remark] = &carried.remarks[..] else { panic!("{:?}", carried.remarks) };
    assert_eq!((remark.text.as_str(), remark.at), ("Look at the queue: Four jobs", at(70)));
    assert_eq!(carried.at.as_deref(), Some("look"));
}

#[test]
fn what_came_in_begins_with_the_reason_and_has_no_secret() {
    let (mut session, log) = run("troubleshooting", &graph(), &[]);
    session.scratchpad = format!("The pin is 483920\u{0}\n{}", "ä".repeat(20_000));
    let carried = carried(&(session, log), " It stays off with 483920 ");
    let said = &carried.said;
    assert!(said.starts_with("Printer: It stays off with [") && !said.contains("483920"), "{said}");
    for part in
        ["For: Contoso", "- Host: PRN-01", "- PIN: [kept in the guided session]", "- floor: 2", "The pin is"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(said.chars().count() < 11_000 && said.ends_with('…'));
    Intake::read(said.as_bytes()).unwrap();
    assert_eq!(
        (carried.worked, carried.remarks, carried.at.as_deref()),
        (Vec::new(), Vec::new(), Some("on"))
    );
}

#[test]
fn the_steps_of_a_list_are_done_or_say_why_not() {
    let list = json!({ "sections": [{ "id": "s", "title": "S", "steps": [
        { "id": "backup", "title": "Take a backup" }, { "id": "tell", "title": "Tell the users" },
        { "id": "install", "title": "Install" },
    ] }] });
    let run = run(
        "procedural",
        &list,
        &[
            json!({ "do": "done", "at": "backup" }),
            json!({ "do": "skip", "at": "tell", "reason": "Nobody is there" }),
        ],
    );
    let carried = carried(&run, "No rights");
    let worked = [
        ("Take a backup", VerdictKind::Worked, false),
        ("Tell the users", VerdictKind::NotApplicable, false),
    ];
    assert_eq!(outcomes(&carried), worked);
    assert_eq!(carried.worked[1].answer.reason.as_deref(), Some("Nobody is there"));
    assert_eq!(carried.at.as_deref(), Some("install"));
}

#[test]
fn decisions_that_were_replaced_as_a_whole_go_along_too() {
    let (mut session, log) =
        run("troubleshooting", &graph(), &[json!({ "do": "answer", "at": "on", "option": "yes" })]);
    session.decisions.push(Decision {
        entry_id: Uuid::from_u128(500).into(),
        node_id: "gone".into(),
        kind: DecisionKind::Skipped,
        title: "A step of before".into(),
        answer: None,
        option_id: None,
        reason: None,
        notes: None,
        timestamp: at(11),
    });
    let carried = carried(&(session, log), "r");
    assert_eq!(outcomes(&carried)[1], ("A step of before", VerdictKind::CannotNow, false));
}

/// The engine's first turn over what was carried.
fn goes_on(carried: &Carried, flows: &BTreeMap<TreeId, Flow>) -> crate::engine::Turn {
    let steps: Vec<_> = carried
        .worked
        .iter()
        .zip(1..)
        .map(|(worked, order)| rf_sessions::ai::AiStep {
            id: Uuid::from_u128(700 + order as u128).into(),
            session_id: Uuid::from_u128(8).into(),
            step_order: order,
            proposal: worked.proposal.clone(),
            confidence_score: 0.0,
            answer: Some(worked.answer.clone()),
            withdrawn: worked.withdrawn,
            created_at: worked.answer.at,
        })
        .collect();
    let text = Reading::of(&Intake::read(carried.said.as_bytes()).unwrap());
    let input = Input::TakeOn { text, tree: tree(), name: "Printer".into(), at: carried.at.clone() };
    take(&EngineState::default(), None, &steps, &input, &World { matches: &[], flows }).unwrap()
}

#[test]
fn the_flow_goes_on_where_it_stood() {
    let run = run(
        "troubleshooting",
        &graph(),
        &[json!({ "do": "answer", "at": "on", "option": "yes" }), json!({ "do": "done", "at": "restart" })],
    );
    let carried = carried(&run, "Still offline");
    let flow = run.0.flow().unwrap();
    let walked = Flow {
        tree_id: tree(),
        name: "Printer".into(),
        structure: flow.structure.clone(),
        known: Known::default(),
    };
    let turn = goes_on(&carried, &[(tree(), walked)].into());
    let step = turn.step.unwrap();
    assert_eq!(
        (step.title.as_str(), turn.matched_flow.map(|(id, _)| id)),
        ("Look at the queue", Some(tree()))
    );
    // A flow that is gone, or not this person's to see, is not followed: other ways are sought.
    let turn = goes_on(&carried, &BTreeMap::new());
    assert_eq!(turn.matched_flow, None);
    assert!(turn.step.is_some_and(|step| !matches!(step.source, StepSource::Flow { .. })));
}
