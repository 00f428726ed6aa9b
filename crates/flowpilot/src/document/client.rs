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
    let line = writer.problem_line().map(|problem| {
        let told = format!("You reported: {problem}");
        if facts::is_internal(&told) { "You reported a problem.".to_owned() } else { told }
    });
    line.map(|line| says(line, [source])).into_iter().collect()
}

/// What was really done: in the sentence the flow keeps for the client, else by its title.
fn done(writer: &Writer<'_>) -> Vec<Sentence> {
    let mut list = Vec::new();
    for (step, kind) in writer.steps() {
        let is_work = matches!(step.proposal.kind, StepKind::Action | StepKind::Check);
        let title = ended(&step.proposal.title);
        let text = match (kind, step.proposal.note.as_deref(), step.proposal.kind) {
            (_, _, StepKind::Outcome | StepKind::Escalation) => continue,
            (VerdictKind::Answered | VerdictKind::Worked, Some(note), _) => ended(note),
            (VerdictKind::DidNotWork, Some(note), _) => format!("{} It did not help.", ended(note)),
            (VerdictKind::Answered | VerdictKind::Worked, None, _) if is_work => format!("Done: {title}"),
            (VerdictKind::DidNotWork, None, _) if is_work => format!("Tried, did not help: {title}"),
            _ => continue,
        };
        list.push(says(text, [id(step)]));
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
    if session.in_transit()
        && writer.has("escalation")
        && !writer.steps().any(|(step, kind)| handed_over(step, kind))
    {
        list.push(says("The problem is not fixed yet and was handed over.", ["escalation"]));
    }
    if list.is_empty()
        && !writer.is_over()
        && let Some(open) = writer.case.steps.last().filter(|step| step.is_open())
    {
        list.push(says("The problem is not fixed yet.", [id(open)]));
    }
    list
}
