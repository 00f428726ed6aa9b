//! What the flow that was followed still offers.

use std::collections::{BTreeSet, VecDeque};

use rf_kernel::TreeId;
use rf_sessions::ai::{AiStep, Answer, StepSource, VerdictKind};
use rf_trees::{Graph, Node, NodeType, Structure, with_blanks};

use crate::Case;

/// The flow a conversation follows.
#[derive(Clone, Copy, Debug)]
pub struct MatchedFlow<'a> {
    /// Its id.
    pub id: TreeId,
    /// Its name.
    pub name: &'a str,
    /// Its nodes or steps.
    pub structure: &'a Structure,
}

/// Something the flow would have done that nobody did.
pub(crate) struct Open {
    /// What to do, in a line.
    pub(crate) title: String,
    /// Whether the answers given lead there; otherwise one led away from it.
    pub(crate) reachable: bool,
}

impl<'a> MatchedFlow<'a> {
    /// The actions nobody did: those the answers lead to first, nearest first, then those they led away from.
    pub(crate) fn open_actions(&self, case: &Case<'_>) -> Vec<Open> {
        let visited: BTreeSet<&str> = case.steps().filter_map(|step| self.node_of(step)).collect();
        match self.structure {
            Structure::Graph(graph) => {
                let ahead = self.ahead(graph, case, &visited);
                let is_open =
                    |node: &&Node| node.node_type == NodeType::Action && !self.was_done(case, &node.id);
                let near = ahead.iter().filter_map(|id| graph.node(id)).filter(is_open);
                let far =
                    graph.nodes.iter().filter(|node| !ahead.contains(&node.id.as_str())).filter(is_open);
                let near = near.map(|node| Open { title: with_blanks(&node.title), reachable: true });
                near.chain(far.map(|node| Open { title: with_blanks(&node.title), reachable: false }))
                    .collect()
            }
            Structure::Checklist(list) => {
                let open = list.steps().filter(|step| !self.was_done(case, &step.id));
                open.map(|step| Open { title: with_blanks(&step.title), reachable: true }).collect()
            }
        }
    }

    /// The nodes the conversation can still come to, nearest first.
    fn ahead(&self, graph: &'a Graph, case: &Case<'_>, visited: &BTreeSet<&str>) -> Vec<&'a str> {
        let last = case.steps().filter_map(|step| Some((step, graph.node(self.node_of(step)?)?))).last();
        let mut queue: VecDeque<&str> = match last {
            None => VecDeque::from([graph.root.as_str()]),
            Some((step, node)) => match &step.answer {
                None => VecDeque::from([node.id.as_str()]),
                Some(answer) => leads_to(node, answer).into(),
            },
        };
        let mut ahead: Vec<&str> = Vec::new();
        while let Some(id) = queue.pop_front() {
            if ahead.contains(&id) {
                continue;
            }
            ahead.push(id);
            // Behind what was worked already the way is known.
            if let Some(node) =
                graph.node(id).filter(|node| !visited.contains(node.id.as_str()) || ahead.len() == 1)
            {
                queue.extend(node.successors());
            }
        }
        ahead
    }

    /// Whether that node was worked, and not only put off.
    fn was_done(&self, case: &Case<'_>, node: &str) -> bool {
        case.answered()
            .any(|(step, answer)| self.node_of(step) == Some(node) && answer.kind != VerdictKind::CannotNow)
    }

    fn node_of<'b>(&self, step: &'b AiStep) -> Option<&'b str> {
        match &step.proposal.source {
            StepSource::Flow { tree_id, node_id, .. } if *tree_id == self.id => Some(node_id),
            _ => None,
        }
    }
}

/// Where an answer leads; everywhere the node can lead where it does not say.
fn leads_to<'a>(node: &'a Node, answer: &Answer) -> Vec<&'a str> {
    let chosen = node.options.iter().find(|option| Some(&option.label) == answer.label.as_ref());
    match chosen {
        Some(option) => vec![option.next.as_str()],
        None => node.successors().collect(),
    }
}
