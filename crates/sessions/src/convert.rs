//! A session turned into a flow of its own: the way that was really taken, in a line.

use rf_trees::{Checklist, Graph, Node, NodeType, OutcomeKind, Section, SnapshotContent, Step, Structure};

use crate::{CustomStep, DecisionKind, Outcome, Session};

/// The name of the new flow when nobody gives one; at most 200 characters.
#[must_use]
pub fn generated_name(session: &Session) -> String {
    let mut name = session.tree_name.clone();
    if let Some(ticket) = session.ticket_number.as_deref().filter(|t| !t.is_empty()) {
        name.push_str(" - Ticket ");
        name.push_str(ticket);
    }
    if let Some(client) = session.client_name.as_deref().filter(|c| !c.is_empty()) {
        name.push_str(" - ");
        name.push_str(client);
    }
    name.chars().take(200).collect()
}

/// The description of the new flow when nobody gives one. A session that was never started has the day it was
/// made.
#[must_use]
pub fn default_description(session: &Session) -> String {
    let day = session.started_at.or(session.completed_at).unwrap_or(session.created_at);
    format!("Saved from troubleshooting session on {}", day.utc().format("%Y-%m-%d"))
}

/// Why the new flow was made, as the contract words it.
#[must_use]
pub fn fork_reason(session: &Session) -> String {
    match session.ticket_number.as_deref().filter(|t| !t.is_empty()) {
        Some(ticket) => format!("Saved from session: {ticket}"),
        None => "Saved from troubleshooting session".to_owned(),
    }
}

/// The way the session took, as a flow without branches. Questions become actions that say which answer was
/// found; skipped steps are left out; custom steps stand where they were done.
#[must_use]
pub fn flow_from_session(session: &Session, flow: &SnapshotContent) -> Structure {
    match &flow.structure {
        Structure::Graph(graph) => Structure::Graph(linear_graph(session, graph)),
        Structure::Checklist(list) => Structure::Checklist(done_checklist(session, list)),
    }
}

fn linear_graph(session: &Session, graph: &Graph) -> Graph {
    let mut nodes: Vec<Node> = Vec::new();
    let push = |nodes: &mut Vec<Node>, mut node: Node| {
        // A loop passes a node twice; ids stay unique.
        let base = node.id.clone();
        let mut copy = 1;
        while nodes.iter().any(|other| other.id == node.id) {
            copy += 1;
            node.id = format!("{}-{copy}", base.chars().take(58).collect::<String>());
        }
        nodes.push(node);
    };
    let custom_after = |id: Option<&str>| -> Vec<&CustomStep> {
        session.custom_steps.iter().filter(|step| step.after_node_id.as_deref() == id).collect()
    };
    let mut customs_placed: Vec<&str> = Vec::new();
    for decision in &session.decisions {
        if let (Some(node), true) = (graph.node(&decision.node_id), decision.kind != DecisionKind::Skipped) {
            let body = match &decision.answer {
                Some(answer) => {
                    let found = format!("Found: **{answer}**");
                    Some(
                        node.body.as_ref().map_or_else(|| found.clone(), |body| format!("{body}\n\n{found}")),
                    )
                }
                None => node.body.clone(),
            };
            let chosen_note = decision.option_id.as_deref().and_then(|id| {
                node.options.iter().enumerate().find(|(i, o)| o.effective_id(*i) == id)?.1.note.clone()
            });
            push(
                &mut nodes,
                Node {
                    node_type: if node.node_type == NodeType::Instruction {
                        NodeType::Instruction
                    } else {
                        NodeType::Action
                    },
                    body,
                    note: chosen_note.or_else(|| node.note.clone()),
                    options: Vec::new(),
                    next: None,
                    outcome: None,
                    ..node.clone()
                },
            );
        }
        if !customs_placed.contains(&decision.node_id.as_str()) {
            customs_placed.push(&decision.node_id);
            for step in custom_after(Some(&decision.node_id)) {
                push(&mut nodes, custom_node(step));
            }
        }
    }
    for step in &session.custom_steps {
        if !step.after_node_id.as_deref().is_some_and(|id| customs_placed.contains(&id)) {
            push(&mut nodes, custom_node(step));
        }
    }
    let end = session.path_taken.last().and_then(|id| graph.node(id)).filter(|node| node.node_type.is_end());
    push(&mut nodes, end.cloned().unwrap_or_else(|| end_node(session)));
    for index in 1..nodes.len() {
        nodes[index - 1].next = Some(nodes[index].id.clone());
    }
    Graph { root: nodes[0].id.clone(), nodes }
}

