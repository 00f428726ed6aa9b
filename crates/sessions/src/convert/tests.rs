use super::*;
use crate::testing::{at, eli, graph, linted, new_checklist, new_graph, snapshot, started};
use crate::{Decision, StepAction, StepCommand, testing::command};
use rf_trees::TreeType;
use uuid::Uuid;

fn own_step(number: u128, after: Option<&str>, title: &str) -> CustomStep {
    CustomStep {
        id: Uuid::from_u128(number).into(),
        after_node_id: after.map(Into::into),
        title: title.into(),
        notes: Some("How".into()),
        timestamp: at(1),
    }
}

fn steps_of(list: &Checklist) -> Vec<(&str, &str)> {
    list.steps().map(|step| (step.id.as_str(), step.title.as_str())).collect()
}

#[test]
fn a_session_without_a_way_is_its_end() {
    for (outcome, node_type) in [
        (None, NodeType::Outcome),
        (Some(Outcome::Escalated), NodeType::Escalation),
        (Some(Outcome::Workaround), NodeType::Outcome),
        (Some(Outcome::Cancelled), NodeType::Outcome),
    ] {
        let (mut session, flow) = started(new_graph());
        session.outcome = outcome;
        let (structure, report) = linted(&session, &flow);
        let Structure::Graph(graph) = structure else { panic!("a graph stays a graph") };
        assert_eq!((graph.nodes.len(), graph.nodes[0].node_type), (1, node_type));
        assert!(report.can_publish(), "{report:?}");
    }
}

#[test]
fn ids_of_the_line_are_unique_whatever_the_flow_calls_its_nodes() {
    // Nodes called like the ones a conversion makes, passed in a loop.
    let text = graph().to_string().replace("\"restart\"", "\"custom\"").replace("\"check\"", "\"end\"");
    let structure = serde_json::from_str(&text).unwrap();
    let (mut new, _) = new_graph();
    new.snapshot = snapshot(TreeType::Troubleshooting, &structure);
    let flow = new.snapshot.read().unwrap();
    let mut session = new.started(&eli(), at(0));
    let way = [("start", Some("yes")), ("custom", None), ("works", Some("again")), ("start", Some("no"))];
    for (number, (node, option)) in (0..).zip(way) {
        let action = if option.is_some() { StepAction::Answer } else { StepAction::Done };
        let step = StepCommand { option_id: option.map(Into::into), ..command(number, action, node) };
        session.step(step, &flow.structure, &eli(), at(1)).unwrap();
    }
    session.custom_steps = vec![own_step(1, Some("start"), "Mine"), own_step(2, Some("nowhere"), "Mine too")];
    let (structure, report) = linted(&session, &flow);
    let Structure::Graph(line) = structure else { panic!("a graph stays a graph") };
    let ids: Vec<_> = line.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["start", "custom", "custom-2", "works", "start-2", "custom-3", "end"]);
    assert!(report.can_publish(), "{report:?}");
}

#[test]
fn the_longest_ids_stay_ids() {
    let long = "n".repeat(64);
    let text = graph().to_string().replace("\"start\"", &format!("\"{long}\""));
    let (mut new, _) = new_graph();
    new.snapshot = snapshot(TreeType::Troubleshooting, &serde_json::from_str(&text).unwrap());
    let flow = new.snapshot.read().unwrap();
    let mut session = new.started(&eli(), at(0));
    let passed = |number| Decision {
        entry_id: Uuid::from_u128(number).into(),
        node_id: long.clone(),
        kind: DecisionKind::Done,
        title: String::new(),
        answer: None,
        option_id: None,
        reason: None,
        notes: None,
        timestamp: at(1),
    };
    session.decisions = (0..12).map(passed).collect();
    let (_, report) = linted(&session, &flow);
    assert!(report.can_publish(), "{report:?}");
}

#[test]
fn own_steps_of_a_checklist_come_where_they_were_done_or_last() {
    let (mut session, flow) = started(new_checklist());
    let done = command(1, StepAction::Done, "backup");
    session.step(done, &flow.structure, &eli(), at(1)).unwrap();
    let done = command(2, StepAction::Done, "custom-1");
    session.step(done, &flow.structure, &eli(), at(1)).unwrap();
    session.custom_steps = vec![
        own_step(1, None, "Loose"),
        own_step(2, Some("tell"), "After a step left out"),
        own_step(3, Some("gone"), "After nothing known"),
    ];
    let (structure, report) = linted(&session, &flow);
    let Structure::Checklist(list) = structure else { panic!("a checklist stays one") };
    let expected = [
        ("backup", "Check the backup"),
        ("custom-2", "After a step left out"),
        // The flow's own step of that name keeps it.
        ("custom-1", "Reboot"),
        ("custom-3", "Loose"),
        ("custom-4", "After nothing known"),
    ];
    assert_eq!(steps_of(&list), expected);
    assert!(report.can_publish(), "{report:?}");

    // Where nothing else was done they have a section of their own.
    session.decisions.clear();
    session.custom_steps.truncate(1);
    let (structure, report) = linted(&session, &flow);
    let Structure::Checklist(list) = structure else { panic!("a checklist stays one") };
    assert_eq!(list.sections[0].title, "Own steps");
    assert_eq!(steps_of(&list), [("custom-2", "Loose")]);
    assert!(report.can_publish(), "{report:?}");
}

#[test]
fn names_and_reasons_are_made_of_what_is_there() {
    let (mut session, _) = started(new_graph());
    assert_eq!(generated_name(&session), "Printer");
    assert_eq!(fork_reason(&session), "Saved from troubleshooting session");
    session.ticket_number = Some("T-1".into());
    session.client_name = Some("Contoso".into());
    assert_eq!(generated_name(&session), "Printer - Ticket T-1 - Contoso");
    assert_eq!(fork_reason(&session), "Saved from session: T-1");
    session.tree_name = "ü".repeat(250);
    assert_eq!(generated_name(&session).chars().count(), 200);
    // D3: a session that never began has the day it was made.
    session.started_at = None;
    assert_eq!(default_description(&session), "Saved from troubleshooting session on 2023-11-14");
}
