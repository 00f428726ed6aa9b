//! A flow as steps to propose, and where each verdict leads.

use std::{collections::BTreeSet, fmt::Write as _};

use rf_sessions::ai::{Proposal, StepKind, StepOption, StepSource, Verdict, VerdictKind};
use rf_trees::{ChoiceOption, Node, NodeType, OutcomeKind, Script, Step, Structure};

use super::{FixOffer, Known, world::Flow};
use crate::words_of;

/// Where a verdict leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To that node or step.
    To(String),
    /// The engineer has to say which of these answers it was.
    Which(Vec<StepOption>),
    /// It is fixed, as far as the flow knows.
    Fixed,
    /// The flow has nothing more for this.
    Over,
}

/// The flow's first node or step.
pub(super) fn first(flow: &Flow) -> Option<&str> {
    match &flow.structure {
        Structure::Graph(graph) => graph.node(&graph.root).map(|node| node.id.as_str()),
        Structure::Checklist(list) => list.steps().next().map(|step| step.id.as_str()),
    }
}

/// Whether the flow is a list of things to do rather than a search for a fault.
pub(super) const fn is_checklist(flow: &Flow) -> bool {
    matches!(flow.structure, Structure::Checklist(_))
}

/// That node or step as a proposal; `None` when the flow has none of that name.
pub(crate) fn proposal(flow: &Flow, id: &str, why: String) -> Option<Proposal> {
    let source =
        StepSource::Flow { tree_id: flow.tree_id, tree_name: flow.name.clone(), node_id: id.to_owned() };
    match &flow.structure {
        Structure::Graph(graph) => graph.node(id).map(|node| of_node(node, &flow.known, source, why)),
        Structure::Checklist(list) => list.step(id).map(|step| of_step(step, &flow.known, source, why)),
    }
}

fn of_node(node: &Node, known: &Known, source: StepSource, why: String) -> Proposal {
    let kind = match node.node_type {
        NodeType::Question => StepKind::Question,
        NodeType::Action => StepKind::Action,
        NodeType::Instruction => StepKind::Check,
        NodeType::Outcome if is_fix(node) => StepKind::Outcome,
        NodeType::Outcome | NodeType::Escalation => StepKind::Escalation,
    };
    Proposal {
        kind,
        title: known.filled(&node.title),
        body: body(known, node.body.as_deref(), &node.scripts, &node.evidence, kind),
        warning: node.warning.as_deref().map(|text| known.filled(text.trim())),
        commands: node.scripts.iter().map(|script| known.command(&script.text)).collect(),
        options: options(known, &node.options),
        source,
        why,
        note: node.note.as_deref().map(|text| known.filled(text)),
    }
}

fn of_step(step: &Step, known: &Known, source: StepSource, why: String) -> Proposal {
    const LOOKS: [&str; 9] =
        ["check", "verify", "confirm", "read", "review", "look", "list", "record", "watch"];
    let verb = step.title.split_whitespace().next().unwrap_or_default().to_lowercase();
    let kind = if LOOKS.contains(&verb.as_str()) { StepKind::Check } else { StepKind::Action };
    Proposal {
        kind,
        title: known.filled(&step.title),
        body: body(known, step.body.as_deref(), &step.scripts, &step.evidence, kind),
        warning: step.warning.as_deref().map(|text| known.filled(text.trim())),
        commands: step.scripts.iter().map(|script| known.command(&script.text)).collect(),
        options: Vec::new(),
        source,
        why,
        note: step.note.as_deref().map(|text| known.filled(text)),
    }
}

/// An outcome that leaves the user able to work.
fn is_fix(node: &Node) -> bool {
    let outcome = node.outcome.unwrap_or(OutcomeKind::Resolved);
    node.node_type == NodeType::Outcome && matches!(outcome, OutcomeKind::Resolved | OutcomeKind::Workaround)
}

fn options(known: &Known, options: &[ChoiceOption]) -> Vec<StepOption> {
    let option = |(at, option): (usize, &ChoiceOption)| StepOption {
        id: option.effective_id(at),
        label: known.filled(&option.label),
    };
    options.iter().enumerate().map(option).collect()
}

