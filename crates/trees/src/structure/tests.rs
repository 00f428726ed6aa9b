use rf_kernel::codes::VALIDATION_FAILED;
use serde_json::json;

use super::*;
use crate::testing::{flow_of, node};

fn refused(tree_type: TreeType, json: &Value) -> (String, String) {
    let failure = Structure::from_json(tree_type, json).unwrap_err();
    assert_eq!(failure.code, VALIDATION_FAILED);
    let [error] = failure.errors.as_slice() else { panic!("{failure:?}") };
    assert_eq!(error.code, "wrong_shape");
    (error.loc.clone(), error.message.clone())
}

#[test]
fn the_wire_form_is_read_and_written() {
    let graph = json!({"root": "a", "nodes": [
        {"id": "a", "type": "question", "title": "Is it on?", "options": [
            {"id": "on", "label": "Yes", "next": "b", "note": "It was on."}, {"label": "No", "next": "b"}]},
        {"id": "b", "type": "outcome", "title": "Done", "outcome": "workaround"}]});
    let read = Structure::from_json(TreeType::Troubleshooting, &graph).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), graph);
    assert_eq!(Structure::from_stored(TreeType::Troubleshooting, &graph.to_string()).unwrap(), read);
    let list = json!({"sections": [{"id": "s", "title": "S", "steps": [
        {"id": "a", "title": "A", "required": false, "scripts": [{"language": "cmd", "text": "dir", "outputs": [
            {"when": "A list", "means": "Fine"}]}]}]}], "targets": ["SRV-1"]});
    for tree_type in [TreeType::Procedural, TreeType::Maintenance] {
        let read = Structure::from_json(tree_type, &list).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), list);
        assert_eq!(Structure::from_stored(tree_type, &list.to_string()).unwrap(), read);
        assert!(Structure::from_stored(tree_type, &graph.to_string()).is_err());
    }
}

#[test]
fn a_step_is_required_unless_it_says_otherwise() {
    let list = json!({"sections": [{"id": "s", "title": "S", "steps": [{"id": "a", "title": "A"}]}]});
    let Structure::Checklist(list) = Structure::from_json(TreeType::Procedural, &list).unwrap() else {
        panic!("a checklist was asked for")
    };
    assert!(list.step("a").unwrap().required);
}

#[test]
fn a_refusal_names_the_field() {
    use TreeType::{Procedural, Troubleshooting};
    let nodes =
        |node: Value| json!({"root": "a", "nodes": [{"id": "a", "type": "action", "title": "A"}, node]});
    for (tree_type, json, loc, message) in [
        (Troubleshooting, json!([]), "tree_structure", "invalid length 0"),
        (Troubleshooting, json!("graph"), "tree_structure", "invalid type: string"),
        (Troubleshooting, json!({"root": "a"}), "tree_structure", "missing field `nodes`"),
        (Troubleshooting, json!({"root": 1, "nodes": []}), "tree_structure.root", "invalid type: integer"),
        (Troubleshooting, json!({"root": "a", "nodes": [], "x": 1}), "tree_structure.x", "unknown field `x`"),
        (
            Troubleshooting,
            nodes(json!({"id": "b", "type": "b", "title": "B"})),
            "tree_structure.nodes[1].type",
            "unknown variant",
        ),
        (
            Troubleshooting,
            nodes(json!({"id": "b", "type": "action"})),
            "tree_structure.nodes[1]",
            "missing field `title`",
        ),
        (
            Troubleshooting,
            nodes(
                json!({"id": "b", "type": "action", "title": "B", "options": [{"label": "x", "next": "a", "to": "a"}]}),
            ),
            "tree_structure.nodes[1].options[0].to",
            "unknown field `to`",
        ),
        (
            Troubleshooting,
            nodes(json!({"id": "b", "type": "action", "title": "B", "expected_minutes": -1})),
            "tree_structure.nodes[1].expected_minutes",
            "invalid value",
        ),
        (Procedural, json!({"root": "a"}), "tree_structure.root", "unknown field `root`"),
        (
            Procedural,
            json!({"sections": [{"id": "s", "title": "S", "steps": [{"id": "a", "title": null}]}]}),
            "tree_structure.sections[0].steps[0].title",
            "invalid type: null",
        ),
    ] {
        let (found_loc, found_message) = refused(tree_type, &json);
        assert_eq!(found_loc, loc, "{json}");
        assert!(found_message.contains(message), "{found_message}");
    }
}

