use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::{ChoiceOption, FieldType, NodeType, OutcomeKind, Script, ScriptLanguage, ScriptOutput, Step};

mod round_trip;
mod schema;

const GRAPH: &str = "\
schema: 1
name: Printer is offline
description: |
  First line.
  Second line.
type: troubleshooting
intake:
  - {name: printer, label: Printer, type: text, required: true}
root: a
nodes:
  - id: a
    type: question
    title: Is {{printer}} on?
    options:
      - {label: 'Yes', next: b}
      - {label: 'No', next: b, note: It was off.}
  - {id: b, type: escalation, title: Call the vendor}
";

fn refused(text: &str) -> FlowFileError {
    match from_yaml(text) {
        Ok(draft) => panic!("was read: {draft:#?}\n{text}"),
        Err(error) => error,
    }
}

#[test]
fn a_flow_file_is_read() {
    let draft = from_yaml(GRAPH).unwrap();
    assert_eq!(draft.name, "Printer is offline");
    assert_eq!(draft.description.as_deref(), Some("First line.\nSecond line.\n"));
    assert_eq!(draft.structure.step_count(), 2);
    assert!(draft.intake_form.fields[0].required);
}

#[test]
fn a_written_file_is_one_a_person_would_write() {
    let mut draft = from_yaml(GRAPH).unwrap();
    let Structure::Graph(graph) = &mut draft.structure else { unreachable!() };
    graph.nodes[0].scripts.push(Script {
        language: ScriptLanguage::Powershell,
        text: format!("Get-Printer |\n  Where-Object Name -eq '{{{{printer}}}}' # {}", "long ".repeat(40))
            .trim()
            .into(),
        title: None,
        outputs: vec![],
    });
    graph.nodes[0].body = Some("long ".repeat(40).trim().into());
    let yaml = to_yaml(&draft).unwrap();
    let expected = format!(
        "\
schema: 1
name: Printer is offline
description: |
  First line.
  Second line.
type: troubleshooting
intake:
  - name: printer
    label: Printer
    type: text
    required: true
root: a
nodes:
  - id: a
    type: question
    title: Is {{{{printer}}}} on?
    body: {long}
    scripts:
      - language: powershell
        text: |-
          Get-Printer |
            Where-Object Name -eq '{{{{printer}}}}' # {long}
    options:
      - label: \"Yes\"
        next: b
      - label: \"No\"
        next: b
        note: It was off.
  - id: b
    type: escalation
    title: Call the vendor
",
        long = "long ".repeat(40).trim()
    );
    assert_eq!(yaml, expected);
    assert_eq!(from_yaml(&yaml).unwrap(), draft);
}

#[test]
fn faults_are_named_with_their_place() {
    let cases: &[(&str, &str, &str)] = &[
        // (what to replace, by what, the complaint)
        (
            "schema: 1",
            "schema: 2",
            "line 1, column 9: this is a flow file of schema 2; only schema 1 can be read",
        ),
        ("schema: 1", "schema: one", "line 1, column 9: expected a whole number"),
        ("schema: 1\n", "", "missing field `schema`"),
        ("name: Printer is offline\n", "", "missing field `name`"),
        ("type: troubleshooting", "type: trouble", "line 6, column 7: unknown variant `trouble`"),
        (
            "type: troubleshooting",
            "type: procedural",
            "line 9, column 7: a procedural flow has no `root`; check its `type`",
        ),
        ("root: a\n", "", "line 6, column 7: a troubleshooting flow needs `root`"),
        (
            "root: a\n",
            "root: a\ntargets: []\n",
            "line 10, column 10: a troubleshooting flow has no `targets`",
        ),
        ("root: a\n", "root: a\nroot: b\n", "line 10, column 1: duplicate"),
        ("    title: Is", "    tilte: Is", "line 13, column 5: unknown field `tilte`"),
        ("    title: Is", "    body: Is", "missing field `title`"),
        ("required: true", "required: often", "line 8, column "),
        ("    title: Is {{printer}} on?", "    title: [Is, it]", "line 13, column 12: expected a text"),
        ("    title: Is {{printer}} on?", "    title: {{printer}}", "line 13, column 12: "),
        ("    title: Is {{printer}} on?", "    title: 'Is", "line 15, column 18: "),
        (
            "    title: Is {{printer}} on?",
            "    title: Is\n    expected_minutes: soon",
            "line 14, column 23: ",
        ),
        ("    title: Is {{printer}} on?", "    title: Is\n    expected_minutes: -1", "line 14, column 23: "),
    ];
    for (from, to, complaint) in cases {
        let text = GRAPH.replacen(from, to, 1);
        assert_ne!(text, GRAPH, "{from}");
        let message = refused(&text).to_string();
        println!("{message}");
        assert!(message.contains(complaint), "{complaint} is not in: {message}");
        assert!(message.starts_with("line "), "{message}");
        assert!(!message.contains('\n') && !message.contains("serde"), "{message}");
    }
    for text in ["", "\n", "- a", "hello", "schema: 1\nname: A\n---\nschema: 1\n", "\u{0}", "a: b: c"] {
        println!("{text:?}: {}", refused(text));
    }
}

