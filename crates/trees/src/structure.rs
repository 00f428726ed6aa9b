//! What a flow is made of.
//!
//! A troubleshooting flow is a graph of nodes; procedural and maintenance flows are a checklist of sections
//! with steps, the latter with default targets. The JSON of [`Structure`] is the wire's `tree_structure`.

use std::{collections::HashMap, fmt, str::FromStr};

use rf_kernel::{Failure, FieldError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The three types of flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TreeType {
    /// A branching decision tree.
    Troubleshooting,
    /// A checklist done once: onboarding, migration, deployment.
    Procedural,
    /// A checklist done again and again over many targets.
    Maintenance,
}

impl TreeType {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Troubleshooting => "troubleshooting",
            Self::Procedural => "procedural",
            Self::Maintenance => "maintenance",
        }
    }
}

impl fmt::Display for TreeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TreeType {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        [Self::Troubleshooting, Self::Procedural, Self::Maintenance]
            .into_iter()
            .find(|t| t.as_str() == s)
            .ok_or_else(|| format!("unknown flow type {s:?}"))
    }
}

/// The body of a flow, by its type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Structure {
    /// Of a troubleshooting flow.
    Graph(Graph),
    /// Of a procedural or maintenance flow.
    Checklist(Checklist),
}

/// A troubleshooting flow's nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// Id of the node a session starts at.
    pub root: String,
    /// All nodes, in the order the author keeps them.
    pub nodes: Vec<Node>,
}

/// A checklist's sections.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// In the order they are worked through.
    pub sections: Vec<Section>,
    /// Labels a batch is offered by default; maintenance flows only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
}

/// What a node is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NodeType {
    /// Asks; the answer decides the branch.
    Question,
    /// Something the engineer does.
    Action,
    /// Something the engineer needs to know or tell.
    Instruction,
    /// An end: the work is finished.
    Outcome,
    /// An end: somebody else takes over.
    Escalation,
}

impl NodeType {
    /// Whether a session ends here.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Outcome | Self::Escalation)
    }
}

/// How an outcome node ends the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// Fixed.
    Resolved,
    /// The user can work, the cause remains.
    Workaround,
    /// Not fixed.
    Unresolved,
    /// Handed over.
    Escalated,
}

/// One node of a troubleshooting flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique in the flow: `a-z 0-9 - _`, at most 64.
    pub id: String,
    /// What it is for.
    #[serde(rename = "type")]
    pub node_type: NodeType,
    /// The question itself, or what to do, in a line.
    pub title: String,
    /// How to do it, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Shown before the step when it can do harm, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Commands to run, with what their output means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Script>,
    /// Variables asked for at this step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<String>,
    /// What to collect and keep with the ticket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// How long it usually takes, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 4294967295u64))]
    pub expected_minutes: Option<u32>,
    /// The sentence the ticket note gets when this step was passed; safe for the client to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Answers, each with where it leads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChoiceOption>,
    /// Where an action or instruction without options leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How an outcome node ends the work; `resolved` when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeKind>,
}

impl Node {
    /// The ids this node can lead to.
    pub fn successors(&self) -> impl Iterator<Item = &str> {
        self.options.iter().map(|o| o.next.as_str()).chain(self.next.as_deref())
    }
}

/// One answer of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// Unique in the node; the option's position, counted from 1, when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the engineer picks.
    pub label: String,
    /// Id of the node it leads to.
    pub next: String,
    /// The sentence the ticket note gets for this answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A part of a checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique among sections.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// In the order they are usually done.
    pub steps: Vec<Step>,
}

/// One step of a checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Unique in the flow.
    pub id: String,
    /// What to do, in a line.
    pub title: String,
    /// How to do it, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Shown before the step when it can do harm, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Commands to run, with what their output means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Script>,
    /// Variables asked for at this step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<String>,
    /// What to collect and keep with the ticket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// How long it usually takes, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 4294967295u64))]
    pub expected_minutes: Option<u32>,
    /// The sentence the ticket note gets when this step was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether the work counts as resolved without it.
    #[serde(default = "yes")]
    pub required: bool,
}

const fn yes() -> bool {
    true
}

/// What a script is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScriptLanguage {
    /// PowerShell.
    Powershell,
    /// The Windows command prompt.
    Cmd,
    /// A Unix shell.
    Bash,
    /// Not code: a path, a setting, a template.
    Text,
}

/// Commands attached to a step. Copied and logged by people, never run by us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What it is written in.
    pub language: ScriptLanguage,
    /// The commands.
    pub text: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What its output means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<ScriptOutput>,
}

/// One thing a script may print, and what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScriptOutput {
    /// What you see.
    pub when: String,
    /// What it means.
    pub means: String,
}

impl Graph {
    /// The node with that id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// Follows all ways at once, step by step: each node holds the share of the runs that are at it, and hands
    /// it on in equal parts. Loops keep ever smaller shares; what is left after a while does not count.
    fn mean_minutes(&self) -> Option<u32> {
        /// Runs still under way that may be ignored, or that mean a loop has no way out.
        const FEW: f64 = 0.01;
        const MOST_ROUNDS: usize = 500;
        let positions: HashMap<&str, usize> =
            self.nodes.iter().enumerate().map(|(position, node)| (node.id.as_str(), position)).collect();
        let links = |node: &Node| -> Vec<usize> {
            let next = node.successors().filter(|_| !node.node_type.is_end());
            next.filter_map(|id| positions.get(id).copied()).collect()
        };
        let links: Vec<Vec<usize>> = self.nodes.iter().map(links).collect();
        let mut shares = vec![0.0_f64; self.nodes.len()];
        let mut here = vec![*positions.get(self.root.as_str())?];
        shares[here[0]] = 1.0;
        let mut minutes = 0.0;
        for _ in 0..MOST_ROUNDS {
            let mut arrivals = Vec::new();
            for position in here {
                let share = std::mem::take(&mut shares[position]);
                minutes += share * f64::from(self.nodes[position].expected_minutes.unwrap_or(0));
                let part = share / f64::from(u32::try_from(links[position].len()).unwrap_or(u32::MAX));
                arrivals.extend(links[position].iter().map(|&next| (next, part)));
            }
            here = Vec::new();
            for (next, part) in arrivals {
                if shares[next] == 0.0 {
                    here.push(next);
                }
                shares[next] += part;
            }
            if here.iter().map(|&position| shares[position]).sum::<f64>() < FEW {
                // `as` stays in range.
                return Some(minutes.round() as u32);
            }
        }
        None
    }
}