#[test]
fn an_option_without_an_id_goes_by_its_number() {
    let option = |id: Option<&str>| ChoiceOption {
        id: id.map(str::to_owned),
        label: "Yes".into(),
        next: "b".into(),
        note: None,
    };
    assert_eq!(option(None).effective_id(0), "1");
    assert_eq!(option(Some("on")).effective_id(0), "on");
}

fn leading_to(id: &str, minutes: Option<u32>, next: &[&str]) -> Node {
    let mut node = node(id, NodeType::Question, "A");
    node.expected_minutes = minutes;
    node.options = next
        .iter()
        .map(|next| ChoiceOption { id: None, label: (*next).into(), next: (*next).into(), note: None })
        .collect();
    node
}

#[test]
fn a_graph_takes_the_mean_of_its_ways() {
    let minutes = |nodes: Vec<Node>| flow_of(nodes).structure.expected_minutes();
    assert_eq!(minutes(vec![]), None);
    assert_eq!(minutes(vec![leading_to("a", None, &[])]), None);
    assert_eq!(minutes(vec![leading_to("a", Some(5), &["b"]), leading_to("b", Some(3), &[])]), Some(8));
    // Half of the runs take ten minutes more.
    let fork = vec![
        leading_to("a", Some(5), &["b", "c"]),
        leading_to("b", Some(10), &["c"]),
        leading_to("c", Some(1), &[]),
    ];
    assert_eq!(minutes(fork), Some(11));
    // A loop half of the runs take again: 4 + 2 + 1 + … = 8.
    assert_eq!(minutes(vec![leading_to("a", Some(4), &["a", "b"]), leading_to("b", None, &[])]), Some(8));
    // One without a way out has no end, so no time.
    assert_eq!(minutes(vec![leading_to("a", Some(4), &["b"]), leading_to("b", Some(4), &["a"])]), None);
    // Links to nowhere and ends that lead on are lint's business, not a reason to fail.
    assert_eq!(minutes(vec![leading_to("a", Some(4), &["nowhere"])]), Some(4));
    let mut end = leading_to("b", Some(1), &["a"]);
    end.node_type = NodeType::Outcome;
    assert_eq!(minutes(vec![leading_to("a", Some(4), &["b"]), end]), Some(5));
    // A long line, and times nobody has.
    let line = (0..1_999).map(|i| leading_to(&format!("n{i}"), Some(1), &[&format!("n{}", i + 1)]));
    assert_eq!(minutes(line.take(400).collect()), Some(400));
    let forever = vec![leading_to("a", Some(u32::MAX), &["b"]), leading_to("b", Some(u32::MAX), &[])];
    assert_eq!(minutes(forever), Some(u32::MAX));
}

#[test]
fn a_checklist_takes_the_sum_of_its_steps() {
    let minutes = |times: &[Option<u32>]| {
        let steps: Vec<Value> = times
            .iter()
            .enumerate()
            .map(|(i, time)| json!({"id": format!("s{i}"), "title": "A", "expected_minutes": time}))
            .collect();
        let json = json!({"sections": [{"id": "s", "title": "S", "steps": steps}]});
        Structure::from_json(TreeType::Procedural, &json).unwrap().expected_minutes()
    };
    assert_eq!(minutes(&[Some(5), None, Some(7)]), Some(12));
    assert_eq!(minutes(&[None]), None);
    assert_eq!(minutes(&[Some(u32::MAX), Some(u32::MAX)]), Some(u32::MAX));
}

#[test]
fn texts_are_all_a_reader_can_see() {
    let json = json!({"root": "a", "nodes": [{"id": "a", "type": "question", "title": "1", "body": "2", "warning": "3",
        "note": "4", "scripts": [{"language": "cmd", "text": "5", "title": "6", "outputs": [{"when": "7", "means": "8"}]}],
        "evidence": ["9"], "options": [{"label": "10", "next": "a", "note": "11"}]}]});
    let structure = Structure::from_json(TreeType::Troubleshooting, &json).unwrap();
    let texts: Vec<&str> = structure
        .texts()
        .into_iter()
        .map(|(id, text)| {
            assert_eq!(id, "a");
            text
        })
        .collect();
    assert_eq!(texts, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
    assert_eq!(structure.title_of("a"), Some("1"));
    assert_eq!(structure.title_of("b"), None);
}

#[test]
fn a_type_is_read_by_its_name() {
    for tree_type in [TreeType::Troubleshooting, TreeType::Procedural, TreeType::Maintenance] {
        assert_eq!(tree_type.as_str().parse(), Ok(tree_type));
        assert_eq!(serde_json::to_value(tree_type).unwrap(), json!(tree_type.to_string()));
    }
    assert!("other".parse::<TreeType>().is_err());
}
