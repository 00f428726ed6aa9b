use std::{collections::BTreeSet, fmt::Write as _, time::Instant};

use super::*;
use crate::{
    Node, NodeType, from_yaml,
    testing::{flow_of, node},
};

/// A flow with `nodes` (and whatever else stands behind them), and a way to escalate that needs no link.
fn graph(nodes: &str) -> FlowDraft {
    flow("troubleshooting", &format!("root: a\nnodes:\n{nodes}"))
}

fn checklist(rest: &str) -> FlowDraft {
    flow("procedural", rest)
}

fn flow(tree_type: &str, rest: &str) -> FlowDraft {
    let yaml = format!("schema: 1\nname: Test\ndescription: For a test.\ntype: {tree_type}\n{rest}");
    from_yaml(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

/// `code@node` of every finding, sorted.
fn found(draft: &FlowDraft) -> Vec<String> {
    let tell = |finding: LintFinding| match finding.node_id {
        Some(id) => format!("{}@{id}", finding.code),
        None => finding.code.to_owned(),
    };
    let mut found: Vec<String> = lint(draft).findings.into_iter().map(tell).collect();
    found.sort_unstable();
    found
}

const GOOD: &str = "
  - {id: a, type: question, title: Does it work?, options: [{label: 'Yes', next: b}, {label: 'No', next: c}]}
  - {id: b, type: outcome, title: Works, outcome: resolved}
  - {id: c, type: action, title: Try again, next: d}
  - {id: d, type: escalation, title: Call the vendor}
";

/// What each flow earns, all of it.
fn cases() -> Vec<(&'static [&'static str], FlowDraft)> {
    let long = |field: &str, length: usize| format!("{field}: {}", "x".repeat(length));
    let end = "  - {id: e, type: escalation, title: End}\n";
    let with = |first: &str| graph(&format!("  - {first}\n{end}"));
    let step = |rest: &str| {
        checklist(&format!("sections: [{{id: s, title: S, steps: [{{id: a, title: A, {rest}}}]}}]"))
    };
    let intake = |fields: &str, used: &str| {
        checklist(&format!(
            "intake: [{fields}]\nsections: [{{id: s, title: S, steps: [{{id: a, title: 'A {used}'}}]}}]"
        ))
    };
    vec![
        (&[], graph(GOOD)),
        (&[], step("body: 'For {{client_name}} on {{ target_label }}'")),
        // The flow.
        (&["empty_flow"], graph("  []")),
        (&["empty_flow"], checklist("sections: []")),
        (&["empty_flow", "empty_section@s"], checklist("sections: [{id: s, title: S, steps: []}]")),
        (&["wrong_structure"], FlowDraft { tree_type: TreeType::Maintenance, ..graph(GOOD) }),
        (&["missing_root"], flow("troubleshooting", "root: z\nnodes: [{id: a, type: escalation, title: A}]")),
        (&["missing_description"], FlowDraft { description: Some(" ".into()), ..graph(GOOD) }),
        (&["text_too_long"], FlowDraft { name: "x".repeat(201), ..graph(GOOD) }),
        (&["no_escalation"], graph("  - {id: a, type: outcome, title: A}")),
        (&[], graph("  - {id: a, type: outcome, title: A, outcome: escalated}")),
        // Ids and links.
        (
            &["invalid_id@A b", "invalid_id@"],
            graph(
                "  - {id: a, type: action, title: A, next: A b}\n  - {id: A b, type: action, title: B, next: ''}\n  \
                 - {id: '', type: escalation, title: C}",
            ),
        ),
        (&["duplicate_id@e"], graph(&format!("  - {{id: a, type: action, title: A, next: e}}\n{end}{end}"))),
        (
            &["duplicate_id@s", "duplicate_id@a", "empty_section@s"],
            checklist(
                "sections: [{id: s, title: S, steps: [{id: a, title: A}, {id: a, title: B}]}, {id: s, title: T, steps: []}]",
            ),
        ),
        (
            &["unknown_next@a"],
            with("{id: a, type: action, title: A, options: [{label: x, next: e}, {label: y, next: z}]}"),
        ),
        (&["unreachable@e"], graph(&format!("  - {{id: a, type: escalation, title: A}}\n{end}"))),
        (&["dead_end@a", "unreachable@e", "no_end"], with("{id: a, type: action, title: A}")),
        (
            &["options_and_next@a"],
            with("{id: a, type: instruction, title: A, next: e, options: [{label: x, next: e}]}"),
        ),
        (
            &["question_needs_options@a"],
            with("{id: a, type: question, title: 'A?', options: [{label: x, next: e}]}"),
        ),
        (
            &["question_needs_options@a", "question_with_next@a"],
            with("{id: a, type: question, title: 'A?', next: e}"),
        ),
        (&["end_with_successors@a"], with("{id: a, type: outcome, title: A, next: e}")),
        (&["outcome_not_allowed@a"], with("{id: a, type: action, title: A, next: e, outcome: resolved}")),
        (
            &["duplicate_option@a"],
            with(
                "{id: a, type: question, title: 'A?', options: [{label: 'Yes', next: e}, {label: ' YES ', next: e}]}",
            ),
        ),
        (
            &["duplicate_id@a"],
            with(
                "{id: a, type: question, title: 'A?', options: [{id: '2', label: x, next: e}, {label: y, next: e}]}",
            ),
        ),
        (
            &["invalid_id@a"],
            with(
                "{id: a, type: question, title: 'A?', options: [{id: X Y, label: x, next: e}, {label: y, next: e}]}",
            ),
        ),
        (
            &["question_mark@a"],
            with("{id: a, type: question, title: A, options: [{label: x, next: e}, {label: y, next: e}]}"),
        ),
        // Loops: with a way out, without, and a step that leads to itself.
        (
            &[],
            graph(
                "  - {id: a, type: action, title: A, next: b}\n  - {id: b, type: question, title: 'B?', options: \
                 [{label: again, next: a}, {label: on, next: e}]}\n  - {id: e, type: escalation, title: E}",
            ),
        ),
        (
            &["loop_without_exit@b"],
            graph(
                "  - {id: a, type: question, title: 'A?', options: [{label: x, next: e}, {label: y, next: b}]}\n  - {id: b, \
                 type: action, title: B, next: c}\n  - {id: c, type: action, title: C, next: b}\n  - {id: e, type: \
                 escalation, title: E}",
            ),
        ),
        (
            &["unreachable@e", "no_end", "loop_without_exit@a"],
            with("{id: a, type: action, title: A, next: a}"),
        ),
        // Texts.
        (&["missing_text@a"], with("{id: a, type: action, title: ' ', next: e}")),
        (&["missing_text@a"], step("scripts: [{language: cmd, text: ''}]")),
        (&["text_too_long@a"], with(&format!("{{id: a, type: action, next: e, {}}}", long("title", 201)))),
        (&["text_too_long@a"], step(&long("body", 8_001))),
        (&["text_too_long@a"], step(&long("warning", 8_001))),
        (&["text_too_long@a"], step(&long("note", 1_001))),
        (&["text_too_long@a"], step(&format!("evidence: ['{}']", "x".repeat(501)))),
        (&["text_too_long@a"], step(&format!("scripts: [{{language: cmd, {}}}]", long("text", 16_001)))),
        (
            &["text_too_long@a"],
            with(&format!(
                "{{id: a, type: action, title: A, options: [{{next: e, {}}}]}}",
                long("label", 121)
            )),
        ),
        (&[], step(&format!("body: {}", "ä".repeat(8_000)))),
        (&["secret_in_text@a"], step("body: 'Sign in with password: Winter2026!'")),
        (&["secret_in_text@a"], step("note: 'api key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0'")),
        (
            &["secret_in_text"],
            FlowDraft { description: Some("The password is Winter2026!".into()), ..graph(GOOD) },
        ),
        (&["possible_secret@a"], step("body: 'Sign in with password: swordfish'")),
        (
            &[],
            step("body: 'Mail {{client_name}} at help@contoso.com or call +1 212 555 0142 from 10.0.0.1.'"),
        ),
        (&["unknown_variable@a"], step("body: '{{pc}} and {{ pc }} and {{pc}}'")),
        (&["unknown_variable@a"], step("ask: [pc]")),
        (&["unknown_variable@a"], step("scripts: [{language: cmd, text: 'ping {{pc}}'}]")),
        (
            &["unknown_variable@a"],
            with("{id: a, type: action, title: A, options: [{label: '{{x}}', next: e}]}"),
        ),
        (&["malformed_variable@a"], step("body: 'On {{the PC}}'")),
        (&[], step("scripts: [{language: bash, text: \"docker ps --format '{{.Names}}'\"}]")),
        (
            &["risky_command@a"],
            step("scripts: [{language: powershell, text: 'Get-X | Remove-Item -Recurse'}]"),
        ),
        (&["risky_command@a"], step("scripts: [{language: cmd, text: 'RD /S /Q c:\\temp'}]")),
        (&[], step("warning: Check first, scripts: [{language: cmd, text: net stop spooler}]")),
        (&[], step("scripts: [{language: powershell, text: 'Clear-Host; Get-X | Format-Table'}]")),
        // The intake form.
        (&[], intake("{name: pc, label: PC, type: text}", "{{pc}}")),
        (&["invalid_variable_name", "unused_variable"], intake("{name: Pc, label: PC, type: text}", "")),
        (
            &["duplicate_variable"],
            intake("{name: pc, label: PC, type: text}, {name: pc, label: PC, type: text}", "{{pc}}"),
        ),
        (&["built_in_variable"], intake("{name: client_name, label: Client, type: text}", "{{client_name}}")),
        (&["unused_variable"], intake("{name: pc, label: PC, type: text}", "")),
        (&["select_without_options"], intake("{name: pc, label: PC, type: select}", "{{pc}}")),
        (
            &["default_not_an_option"],
            intake("{name: pc, label: PC, type: select, options: [a, b], default: c}", "{{pc}}"),
        ),
        (&["duplicate_choice"], intake("{name: pc, label: PC, type: select, options: [a, a]}", "{{pc}}")),
        (&["options_ignored"], intake("{name: pc, label: PC, type: text, options: [a]}", "{{pc}}")),
        (&["default_wrong_type"], intake("{name: n, label: N, type: number, default: many}", "{{n}}")),
        (&["default_wrong_type"], intake("{name: n, label: N, type: boolean, default: maybe}", "{{n}}")),
        (&["default_wrong_type"], intake("{name: n, label: N, type: date, default: 2026-13-01}", "{{n}}")),
        (
            &[],
            intake(
                "{name: n, label: N, type: date, default: 2026-12-31}, {name: m, label: M, type: number, default: '-1.5'}",
                "{{n}} {{m}}",
            ),
        ),
        (&["secret_default"], intake("{name: p, label: P, type: text, secret: true, default: x}", "{{p}}")),
        (&["missing_text"], intake("{name: p, label: '', type: text}", "{{p}}")),
        (&["text_too_long"], intake(&format!("{{name: p, type: text, {}}}", long("label", 121)), "{{p}}")),
        // Targets.
        (
            &[],
            flow("maintenance", "sections: [{id: s, title: S, steps: [{id: a, title: A}]}]\ntargets: [x, y]"),
        ),
        (
            &["duplicate_target"],
            flow("maintenance", "sections: [{id: s, title: S, steps: [{id: a, title: A}]}]\ntargets: [x, x]"),
        ),
        (
            &["targets_not_allowed"],
            FlowDraft {
                tree_type: TreeType::Procedural,
                ..flow(
                    "maintenance",
                    "sections: [{id: s, title: S, steps: [{id: a, title: A}]}]\ntargets: [x]",
                )
            },
        ),
        // Sizes: just what is easily overseen, one more, just what is kept, one more.
        (&[], many(200)),
        (&["many_steps"], many(201)),
        (&["many_steps"], many(2_000)),
        (&["too_many_steps"], many(2_001)),
        (&["too_many_steps"], flow_of(wide(2_001))),
        (&["deep_flow@n41"], line(42)),
        (&[], line(41)),
    ]
}

/// A checklist of so many steps.
fn many(steps: usize) -> FlowDraft {
    let steps: Vec<String> = (0..steps).map(|i| format!("{{id: s{i}, title: Do it}}")).collect();
    checklist(&format!("sections: [{{id: s, title: S, steps: [{}]}}]", steps.join(", ")))
}

/// So many nodes, none of them far from the first: a question with an answer for each of the ends.
fn wide(count: usize) -> Vec<Node> {
    let mut first = node("n0", NodeType::Question, "Which one?");
    let ends: Vec<Node> =
        (1..count).map(|i| node(format!("n{i}"), NodeType::Escalation, "Call the vendor")).collect();
    first.options = ends
        .iter()
        .map(|end| serde_json::from_value(serde_json::json!({ "label": end.id, "next": end.id })).unwrap())
        .collect();
    std::iter::once(first).chain(ends).collect()
}

/// `n0 → n1 → …`, `count` nodes, the last one an end.
fn line(count: usize) -> FlowDraft {
    let numbered = |i: usize| {
        let mut node = node(format!("n{i}"), NodeType::Action, "Next");
        if i + 1 == count {
            node.node_type = NodeType::Escalation;
        } else {
            node.next = Some(format!("n{}", i + 1));
        }
        node
    };
    flow_of((0..count).map(numbered).collect())
}

#[test]
fn every_flow_earns_what_it_deserves_and_no_more() {
    for (index, (expected, draft)) in cases().into_iter().enumerate() {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found(&draft), expected, "case {index}: {draft:#?}");
    }
}