impl ChoiceOption {
    /// The id answers name this option by: its own, else its position counted from 1.
    #[must_use]
    pub fn effective_id(&self, index: usize) -> String {
        self.id.clone().unwrap_or_else(|| (index + 1).to_string())
    }
}

impl Checklist {
    /// All steps in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.sections.iter().flat_map(|section| &section.steps)
    }

    /// The step with that id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps().find(|step| step.id == id)
    }
}

impl Structure {
    /// Reads the wire form for a flow of that type.
    ///
    /// # Errors
    /// `validation_failed`, naming the path inside `tree_structure`.
    pub fn from_json(tree_type: TreeType, json: &Value) -> Result<Self, Failure> {
        fn read<T: serde::de::DeserializeOwned>(json: &Value) -> Result<T, Failure> {
            serde_path_to_error::deserialize(json).map_err(|error| {
                let path = error.path().to_string();
                let loc =
                    if path == "." { "tree_structure".to_owned() } else { format!("tree_structure.{path}") };
                Failure::invalid(vec![FieldError {
                    loc,
                    code: "wrong_shape",
                    message: error.into_inner().to_string(),
                }])
            })
        }
        match tree_type {
            TreeType::Troubleshooting => read(json).map(Self::Graph),
            TreeType::Procedural | TreeType::Maintenance => read(json).map(Self::Checklist),
        }
    }

    /// Reads what was kept: as [`Structure::from_json`], but at once from the text, and without the path of a fault.
    ///
    /// # Errors
    /// When the stored text is not a body of ours.
    pub fn from_stored(tree_type: TreeType, json: &str) -> Result<Self, serde_json::Error> {
        match tree_type {
            TreeType::Troubleshooting => serde_json::from_str(json).map(Self::Graph),
            TreeType::Procedural | TreeType::Maintenance => serde_json::from_str(json).map(Self::Checklist),
        }
    }

    /// How many nodes or steps it has.
    #[must_use]
    pub fn step_count(&self) -> usize {
        match self {
            Self::Graph(graph) => graph.nodes.len(),
            Self::Checklist(list) => list.steps().count(),
        }
    }

    /// Minutes a run is expected to take, of the steps that say so: all steps of a checklist; for a graph the
    /// mean over the ways through it, every answer of a question equally likely. `None` when no step on them
    /// says so, or when the ways do not end.
    #[must_use]
    pub fn expected_minutes(&self) -> Option<u32> {
        let minutes = match self {
            Self::Graph(graph) => graph.mean_minutes()?,
            Self::Checklist(list) => {
                let known = list.steps().filter_map(|step| step.expected_minutes);
                known.fold(0, u32::saturating_add)
            }
        };
        (minutes > 0).then_some(minutes)
    }

    /// The title of a node or step.
    #[must_use]
    pub fn title_of(&self, id: &str) -> Option<&str> {
        match self {
            Self::Graph(graph) => graph.node(id).map(|node| node.title.as_str()),
            Self::Checklist(list) => list.step(id).map(|step| step.title.as_str()),
        }
    }

    /// Every text a reader may see, for search and lint: `(node or step id, text)`.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let mut texts = Vec::new();
        match self {
            Self::Graph(graph) => {
                for node in &graph.nodes {
                    push_texts(
                        &mut texts,
                        &node.id,
                        &[Some(&node.title), node.body.as_ref(), node.warning.as_ref(), node.note.as_ref()],
                        &node.scripts,
                        &node.evidence,
                    );
                    for option in &node.options {
                        texts.push((node.id.as_str(), option.label.as_str()));
                        texts.extend(option.note.as_deref().map(|note| (node.id.as_str(), note)));
                    }
                }
            }
            Self::Checklist(list) => {
                for section in &list.sections {
                    texts.push((section.id.as_str(), section.title.as_str()));
                    for step in &section.steps {
                        push_texts(
                            &mut texts,
                            &step.id,
                            &[
                                Some(&step.title),
                                step.body.as_ref(),
                                step.warning.as_ref(),
                                step.note.as_ref(),
                            ],
                            &step.scripts,
                            &step.evidence,
                        );
                    }
                }
            }
        }
        texts
    }
}

fn push_texts<'a>(
    texts: &mut Vec<(&'a str, &'a str)>,
    id: &'a str,
    plain: &[Option<&'a String>],
    scripts: &'a [Script],
    evidence: &'a [String],
) {
    texts.extend(plain.iter().flatten().map(|text| (id, text.as_str())));
    for script in scripts {
        texts.push((id, script.text.as_str()));
        texts.extend(script.title.as_deref().map(|title| (id, title)));
        for output in &script.outputs {
            texts.push((id, output.when.as_str()));
            texts.push((id, output.means.as_str()));
        }
    }
    texts.extend(evidence.iter().map(|text| (id, text.as_str())));
}

#[cfg(test)]
mod tests;
