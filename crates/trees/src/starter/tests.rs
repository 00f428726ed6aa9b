use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::{
    FlowDraft, Graph, NodeType, OutcomeKind, Severity, Structure, TreeType, from_yaml, lint, to_yaml,
};

/// A recorded run of a starter flow, which the demo and the end-to-end tests replay too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    flow: String,
    ticket_number: String,
    client_name: String,
    variables: BTreeMap<String, Value>,
    steps: Vec<RunStep>,
    ends_at: Option<String>,
    outcome: OutcomeKind,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunStep {
    node: String,
    answer: Option<String>,
    #[serde(default)]
    done: bool,
    #[expect(dead_code, reason = "what the engineer wrote; the graph does not care")]
    notes: Option<String>,
}

fn flows() -> Vec<(&'static str, FlowDraft)> {
    let read = |flow: StarterFlow| {
        (flow.slug, from_yaml(flow.yaml).unwrap_or_else(|error| panic!("{}: {error}", flow.slug)))
    };
    starter_flows().into_iter().map(read).collect()
}

/// Every recorded run, by the name of its file.
fn runs() -> Vec<(String, Run)> {
    let folder = format!("{}/starter/runs", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut runs: Vec<(String, Run)> = files
        .map(|file| {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let run =
                serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_name().unwrap().to_string_lossy().into_owned(), run)
        })
        .collect();
    runs.sort_by(|(a, _), (b, _)| a.cmp(b));
    runs
}

#[test]
fn every_starter_flow_is_read_and_fit_to_be_published() {
    for (slug, draft) in flows() {
        let findings = lint(&draft).findings;
        let (infos, faults): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.severity == Severity::Info);
        println!(
            "{slug}: {} steps, {:?} minutes, infos: {infos:#?}",
            draft.structure.step_count(),
            draft.structure.expected_minutes()
        );
        assert!(faults.is_empty(), "{slug}: {faults:#?}");
        assert!(draft.structure.expected_minutes().is_some(), "{slug}");
        let mut checks = rf_kernel::Checks::new();
        draft.check(&mut checks);
        assert!(checks.is_empty(), "{slug}: {:?}", checks.finish());
    }
}

#[test]
fn the_library_is_large_and_of_all_types_with_names_of_their_own() {
    let flows = flows();
    let slugs: BTreeSet<&str> = flows.iter().map(|(slug, _)| *slug).collect();
    let names: BTreeSet<&str> = flows.iter().map(|(_, draft)| draft.name.as_str()).collect();
    assert!(flows.len() >= 24, "{} flows", flows.len());
    assert_eq!((slugs.len(), names.len()), (flows.len(), flows.len()));
    let deep = flows.iter().filter(|(_, draft)| draft.structure.step_count() >= 20).count();
    println!("{} flows, {deep} of 20 steps or more", flows.len());
    assert!(deep >= 10, "{deep}");
    for tree_type in [TreeType::Troubleshooting, TreeType::Procedural, TreeType::Maintenance] {
        assert!(flows.iter().any(|(_, draft)| draft.tree_type == tree_type), "{tree_type}");
    }
    // As they would be kept: normalising must not change them.
    for (slug, draft) in flows {
        let normal = draft.clone().normalised();
        assert_eq!(
            (normal.name, normal.category, normal.tags),
            (draft.name, draft.category, draft.tags),
            "{slug}"
        );
    }
}

#[test]
fn starter_flows_survive_being_written() {
    for (slug, draft) in flows() {
        let written = to_yaml(&draft).unwrap();
        assert_eq!(from_yaml(&written), Ok(draft), "{slug}");
    }
}

#[test]
fn every_recorded_run_can_be_replayed_and_every_end_is_reached() {
    let flows: BTreeMap<&str, FlowDraft> = flows().into_iter().collect();
    let runs = runs();
    let mut reached: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (file, run) in &runs {
        let slug = run.flow.as_str();
        let (slug, draft) = flows.get_key_value(slug).unwrap_or_else(|| panic!("{file}: no flow {slug}"));
        assert!(file.starts_with(slug), "{file} is of {slug}");
        replay(file, draft, run);
        reached.insert((slug, run.ends_at.as_deref().unwrap_or("done")));
    }
    for (slug, draft) in &flows {
        let ends: Vec<&str> = match &draft.structure {
            Structure::Graph(graph) => {
                graph.nodes.iter().filter(|n| n.node_type.is_end()).map(|n| n.id.as_str()).collect()
            }
            Structure::Checklist(_) => vec!["done"],
        };
        for end in ends {
            assert!(reached.contains(&(slug, end)), "{slug}: no recorded run ends at {end}");
        }
    }
    println!("{} runs reach {} ends of {} flows", runs.len(), reached.len(), flows.len());
}

fn replay(name: &str, draft: &FlowDraft, run: &Run) {
    assert!(!run.ticket_number.is_empty() && !run.client_name.is_empty(), "{name}");
    for variable in run.variables.keys() {
        assert!(draft.intake_form.field(variable).is_some(), "{name}: no variable {variable}");
    }
    match &draft.structure {
        Structure::Graph(graph) => replay_graph(name, graph, run),
        Structure::Checklist(list) => {
            assert_eq!(run.ends_at, None, "{name}: a checklist ends when it is done");
            let done: BTreeSet<&str> = run.steps.iter().map(|step| step.node.as_str()).collect();
            assert_eq!(done.len(), run.steps.len(), "{name}: a step is done twice");
            for step in &run.steps {
                assert!(list.step(&step.node).is_some(), "{name}: no step {}", step.node);
                assert!(step.done && step.answer.is_none(), "{name}: {}", step.node);
            }
            for step in list.steps().filter(|step| step.required) {
                assert!(done.contains(step.id.as_str()), "{name}: {} is required", step.id);
            }
            assert_eq!(run.outcome, OutcomeKind::Resolved, "{name}");
        }
    }
}

fn replay_graph(slug: &str, graph: &Graph, run: &Run) {
    let mut current = graph.node(&graph.root).unwrap();
    for step in &run.steps {
        assert_eq!(step.node, current.id, "{slug}: the run is somewhere else");
        let next = match &step.answer {
            Some(answer) => {
                let chosen = current.options.iter().enumerate().find(|(index, option)| {
                    option.effective_id(*index) == *answer || option.label == *answer
                });
                let (_, option) =
                    chosen.unwrap_or_else(|| panic!("{slug}: {} has no answer {answer}", current.id));
                &option.next
            }
            None => {
                assert!(step.done, "{slug}: {} is neither answered nor done", current.id);
                current.next.as_ref().unwrap_or_else(|| panic!("{slug}: {} asks for an answer", current.id))
            }
        };
        current = graph.node(next).unwrap();
    }
    assert_eq!(run.ends_at.as_ref(), Some(&current.id), "{slug}");
    let outcome = match current.node_type {
        NodeType::Outcome => current.outcome.unwrap_or(OutcomeKind::Resolved),
        NodeType::Escalation => OutcomeKind::Escalated,
        other => panic!("{slug}: the run stops at {}, a {other:?}", current.id),
    };
    assert_eq!(run.outcome, outcome, "{slug}");
}