#[test]
fn every_rule_finds_something_somewhere() {
    let seen: BTreeSet<&str> =
        cases().iter().flat_map(|(_, draft)| lint(draft).findings).map(|finding| finding.code).collect();
    for rule in LINT_RULES.iter().filter(|&&rule| rule != rule::MORE_FINDINGS) {
        assert!(seen.contains(rule.code), "{} is never found", rule.code);
    }
    let codes: BTreeSet<&str> = LINT_RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), LINT_RULES.len(), "two rules share a code");
}

#[test]
fn severities_are_the_rules_and_messages_say_what_to_do() {
    for finding in cases().iter().flat_map(|(_, draft)| lint(draft).findings) {
        let rule = LINT_RULES.iter().find(|rule| rule.code == finding.code).unwrap();
        assert_eq!(finding.severity, rule.severity);
        // What is wrong, then what to do.
        assert!(finding.message.trim_end_matches('.').contains(['.', ':']), "{}", finding.message);
        assert!(finding.message.ends_with('.'), "{}", finding.message);
    }
}

#[test]
fn only_errors_stand_in_the_way() {
    let report = lint(&graph("  - {id: a, type: outcome, title: A}"));
    assert_eq!(report.findings.len(), 1);
    assert!(report.can_publish());
    let report = lint(&graph("  []"));
    assert!(!report.can_publish());
    assert_eq!(report.errors().count(), 1);
    let json = serde_json::to_value(&report.findings[0]).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "severity": "error",
            "code": "empty_flow",
            "message": "The flow has no steps. Add a question or action to start with.",
            "node_id": null
        })
    );
}

