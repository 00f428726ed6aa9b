//! The note for the client: what they reported, what was done, how it ended. Nothing internal: a sentence that would
//! give away a host, an address, a code or a command is left out.

use rf_sessions::ai::{FixStatus, StepKind, VerdictKind};

use super::{
    DocumentSection, Sentence, facts,
    render::{Writer, ended, handed_over, id, says, section},
};

pub(super) fn sections(writer: &Writer<'_>) -> Vec<DocumentSection> {
    let mut parts = [
        section("What you reported", reported(writer)),
        section("What we did", done(writer)),
        section("Where it stands", stands(writer)),
    ];
    for part in &mut parts {
        part.sentences.retain(|sentence| !facts::is_internal(&sentence.text) && !has_gap(&sentence.text));
    }
    parts.into()
}

/// Whether a name to fill in was never filled in.
fn has_gap(text: &str) -> bool {
    text.split_once('[').is_some_and(|(_, rest)| rest.contains(']'))
}

fn reported(writer: &Writer<'_>) -> Vec<Sentence> {
    let source = if writer.has("intake") { "intake" } else { "log" };
    writer
        .problem_line()
        .into_iter()
        .map(|problem| says(format!("You reported: {problem}"), [source]))
        .collect()
}

/// The sentences flows keep for the client, of what was really done.
fn done(writer: &Writer<'_>) -> Vec<Sentence> {
    let mut list = Vec::new();
    for (step, kind) in writer.steps() {
        let is_end = matches!(step.proposal.kind, StepKind::Outcome | StepKind::Escalation);
        let Some(note) = step.proposal.note.as_deref().filter(|_| !is_end) else { continue };
        match kind {
            VerdictKind::Answered | VerdictKind::Worked => list.push(says(ended(note), [id(step)])),
            VerdictKind::DidNotWork => {
                list.push(says(format!("{} It did not help.", ended(note)), [id(step)]));
            }
            VerdictKind::NotApplicable | VerdictKind::CannotNow => {}
        }
    }
    list
}

fn stands(writer: &Writer<'_>) -> Vec<Sentence> {
    let mut list = Vec::new();
    let session = writer.session();
    if let Some(step) = writer.confirmed() {
        let note = step.proposal.note.as_deref().unwrap_or("The problem is fixed.");
        list.push(says(ended(note), [id(step)]));
    } else if writer.is_over() && writer.has("resolution") {
        let summary = ended(session.resolution_summary.as_deref().unwrap_or_default());
        let text = if facts::is_internal(&summary) { "The problem is fixed.".to_owned() } else { summary };
        list.push(says(text, ["resolution"]));
    }
    for (fix, id) in writer.fixes() {
        if matches!(fix.status, FixStatus::AppliedPending | FixStatus::Verifying) {
            let text = "The fix is provisional: whether it helped is not verified yet.";
            list.push(says(text, [id]));
        }
    }
    for (step, kind) in writer.steps() {
        if handed_over(step, kind) {
            list.push(says("The problem is not fixed yet and was handed over.", [id(step)]));
        }
    }
    if list.is_empty()
        && !writer.is_over()
        && let Some(open) = writer.case.steps.last().filter(|step| step.is_open())
    {
        list.push(says("The problem is not fixed yet.", [id(open)]));
    }
    list
}