#[test]
fn an_error_without_a_place_shows_only_its_message() {
    let error = FlowFileError { line: Some(3), column: None, message: "wrong".into() };
    assert_eq!(error.to_string(), "line 3: wrong");
    assert_eq!(FlowFileError { line: None, ..error }.to_string(), "wrong");
}

#[test]
fn bombs_are_refused_in_no_time() {
    let mut laughs = String::from("schema: 1\nname: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for i in 1..30 {
        let previous = format!("*a{}", i - 1);
        laughs += &format!("x{i}: &a{i} [{}]\n", [previous.as_str(); 9].join(", "));
    }
    let long_text =
        format!("schema: 1\nname: &a {}\ntags: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(100_000));
    let block = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>();
    let cases = [
        ("aliases", laughs, "anchors"),
        ("a long text many times", long_text, "anchors"),
        ("sequences", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)), "32 levels"),
        ("mappings", "{a: ".repeat(10_000), "32 levels"),
        ("an endless type", format!("type: {}", "x".repeat(1_000_000)), "unknown variant"),
        ("an endless field", format!("{}: 1", "x".repeat(1_000)), "unknown field"),
        ("in a field", format!("schema: 1\nname: {}", "[".repeat(10_000)), ""),
        ("in an unknown field", format!("schema: 1\nz: {}", "[".repeat(10_000)), ""),
        ("blocks", block, ""),
        ("dashes", "- ".repeat(10_000), ""),
        ("question marks", "? ".repeat(10_000), ""),
        ("documents", "---\n".repeat(100_000), ""),
        ("self", "&a [*a]".into(), ""),
        ("merge", "schema: 1\nname: A\n<<: {type: procedural}\n".into(), ""),
        ("tags", "schema: 1\nname: !!binary aGVsbG8=\n".into(), ""),
        (
            "many tags",
            format!("schema: 1\nname: A\ntags: [{}]\ntype: maintenance\n", "a, ".repeat(1_000_000)),
            "more complex",
        ),
        ("5 MiB", "#".repeat(5 * 1024 * 1024), "at most 4194304 are accepted"),
        ("4 MiB of comment", "#\n".repeat(2 * 1024 * 1024), ""),
        ("4 MiB of key", "k".repeat(4 * 1024 * 1024), ""),
        ("4 MiB of quotes", format!("name: '{}", "''".repeat(2 * 1024 * 1024 - 10)), ""),
    ];
    for (name, text, complaint) in cases {
        let started = Instant::now();
        let error = refused(&text);
        let took = started.elapsed();
        println!("{name}: {took:?}: {error}");
        assert!(error.message.contains(complaint), "{name}: {error}");
        assert!(error.to_string().len() < 400, "{name}");
        // Debug builds of the parser are slow; nothing quadratic would stay below this.
        assert!(took < Duration::from_secs(20), "{name}: {took:?}");
    }
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let graph = from_yaml(GRAPH).unwrap();
    for tree_type in [TreeType::Procedural, TreeType::Maintenance] {
        let wrong = FlowDraft { tree_type, ..graph.clone() };
        assert_eq!(
            to_yaml(&wrong).unwrap_err().message,
            format!("the body does not belong to a {tree_type} flow")
        );
    }
}