#[test]
fn a_secret_is_never_repeated() {
    let secret = "Winter2026!";
    let mut draft = graph(&GOOD.replace("Works", &format!("'password: {secret}'")).replace("'Yes'", "'No'"));
    draft.intake_form.fields.push(
        serde_json::from_value(serde_json::json!({
            "name": "x", "label": format!("password: {secret}"), "type": "select", "default": format!("password: {secret}")
        }))
        .unwrap(),
    );
    draft.description = Some(format!("password is {secret}"));
    let report = lint(&draft);
    assert!(report.errors().filter(|finding| finding.code == "secret_in_text").count() >= 3, "{report:#?}");
    assert!(!format!("{report:?}").contains("Winter"), "{report:#?}");
}

/// A flow as large as is kept, with texts of ordinary size and every step linked.
fn large(count: usize) -> FlowDraft {
    let body = "Open **Settings**, then check that the value is right for {{client_name}}. ".repeat(6);
    let mut yaml = String::from(
        "schema: 1\nname: Large\ndescription: Large.\ntype: troubleshooting\nroot: n0\nnodes:\n",
    );
    for i in 0..count {
        let (left, right) = (2 * i + 1, 2 * i + 2);
        if right < count {
            writeln!(
                yaml,
                "- {{id: n{i}, type: question, title: 'Is step {i} fine?', body: '{body}', note: 'Step {i} was checked.', \
                 scripts: [{{language: powershell, text: 'Get-Service -Name Spooler | Select-Object Status', outputs: \
                 [{{when: Running, means: The service runs}}]}}], evidence: [Screenshot of the state], \
                 options: [{{label: 'Yes', next: n{left}, note: 'It was fine.'}}, {{label: 'No', next: n{right}, note: 'It was not.'}}]}}"
            )
            .unwrap();
        } else {
            writeln!(yaml, "- {{id: n{i}, type: escalation, title: 'Escalate {i}', body: '{body}', note: 'Handed over.'}}").unwrap();
        }
    }
    from_yaml(&yaml).unwrap()
}