fn blank_node(id: String, node_type: NodeType, title: String) -> Node {
    Node {
        id,
        node_type,
        title,
        body: None,
        warning: None,
        scripts: Vec::new(),
        ask: Vec::new(),
        evidence: Vec::new(),
        expected_minutes: None,
        note: None,
        options: Vec::new(),
        next: None,
        outcome: None,
    }
}

fn custom_node(step: &CustomStep) -> Node {
    Node { body: step.notes.clone(), ..blank_node("custom".into(), NodeType::Action, step.title.clone()) }
}

fn end_node(session: &Session) -> Node {
    let (node_type, outcome, title) = match session.outcome {
        Some(Outcome::Escalated) => (NodeType::Escalation, None, "Escalate"),
        Some(Outcome::Workaround) => {
            (NodeType::Outcome, Some(OutcomeKind::Workaround), "Workaround in place")
        }
        Some(Outcome::Unresolved | Outcome::Cancelled) => {
            (NodeType::Outcome, Some(OutcomeKind::Unresolved), "Not resolved")
        }
        Some(Outcome::Resolved) | None => (NodeType::Outcome, Some(OutcomeKind::Resolved), "Resolved"),
    };
    Node {
        body: session.outcome_notes.clone().filter(|notes| !notes.trim().is_empty()),
        outcome,
        ..blank_node("end".into(), node_type, title.to_owned())
    }
}

fn done_checklist(session: &Session, list: &Checklist) -> Checklist {
    let mut numbers = 1_u32..;
    let mut own_step = |step: &CustomStep| {
        let mut ids = numbers.by_ref().map(|number| format!("custom-{number}"));
        Step {
            id: ids.find(|id| list.step(id).is_none()).unwrap_or_default(),
            title: step.title.clone(),
            body: step.notes.clone(),
            warning: None,
            scripts: Vec::new(),
            ask: Vec::new(),
            evidence: Vec::new(),
            expected_minutes: None,
            note: None,
            required: true,
        }
    };
    let mut sections: Vec<Section> = Vec::new();
    for section in &list.sections {
        let mut steps = Vec::new();
        for step in &section.steps {
            if session.decision_at(&step.id).is_some_and(|d| d.kind != DecisionKind::Skipped) {
                steps.push(step.clone());
            }
            let own = session.custom_steps.iter().filter(|own| own.after_node_id.as_ref() == Some(&step.id));
            steps.extend(own.map(&mut own_step));
        }
        if !steps.is_empty() {
            sections.push(Section { steps, ..section.clone() });
        }
    }
    // Own steps that follow none of the flow's come last.
    let known = |id: &String| list.step(id).is_some();
    let loose = session.custom_steps.iter().filter(|own| !own.after_node_id.as_ref().is_some_and(known));
    let loose: Vec<Step> = loose.map(&mut own_step).collect();
    match (sections.last_mut(), loose.is_empty()) {
        (_, true) => {}
        (Some(last), false) => last.steps.extend(loose),
        (None, false) => {
            sections.push(Section { id: "own-steps".into(), title: "Own steps".into(), steps: loose });
        }
    }
    Checklist { sections, targets: list.targets.clone() }
}

#[cfg(test)]
mod tests;
