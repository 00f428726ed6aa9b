//! What is told: reasons, what was tried, what fixed it. Short, in plain English.

use std::fmt::Write as _;

use rf_kernel::TreeId;
use rf_sessions::ai::{AiStep, Proposal, StepKind, StepSource, Verdict, VerdictKind};

pub(super) use super::state::percent;
use crate::Reading;

/// How the question begins that asks for a step's result.
pub(super) const SEEN: &str = "What did you see? ";
/// Signatures explained at once.
const MOST_SIGNATURES: usize = 3;

/// Reasons as the rest of a sentence; nothing when there are none.
pub(super) fn because(reasons: &[String]) -> String {
    let reasons: Vec<&str> = reasons.iter().take(2).map(|reason| reason.trim_end_matches('.')).collect();
    if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) }
}

/// A title as a sentence.
pub(super) fn closed(title: &str) -> String {
    if title.ends_with(['.', '?', '!']) { title.to_owned() } else { format!("{title}.") }
}

/// What the known error signatures of a text mean.
pub(super) fn signatures(reading: &Reading) -> Option<String> {
    let known =
        reading.signatures.iter().filter_map(|found| found.meaning.map(|meaning| (&found.code, meaning)));
    let lines: Vec<String> =
        known.take(MOST_SIGNATURES).map(|(code, meaning)| format!("`{code}`: {meaning}.")).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Why the next step follows on that verdict.
pub(super) fn after(step: &Proposal, verdict: &Verdict) -> String {
    let title = &step.title;
    match verdict.kind {
        VerdictKind::Answered => match said(step, verdict) {
            Some(said) => format!("You answered “{said}” to “{title}”."),
            None => format!("It follows on “{title}”."),
        },
        VerdictKind::Worked => format!("“{title}” is done."),
        VerdictKind::DidNotWork => format!("“{title}” did not help."),
        VerdictKind::NotApplicable => match &verdict.reason {
            Some(reason) => format!("“{title}” does not apply: {reason}"),
            None => format!("“{title}” does not apply."),
        },
        VerdictKind::CannotNow => format!("“{title}” is put off."),
    }
}

/// Why a verdict moves the score.
pub(super) fn weighed(step: &Proposal, verdict: &Verdict) -> String {
    let title = &step.title;
    match verdict.kind {
        VerdictKind::Answered => format!("“{title}” could be answered."),
        VerdictKind::Worked => format!("“{title}” showed what was hoped for."),
        VerdictKind::DidNotWork => format!("“{title}” did not help."),
        VerdictKind::NotApplicable => format!("“{title}” does not apply."),
        VerdictKind::CannotNow => format!("“{title}” could not be done."),
    }
}

/// The answer in words: the option's label, or what was written.
fn said<'a>(step: &'a Proposal, verdict: &'a Verdict) -> Option<&'a str> {
    let label = verdict.option_id.as_ref().and_then(|id| {
        let option = step.options.iter().find(|option| option.id == *id);
        option.map(|option| option.label.as_str())
    });
    label.or(verdict.notes.as_deref())
}

/// A step that counts, with what became of it.
struct Told<'a> {
    step: &'a Proposal,
    kind: VerdictKind,
    said: Option<String>,
    reason: Option<&'a str>,
}

/// The answered steps that count, in order; the open one with the verdict of this turn.
fn told<'a>(
    steps: &'a [AiStep],
    open: Option<&'a AiStep>,
    verdict: Option<&'a Verdict>,
) -> impl Iterator<Item = Told<'a>> {
    let open_id = open.map(|step| step.id);
    let before =
        steps.iter().filter(move |step| !step.withdrawn && (verdict.is_none() || Some(step.id) != open_id));
    let before = before.filter_map(|step| {
        let answer = step.answer.as_ref()?;
        let said = answer.label.clone().or_else(|| answer.notes.clone());
        Some(Told { step: &step.proposal, kind: answer.kind, said, reason: answer.reason.as_deref() })
    });
    let now = open.zip(verdict).map(|(step, verdict)| Told {
        step: &step.proposal,
        kind: verdict.kind,
        said: said(&step.proposal, verdict).map(str::to_owned),
        reason: verdict.reason.as_deref(),
    });
    before.chain(now)
}

/// What was tried, as a list.
pub(super) fn tried(steps: &[AiStep], open: Option<&AiStep>, verdict: Option<&Verdict>) -> String {
    let mut list = String::new();
    for told in told(steps, open, verdict) {
        if told.step.source == StepSource::Candidates || told.step.kind == StepKind::Escalation {
            continue;
        }
        let result = match (told.kind, &told.said, told.reason) {
            (VerdictKind::Answered, Some(said), _) => said.clone(),
            (VerdictKind::Answered, None, _) => "answered".to_owned(),
            (VerdictKind::Worked, ..) => "worked".to_owned(),
            (VerdictKind::DidNotWork, ..) => "did not help".to_owned(),
            (VerdictKind::NotApplicable, _, Some(reason)) => format!("does not apply, {reason}"),
            (VerdictKind::NotApplicable, _, None) => "does not apply".to_owned(),
            (VerdictKind::CannotNow, ..) => "not done yet".to_owned(),
        };
        let title = told.step.title.strip_prefix(SEEN).unwrap_or(&told.step.title);
        let _ = writeln!(list, "- {title}: {result}");
    }
    if list.is_empty() { "Nothing yet.".to_owned() } else { list.trim_end().to_owned() }
}

/// What the resolution may say: the last thing that was done, and what the end says of itself.
pub(super) fn resolution(
    steps: &[AiStep],
    open: Option<&AiStep>,
    verdict: Option<&Verdict>,
    end: &Proposal,
) -> String {
    let done = |told: &Told<'_>| {
        told.step.kind == StepKind::Action && matches!(told.kind, VerdictKind::Answered | VerdictKind::Worked)
    };
    let last = told(steps, open, verdict).filter(done).last();
    let fixed = last.map(|told| told.step.note.clone().unwrap_or_else(|| closed(&told.step.title)));
    let ended = if end.kind == StepKind::Outcome { end.note.clone() } else { None };
    let mut parts: Vec<String> = fixed.into_iter().chain(ended).collect();
    parts.dedup();
    if parts.is_empty() { "The problem is gone.".to_owned() } else { parts.join(" ") }
}

/// Whether a checklist's step was done.
pub(super) fn is_done(
    steps: &[AiStep],
    open: Option<&AiStep>,
    verdict: Option<&Verdict>,
    tree: TreeId,
    id: &str,
) -> bool {
    told(steps, open, verdict).any(|told| {
        let of = matches!(&told.step.source, StepSource::Flow { tree_id, node_id, .. } if *tree_id == tree && node_id == id);
        of && matches!(told.kind, VerdictKind::Answered | VerdictKind::Worked | VerdictKind::NotApplicable)
    })
}