#[test]
fn a_large_flow_is_checked_at_once() {
    for count in [1_001, 1_999] {
        let draft = large(count);
        // The best of a few: other tests run beside this one.
        let timed = |_| {
            let started = Instant::now();
            assert_eq!(found(&draft), ["many_steps"]);
            started.elapsed()
        };
        let took = (0..5).map(timed).min().unwrap();
        println!("lint of {count} nodes: {took:?}");
        // Far above what it takes, far below what anything quadratic would.
        assert!(took.as_millis() < 1_500, "{took:?}");
    }
}

#[test]
fn worst_cases_neither_overflow_nor_crawl() {
    let started = Instant::now();
    // A line, one great circle, and everything linked to everything.
    assert_eq!(found(&line(2_000)), ["deep_flow@n1999", "many_steps"]);
    let circle = |count: usize| {
        let numbered = |i: usize| {
            let mut node = node(format!("n{i}"), NodeType::Action, "Next");
            node.next = Some(format!("n{}", (i + 1) % count));
            node
        };
        flow_of((0..count).map(numbered).collect())
    };
    assert_eq!(
        found(&circle(2_000)),
        ["deep_flow@n1999", "loop_without_exit@n0", "many_steps", "no_end", "no_escalation"]
    );
    let dense = (0..300).map(|i| {
        let mut node = node(format!("n{i}"), NodeType::Action, "Next");
        node.options = (0..300)
            .map(|j| crate::ChoiceOption {
                id: None,
                label: format!("to {j}"),
                next: format!("n{j}"),
                note: None,
            })
            .collect();
        node
    });
    assert_eq!(
        found(&flow_of(dense.collect())),
        ["loop_without_exit@n0", "many_steps", "no_end", "no_escalation"]
    );
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn findings_are_bounded_and_errors_never_lost() {
    let numbered = |i: usize| node("x".repeat(1_000 + i % 2), NodeType::Question, "");
    let report = lint(&flow_of((0..2_000).map(numbered).collect()));
    assert!(report.findings.len() <= 3 * MAX_FINDINGS + 1);
    assert_eq!(report.findings[0].severity, Severity::Error);
    assert_eq!(report.findings.last().unwrap().code, "more_findings");
    let size: usize = report.findings.iter().map(|finding| finding.message.len()).sum();
    assert!(size < 1_000_000, "{size}");
    assert!(report.findings.iter().filter_map(|finding| finding.node_id.as_ref()).all(|id| id.len() <= 64));
}

mod any_graph {
    use proptest::prelude::*;

    use super::*;
    use crate::ChoiceOption;

    prop_compose! {
        fn drawn(count: usize)(kind in 0..5_usize, next in prop::option::of(0..count + 1), options in prop::collection::vec(0..count + 1, 0..4))
            -> (usize, Option<usize>, Vec<usize>) { (kind, next, options) }
    }

    proptest! {
        /// Whatever lint lets pass can be walked from the start to an end, from every step.
        #[test]
        fn what_passes_can_be_finished(nodes in prop::collection::vec(drawn(6), 1..7)) {
            let kinds = [NodeType::Question, NodeType::Action, NodeType::Instruction, NodeType::Outcome, NodeType::Escalation];
            let nodes: Vec<Node> = nodes.into_iter().enumerate().map(|(i, (kind, next, options))| {
                let mut node = node(format!("n{i}"), kinds[kind], "Title");
                node.next = next.map(|next| format!("n{next}"));
                node.options = options.into_iter().enumerate().map(|(j, next)| {
                    ChoiceOption { id: None, label: format!("{j}"), next: format!("n{next}"), note: None }
                }).collect();
                node
            }).collect();
            let draft = flow_of(nodes.clone());
            if lint(&draft).can_publish() {
                let mut finishing: BTreeSet<&str> =
                    nodes.iter().filter(|node| node.node_type.is_end()).map(|node| node.id.as_str()).collect();
                for _ in 0..nodes.len() {
                    for node in &nodes {
                        if node.successors().any(|next| finishing.contains(next)) {
                            finishing.insert(&node.id);
                        }
                    }
                }
                prop_assert_eq!(finishing.len(), nodes.len());
            }
        }

        #[test]
        fn placeholders_are_those_of_notes(text in "([{}]{0,3}[a-zA-Z0-9_ ]{0,3}){0,6}") {
            let mut names: Vec<&str> = variables::placeholders(&text).flatten().collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let variable = rf_notes::Variable {
                    name: name.into(),
                    value: "\u{1}".into(),
                    ..rf_notes::Variable::default()
                };
                prop_assert!(rf_notes::resolve_variables(&text, &[variable]).contains('\u{1}'), "{}", name);
            }
        }
    }
}
