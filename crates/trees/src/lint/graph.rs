//! Rules about troubleshooting graphs.

use std::collections::{HashMap, HashSet};

use super::{Findings, checklist::Ids, is_id, paths, quoted, rules::rule, step, variables::Variables};
use crate::{Graph, Node, NodeType, OutcomeKind};

/// Nobody follows more steps than this without losing the thread.
const DEEP: usize = 40;
/// How many ids a message about several nodes names.
const NAMED: usize = 5;

pub(super) fn check(graph: &Graph, variables: &mut Variables<'_>, found: &mut Findings) {
    if graph.nodes.is_empty() {
        found.add(
            rule::EMPTY_FLOW,
            None,
            "The flow has no steps. Add a question or action to start with.".into(),
        );
        return;
    }
    let mut ids = Ids::new("node");
    let mut positions = HashMap::with_capacity(graph.nodes.len());
    for (position, node) in graph.nodes.iter().enumerate() {
        ids.check(&node.id, found);
        positions.entry(node.id.as_str()).or_insert(position);
    }
    for node in &graph.nodes {
        step::check(&node.into(), variables, found);
        shape(node, found);
        options(node, found);
    }
    let links = links(graph, &positions, found);
    let escalates =
        |node: &Node| node.node_type == NodeType::Escalation || node.outcome == Some(OutcomeKind::Escalated);
    if !graph.nodes.iter().any(escalates) {
        let message = "No step escalates. Add an escalation for what this flow cannot solve.";
        found.add(rule::NO_ESCALATION, None, message.into());
    }
    match positions.get(graph.root.as_str()) {
        Some(&root) => ways(graph, &links, &positions, root, found),
        None => {
            let message = format!(
                "The flow starts at {}, which does not exist. Choose the first step.",
                quoted(&graph.root)
            );
            found.add(rule::MISSING_ROOT, None, message);
        }
    }
}

/// What a node of its type must and must not have.
fn shape(node: &Node, found: &mut Findings) {
    let id = Some(node.id.as_str());
    let mut add = |rule, message: &str| found.add(rule, id, message.to_owned());
    match node.node_type {
        NodeType::Question => {
            if node.options.len() < 2 {
                add(
                    rule::QUESTION_NEEDS_OPTIONS,
                    "A question needs at least two answers. Add some, or make it an action.",
                );
            }
            if node.next.is_some() {
                add(
                    rule::QUESTION_WITH_NEXT,
                    "A question leads on by its answers alone. Remove its next step.",
                );
            }
            if !node.title.trim_end().ends_with(['?', '？']) {
                add(
                    rule::QUESTION_MARK,
                    "The title does not read as a question. Word it as one, with a question mark.",
                );
            }
        }
        NodeType::Action | NodeType::Instruction => match (node.options.is_empty(), &node.next) {
            (true, None) => {
                add(
                    rule::DEAD_END,
                    "Nothing follows this step. Choose the next one, add options, or make it an outcome.",
                );
            }
            (false, Some(_)) => {
                add(
                    rule::OPTIONS_AND_NEXT,
                    "The step has options and a next step. Keep the options or the next step.",
                );
            }
            _ => {}
        },
        NodeType::Outcome | NodeType::Escalation => {
            if node.successors().next().is_some() {
                add(
                    rule::END_WITH_SUCCESSORS,
                    "The work ends here, so nothing can follow. Remove the options and next step.",
                );
            }
        }
    }
    if node.outcome.is_some() && node.node_type != NodeType::Outcome {
        add(
            rule::OUTCOME_NOT_ALLOWED,
            "Only an outcome says how the work ends. Remove it, or make this step an outcome.",
        );
    }
}

fn options(node: &Node, found: &mut Findings) {
    let id = Some(node.id.as_str());
    let mut ids = HashSet::new();
    let mut labels = HashSet::new();
    for (index, option) in node.options.iter().enumerate() {
        let number = index + 1;
        if option.id.as_ref().is_some_and(|own| !is_id(own)) {
            let message = format!(
                "The id of option {number} is not one. Use 1 to 64 of a-z, 0-9, - and _, or leave it out."
            );
            found.add(rule::INVALID_ID, id, message);
        }
        if !ids.insert(option.effective_id(index)) {
            let message = format!(
                "Option {number} has the id of another option. An option without an id has its number as id. Rename one."
            );
            found.add(rule::DUPLICATE_ID, id, message);
        }
        if !labels.insert(option.label.trim().to_lowercase()) {
            let message =
                format!("Option {number} reads like another option. Word them apart, or remove one.");
            found.add(rule::DUPLICATE_OPTION, id, message);
        }
    }
}

/// The links between nodes by position; complains about those that lead nowhere.
fn links(graph: &Graph, positions: &HashMap<&str, usize>, found: &mut Findings) -> paths::Links {
    let mut links = paths::Links::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        links.next_node();
        for next in node.successors() {
            if let Some(&position) = positions.get(next) {
                links.to(position);
            } else {
                let message = format!(
                    "The step leads to {}, which does not exist. Choose another step, or add that one.",
                    quoted(next)
                );
                found.add(rule::UNKNOWN_NEXT, Some(&node.id), message);
            }
        }
    }
    links
}

/// What can be reached from where.
fn ways(
    graph: &Graph,
    links: &paths::Links,
    positions: &HashMap<&str, usize>,
    root: usize,
    found: &mut Findings,
) {
    let depths = links.depths([root]);
    for (position, node) in graph.nodes.iter().enumerate() {
        // The second of two nodes with one id cannot be reached, but that is not its fault.
        let is_second = positions.get(node.id.as_str()) != Some(&position);
        if depths[position].is_none() && !is_second {
            let message = "No way leads to this step. Link it from another one, or remove it.";
            found.add(rule::UNREACHABLE, Some(&node.id), message.into());
        }
    }
    let ends = (0..graph.nodes.len()).filter(|&position| graph.nodes[position].node_type.is_end());
    let to_end = links.reversed().depths(ends);
    if to_end[root].is_none() {
        let message = "No way from the start leads to an outcome or escalation. Add one and link it.";
        found.add(rule::NO_END, None, message.into());
    }
    let stuck: Vec<bool> =
        depths.iter().zip(&to_end).map(|(depth, end)| depth.is_some() && end.is_none()).collect();
    for cycle in links.cycles(&stuck) {
        let names: Vec<String> =
            cycle.iter().take(NAMED).map(|&position| quoted(&graph.nodes[position].id)).collect();
        let more =
            if cycle.len() > NAMED { format!(" and {} more", cycle.len() - NAMED) } else { String::new() };
        let message = format!(
            "From {}{more} there is no way to an outcome or escalation, only round in circles. Give one of them a way out.",
            names.join(", ")
        );
        found.add(rule::LOOP_WITHOUT_EXIT, Some(&graph.nodes[cycle[0]].id), message);
    }
    let deepest =
        depths.iter().enumerate().filter_map(|(position, depth)| depth.map(|depth| (depth, position)));
    if let Some((depth, position)) = deepest.max_by_key(|&(depth, _)| depth)
        && depth > DEEP
    {
        let message = format!(
            "This step is {depth} steps away from the start. Ask the dividing questions earlier, or split the flow."
        );
        found.add(rule::DEEP_FLOW, Some(&graph.nodes[position].id), message);
    }
}
