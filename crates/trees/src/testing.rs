//! Small things the tests of several modules build.

use crate::{FlowDraft, Graph, IntakeForm, Node, NodeType, Structure, TreeType};

pub(crate) fn node(id: impl Into<String>, node_type: NodeType, title: &str) -> Node {
    Node {
        id: id.into(),
        node_type,
        title: title.into(),
        body: None,
        warning: None,
        scripts: vec![],
        ask: vec![],
        evidence: vec![],
        expected_minutes: None,
        note: None,
        options: vec![],
        next: None,
        outcome: None,
    }
}

/// A troubleshooting flow that starts at its first node.
pub(crate) fn flow_of(nodes: Vec<Node>) -> FlowDraft {
    FlowDraft {
        name: "Test".into(),
        description: Some("For a test.".into()),
        category: None,
        tags: vec![],
        tree_type: TreeType::Troubleshooting,
        structure: Structure::Graph(Graph {
            root: nodes.first().map_or("", |node| &node.id).to_owned(),
            nodes,
        }),
        intake_form: IntakeForm::default(),
    }
}

/// One that can be published.
pub(crate) fn good_flow() -> FlowDraft {
    let mut first = node("a", NodeType::Action, "Restart it");
    first.next = Some("b".into());
    flow_of(vec![first, node("b", NodeType::Escalation, "Call the vendor")])
}