/// The node's text, what its commands' output means, and what to keep.
fn body(
    known: &Known,
    text: Option<&str>,
    scripts: &[Script],
    evidence: &[String],
    kind: StepKind,
) -> Option<String> {
    let mut parts: Vec<String> =
        text.map(|text| known.filled(text)).into_iter().filter(|text| !text.is_empty()).collect();
    for script in scripts.iter().filter(|script| !script.outputs.is_empty()) {
        let title = script
            .title
            .as_deref()
            .map_or_else(|| "What the output means".to_owned(), |title| known.filled(title));
        let lines: String = script.outputs.iter().fold(String::new(), |mut lines, output| {
            let _ = write!(lines, "\n- {}: {}", known.filled(&output.when), known.filled(&output.means));
            lines
        });
        parts.push(format!("**{title}**\n{lines}"));
    }
    if !evidence.is_empty() {
        let heading = if kind == StepKind::Escalation { "Hand over" } else { "Keep for the ticket" };
        let lines: String = evidence.iter().map(|item| format!("\n- {}", known.filled(item))).collect();
        parts.push(format!("**{heading}**\n{lines}"));
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// Where a verdict on that node or step leads. `asked` is what was asked: the node itself, or which of its answers
/// it was.
pub(super) fn way(flow: &Flow, id: &str, asked: StepKind, verdict: &Verdict) -> Way {
    let graph = match &flow.structure {
        Structure::Graph(graph) => graph,
        Structure::Checklist(list) => {
            let mut steps = list.steps().skip_while(|step| step.id != id).skip(1);
            return steps.next().map_or(Way::Fixed, |step| Way::To(step.id.clone()));
        }
    };
    let Some(node) = graph.node(id) else { return Way::Over };
    let fixes = |next: &str| graph.node(next).is_some_and(is_fix);
    let on: Vec<(usize, &ChoiceOption)> =
        node.options.iter().enumerate().filter(|(_, option)| !fixes(&option.next)).collect();
    let which = |of: &[(usize, &ChoiceOption)]| match of {
        [] => Way::Over,
        [(_, only)] => Way::To(only.next.clone()),
        many => Way::Which(
            many.iter()
                .map(|(at, option)| StepOption {
                    id: option.effective_id(*at),
                    label: flow.known.filled(&option.label),
                })
                .collect(),
        ),
    };
    let all: Vec<(usize, &ChoiceOption)> = node.options.iter().enumerate().collect();
    match verdict.kind {
        VerdictKind::Answered => {
            let offered = options(&flow.known, &node.options);
            let said = || verdict.notes.as_deref().and_then(|notes| meant(&offered, notes));
            let picked = verdict.option_id.as_ref().or_else(|| said().map(|option| &option.id));
            let picked =
                picked.and_then(|picked| all.iter().find(|(at, option)| option.effective_id(*at) == *picked));
            let picked = picked.map(|(_, option)| *option);
            match (picked, &node.next) {
                (Some(option), _) => Way::To(option.next.clone()),
                (None, Some(next)) => Way::To(next.clone()),
                (None, None) => which(&all),
            }
        }
        VerdictKind::Worked if asked == StepKind::Action => {
            let mut ends = node.successors().filter(|next| fixes(next));
            match (ends.next(), ends.next()) {
                (Some(only), None) => Way::To(only.to_owned()),
                _ => Way::Fixed,
            }
        }
        VerdictKind::Worked => node.next.clone().map_or_else(|| which(&all), Way::To),
        // Nothing was seen that could tell the ways apart, or the question itself makes no sense here.
        _ if asked == StepKind::Question && on.len() != 1 => Way::Over,
        VerdictKind::CannotNow if node.next.is_none() && on.len() != 1 => Way::Over,
        _ => match &node.next {
            Some(next) if fixes(next) => Way::Over,
            Some(next) => Way::To(next.clone()),
            None => which(&on),
        },
    }
}

/// The answer a sentence means: the only one that says the same, one's telling words all in the other. A sentence
/// that denies means no answer that does not.
pub(super) fn meant<'a>(options: &'a [StepOption], said: &str) -> Option<&'a StepOption> {
    const DENIALS: [&str; 10] =
        ["not", "no", "never", "nothing", "nobody", "none", "t", "cannot", "without", "still"];
    let denies = |words: &BTreeSet<String>| DENIALS.iter().any(|denial| words.contains(*denial));
    let said = words_of(said);
    let fits = |option: &&StepOption| {
        let label = words_of(&option.label);
        let same = label.is_subset(&said) || said.is_subset(&label);
        same && !label.is_empty() && !said.is_empty() && denies(&label) == denies(&said)
    };
    let mut fitting = options.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// The fix a step suggests: of an action whose way leads straight to an end where it is fixed.
pub(super) fn fix(flow: &Flow, id: &str) -> Option<FixOffer> {
    let Structure::Graph(graph) = &flow.structure else { return None };
    let node = graph.node(id).filter(|node| node.node_type == NodeType::Action)?;
    let ends = node.successors().any(|next| graph.node(next).is_some_and(is_fix));
    ends.then(|| FixOffer {
        title: flow.known.filled(&node.title),
        body: node.body.as_deref().map(|text| flow.known.filled(text)),
    })
}

/// Titles of the checklist's required steps that are not among those done.
pub(super) fn open_steps(flow: &Flow, done: impl Fn(&str) -> bool) -> Vec<String> {
    let Structure::Checklist(list) = &flow.structure else { return Vec::new() };
    let open = list.steps().filter(|step| step.required && !done(&step.id));
    open.map(|step| flow.known.filled(&step.title)).collect()
}
