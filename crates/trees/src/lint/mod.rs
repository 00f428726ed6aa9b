//! Lint: what stands in the way of publishing a flow, and what would make it better.
//!
//! Linear in nodes, links and text. Nothing here recurses, so no flow, however shaped, can overflow the stack.
//! A message never repeats a text of the flow: what may be a secret must not travel into logs and answers.

mod checklist;
mod graph;
mod intake;
mod paths;
mod rules;
mod secrets;
mod step;
mod variables;

use serde::{Deserialize, Serialize};

use crate::{FlowDraft, Structure, TreeType, limits};
use rules::rule;
use step::Field as TextField;

pub use rules::{LINT_RULES, LintRule};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The flow cannot be published.
    Error,
    /// It can, but should not yet.
    Warning,
    /// Worth a look.
    Info,
}

/// One thing lint found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LintFinding {
    /// How much it matters.
    pub severity: Severity,
    /// Which rule of [`LINT_RULES`].
    pub code: &'static str,
    /// What is wrong and what to do about it.
    pub message: String,
    /// The node, step or section; `None` = the flow itself.
    pub node_id: Option<String>,
}

/// What lint found: errors first, then warnings, then infos, each in the order of the flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintReport {
    /// All of it, up to 1,000 findings of each severity.
    pub findings: Vec<LintFinding>,
}

impl LintReport {
    /// Whether the flow may be published: no errors.
    #[must_use]
    pub fn can_publish(&self) -> bool {
        self.errors().next().is_none()
    }

    /// What stands in the way of publishing.
    pub fn errors(&self) -> impl Iterator<Item = &LintFinding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

/// Checks a flow. What a draft may not have at all is [`FlowDraft::check`]'s question.
#[must_use]
pub fn lint(draft: &FlowDraft) -> LintReport {
    let mut found = Findings::default();
    let mut variables = intake::check(&draft.intake_form, &mut found);
    head(draft, &mut found);
    match (&draft.structure, draft.tree_type) {
        (Structure::Graph(graph), TreeType::Troubleshooting) => {
            graph::check(graph, &mut variables, &mut found);
        }
        (Structure::Checklist(list), TreeType::Procedural | TreeType::Maintenance) => {
            checklist::check(list, draft.tree_type, &mut variables, &mut found);
        }
        _ => found.add(
            rule::WRONG_STRUCTURE,
            None,
            format!("The body is not the one of a {} flow. Correct the type or the body.", draft.tree_type),
        ),
    }
    for name in variables.unused() {
        found.add(
            rule::UNUSED_VARIABLE,
            None,
            format!(
                "The variable {} is never used. Use it in a text, ask for it at a step, or remove it.",
                quoted(name)
            ),
        );
    }
    found.finish()
}

/// What stands above the steps.
fn head(draft: &FlowDraft, found: &mut Findings) {
    let description = draft.description.as_deref().unwrap_or_default();
    if description.trim().is_empty() {
        found.add(
            rule::MISSING_DESCRIPTION,
            None,
            "The flow has no description. Say in a sentence or two when to use it.".into(),
        );
    }
    TextField { name: "name", most: limits::NAME }.check(None, &draft.name, found);
    TextField { name: "description", most: limits::DESCRIPTION }.check(None, description, found);
    match draft.structure.step_count() {
        count if count > limits::STEPS => {
            let most = limits::STEPS;
            let message = format!(
                "The flow has {count} steps, and at most {most} are kept. Split it into several flows."
            );
            found.add(rule::TOO_MANY_STEPS, None, message);
        }
        count if count > MANY_STEPS => {
            let message = format!(
                "The flow has {count} steps: hard to keep right. Consider several flows, one for each problem."
            );
            found.add(rule::MANY_STEPS, None, message);
        }
        _ => {}
    }
}

/// Steps beyond which nobody oversees a flow any more; the starter flows have a few dozen.
const MANY_STEPS: usize = 200;

/// Findings in the making. Bounded, because a hostile draft could earn hundreds of thousands.
#[derive(Default)]
struct Findings {
    list: Vec<LintFinding>,
    counts: [usize; 3],
}

/// The most findings of one severity that are listed.
const MAX_FINDINGS: usize = 1_000;

impl Findings {
    fn add(&mut self, rule: LintRule, node_id: Option<&str>, message: String) {
        let count = &mut self.counts[rule.severity as usize];
        *count += 1;
        if *count <= MAX_FINDINGS {
            let node_id = node_id.map(|id| clipped(id).to_owned());
            self.list.push(LintFinding { severity: rule.severity, code: rule.code, message, node_id });
        }
    }

    fn finish(mut self) -> LintReport {
        let left_out: usize = self.counts.iter().map(|count| count.saturating_sub(MAX_FINDINGS)).sum();
        if left_out > 0 {
            let LintRule { severity, code, .. } = rule::MORE_FINDINGS;
            let message = format!("{left_out} more findings are not listed. Correct these first.");
            self.list.push(LintFinding { severity, code, message, node_id: None });
        }
        self.list.sort_by_key(|finding| finding.severity);
        LintReport { findings: self.list }
    }
}

/// An id or variable name for a message.
fn quoted(name: &str) -> String {
    format!("{:?}", clipped(name))
}

/// At most as much of an id as a well-formed one has.
fn clipped(id: &str) -> &str {
    id.char_indices().nth(limits::ID).map_or(id, |(end, _)| &id[..end])
}

/// Whether `id` is one: `a-z 0-9 - _`, 1 to 64 characters.
fn is_id(id: &str) -> bool {
    (1..=limits::ID).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests;
