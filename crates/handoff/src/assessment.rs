//! What may be wrong, weighed without a model: what points to it, what speaks against it, what to do next.

use rf_sessions::ai::{FixStatus, StepKind, VerdictKind};
use serde::{Deserialize, Serialize};

use crate::{Case, MatchedFlow, quality_of};

/// What weighs where no model is asked.
pub const OFFLINE_ENGINE: &str = "offline";

/// Causes named at most: nobody reads more.
const MOST_CAUSES: usize = 5;
/// Of them from the flow.
const MOST_OF_FLOW: usize = 3;
/// Steps suggested at most.
const MOST_STEPS: usize = 6;

/// Something that may be the cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hypothesis {
    /// What, in a sentence.
    pub cause: String,
    /// What points to it.
    pub evidence_for: Vec<String>,
    /// What speaks against it.
    pub evidence_against: Vec<String>,
}

/// What may be wrong and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// What may be the cause, likeliest first.
    pub likely: Vec<Hypothesis>,
    /// What to do next, first things first.
    pub suggested_steps: Vec<String>,
    /// What weighed it: `offline`, or a model's name.
    pub engine: String,
    /// The problem, what is certain and what is open, where a model says it.
    #[serde(default)]
    pub summary: Option<String>,
    /// Why no model weighed it, where one was asked.
    #[serde(default)]
    pub engine_reason: Option<String>,
}

impl Assessment {
    /// The same as one text, in Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.summary.as_ref().map(|summary| format!("{summary}\n\n")).unwrap_or_default();
        for likely in &self.likely {
            text.push_str(&format!("- {}\n", likely.cause));
            for (word, evidence) in [("For", &likely.evidence_for), ("Against", &likely.evidence_against)] {
                for line in evidence {
                    text.push_str(&format!("  - {word}: {line}\n"));
                }
            }
        }
        if self.likely.is_empty() {
            text.push_str("Nothing on record points to a cause yet.\n");
        }
        if !self.suggested_steps.is_empty() {
            text.push_str("\nDo next:\n");
            for (step, n) in self.suggested_steps.iter().zip(1..) {
                text.push_str(&format!("{n}. {step}\n"));
            }
        }
        text.trim_end().to_owned()
    }
}

/// Weighs a conversation by its steps, its fixes, the error signatures in it and the flow it followed. The same
/// conversation gives the same words.
#[must_use]
pub fn assess(case: &Case<'_>, flow: Option<MatchedFlow<'_>>) -> Assessment {
    let mut likely = of_fixes(case);
    likely.extend(of_signatures(case));
    likely.extend(flow.iter().flat_map(|flow| of_flow(case, flow)));
    likely.truncate(MOST_CAUSES);
    let mut suggested_steps = next_steps(case, flow);
    suggested_steps.truncate(MOST_STEPS);
    let engine = OFFLINE_ENGINE.to_owned();
    Assessment { likely, suggested_steps, engine, summary: None, engine_reason: None }
}

/// A fix that waits is what leads (FIX-07), then those that helped in part.
fn of_fixes(case: &Case<'_>) -> Vec<Hypothesis> {
    let mut likely = Vec::new();
    if let Some(fix) = case.pending_fix() {
        let awaited = fix.pending_reason.iter().map(|awaited| format!("Waiting for: {awaited}"));
        let against = case.answered().filter(|(step, answer)| {
            answer.kind == VerdictKind::DidNotWork
                && fix.applied_at.is_some_and(|at| answer.at > at)
                && step.step_order > fix.step_order
        });
        likely.push(Hypothesis {
            cause: format!("“{}” is in place; nobody knows yet whether it holds.", fix.title),
            evidence_for: awaited.collect(),
            evidence_against: against
                .map(|(step, _)| {
                    format!("The problem was still there after “{}”, which came later.", step.proposal.title)
                })
                .collect(),
        });
    }
    for fix in case.fixes.iter().filter(|fix| fix.status == FixStatus::AppliedPartial) {
        likely.push(Hypothesis {
            cause: format!("“{}” helped in part: something else is wrong too.", fix.title),
            evidence_for: fix.partial_notes.iter().cloned().collect(),
            evidence_against: vec!["The problem is still there.".to_owned()],
        });
    }
    likely
}

fn of_signatures(case: &Case<'_>) -> Vec<Hypothesis> {
    let known = case.signatures.iter().filter_map(|found| Some((found, found.meaning.as_ref()?)));
    known
        .map(|(found, meaning)| Hypothesis {
            cause: format!("{}: {meaning}", found.code),
            evidence_for: vec![format!("{} was reported.", found.code)],
            evidence_against: failed_about(case, meaning),
        })
        .collect()
}

/// Steps that did not help and speak of the same thing.
fn failed_about(case: &Case<'_>, text: &str) -> Vec<String> {
    let telling = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 4);
        words.map(str::to_lowercase).collect()
    };
    let about = telling(text);
    let failed = case.answered().filter(|(step, answer)| {
        answer.kind == VerdictKind::DidNotWork
            && telling(&step.proposal.title).iter().filter(|word| about.contains(word)).count() > 1
    });
    failed.map(|(step, _)| format!("“{}” did not help.", step.proposal.title)).collect()
}

/// What the flow would still do; what the answers led to comes first, with the answers that led there.
fn of_flow(case: &Case<'_>, flow: &MatchedFlow<'_>) -> Vec<Hypothesis> {
    let answers: Vec<String> = case
        .answered()
        .filter(|(step, _)| step.proposal.kind == StepKind::Question)
        .filter_map(|(step, answer)| Some(format!("{} {}", step.proposal.title, answer.label.as_ref()?)))
        .collect();
    let open = flow.open_actions(case).into_iter().take(MOST_OF_FLOW);
    open.map(|open| Hypothesis {
        cause: if open.reachable {
            format!("“{}” was not tried yet. The flow “{}” leads there.", open.title, flow.name)
        } else {
            format!("“{}” was not tried: the answers led the flow “{}” elsewhere.", open.title, flow.name)
        },
        evidence_for: if open.reachable { answers.clone() } else { Vec::new() },
        evidence_against: if open.reachable { Vec::new() } else { answers.clone() },
    })
    .collect()
}

/// What to do: look at what waits, what was asked last, what was put off, what the flow has left, and what nobody has
/// said yet.
fn next_steps(case: &Case<'_>, flow: Option<MatchedFlow<'_>>) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(fix) = case.pending_fix() {
        steps.push(match &fix.pending_reason {
            Some(awaited) => format!("See whether “{}” helped ({awaited}).", fix.title),
            None => format!("See whether “{}” helped.", fix.title),
        });
    }
    if let Some(open) = case
        .steps
        .iter()
        .rfind(|step| step.is_open())
        .filter(|open| open.proposal.kind != StepKind::Escalation)
    {
        steps.push(open.proposal.title.clone());
    }
    for (step, _) in case.answered().filter(|(_, answer)| answer.kind == VerdictKind::CannotNow) {
        steps.push(format!("Go back to “{}”: it was not possible at the time.", step.proposal.title));
    }
    for open in flow.iter().flat_map(|flow| flow.open_actions(case)).filter(|open| open.reachable) {
        steps.push(open.title);
    }
    let quality = quality_of(case, "");
    steps.extend(quality.asks.iter().filter(|ask| !ask.answered).map(|ask| format!("Ask: {}", ask.question)));
    let mut seen = std::collections::BTreeSet::new();
    steps.retain(|step| seen.insert(step.clone()));
    steps
}
