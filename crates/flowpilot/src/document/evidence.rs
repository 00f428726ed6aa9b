//! What is known of a case.

use rf_kernel::Timestamp;
use rf_sessions::ai::{
    AiSession, AiStep, Answer, FixStatus, MessageRole, StepKind, StepSource, SuggestedFix, VerdictKind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Signature;

/// Characters of an intake or a message kept as evidence; a log is long.
const MOST_TEXT: usize = 20_000;

/// A conversation with all that belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct CaseRecord<'a> {
    /// The conversation.
    pub session: &'a AiSession,
    /// Its steps, in order.
    pub steps: &'a [AiStep],
    /// Its suggested fixes.
    pub fixes: &'a [SuggestedFix],
    /// The error signatures of what came in.
    pub signatures: &'a [Signature],
}

/// What sort of evidence it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// What came in: the text, or the log.
    Intake,
    /// A step, or a fix suggested in it.
    Step,
    /// Something the engineer wrote.
    Message,
    /// An error signature.
    Signature,
    /// The ticket's own fields.
    Ticket,
}

/// What may be claimed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody reported it.
    Reported,
    /// Done or answered, with what was seen.
    Done,
    /// Done, and it helped.
    Worked,
    /// Done, and it did not help.
    DidNotHelp,
    /// Done, and whether it helped shows later.
    Provisional,
    /// Not done: proposed, put off, or it does not apply.
    NotDone,
}

/// One thing that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Unique in the case, stable while nothing before it changes: `intake`, `step-3`, `fix-1`.
    pub id: String,
    /// Its sort.
    pub kind: EvidenceKind,
    /// What it is called.
    pub label: String,
    /// All it says.
    pub text: String,
    /// The step it belongs to.
    pub step_order: Option<i64>,
    /// When it was.
    pub at: Option<Timestamp>,
    /// What may be claimed on it.
    pub standing: Standing,
}

/// All that is known of a case, in the order it became known. Steps withdrawn are not in it, nor is what the copilot
/// said.
#[must_use]
pub fn evidence_of(case: &CaseRecord<'_>) -> Vec<Evidence> {
    let session = case.session;
    let began = Some(session.created_at);
    let mut list = Vec::new();
    let mut reported = |id: &str, kind, label: &str, text: String, at| {
        if !text.trim().is_empty() {
            list.push(Evidence {
                id: id.to_owned(),
                kind,
                label: label.to_owned(),
                text: cut(&text),
                step_order: None,
                at,
                standing: Standing::Reported,
            });
        }
    };
    let intake = [session.intake.text.clone(), session.problem_summary.clone()];
    let intake: Vec<String> = intake.into_iter().flatten().collect();
    reported("intake", EvidenceKind::Intake, "What was reported", intake.join("\n"), began);
    let log = session.intake.log_content.clone().unwrap_or_default();
    reported("log", EvidenceKind::Intake, "Log", log, began);
    reported("ticket", EvidenceKind::Ticket, "Ticket", ticket(session), began);
    for (signature, n) in case.signatures.iter().zip(1..) {
        let meaning = signature.meaning.unwrap_or("not among the known ones");
        let text = format!("{}: {meaning}", signature.code);
        reported(&format!("signature-{n}"), EvidenceKind::Signature, &signature.code, text, began);
    }
    for (message, n) in session.conversation_messages.iter().zip(1..) {
        if message.role == MessageRole::Engineer {
            let text = message.text.clone();
            reported(&format!("message-{n}"), EvidenceKind::Message, "Message", text, Some(message.at));
        }
    }
    let ended = session.resolved_at.or(Some(session.updated_at));
    let resolution = [session.resolution_summary.clone(), session.resolution_action.clone()];
    let resolution: Vec<String> = resolution.into_iter().flatten().collect();
    reported("resolution", EvidenceKind::Message, "Resolution", resolution.join("\n"), ended);
    let reason = session.escalation_reason.clone().unwrap_or_default();
    reported("escalation", EvidenceKind::Message, "Reason for the handover", reason, ended);
    // The resolution is the engineer's word that it is fixed.
    if let Some(resolution) = list.iter_mut().find(|evidence| evidence.id == "resolution") {
        resolution.standing = Standing::Worked;
    }
    list.extend(case.steps.iter().filter(|step| !step.withdrawn).map(of_step));
    let fixes = case.fixes.iter().zip(1..).filter(|(fix, _)| {
        // A fix of a step that was withdrawn counts when somebody applied it all the same.
        let withdrawn = case.steps.iter().any(|step| step.step_order == fix.step_order && step.withdrawn);
        !withdrawn || !matches!(fix.status, FixStatus::Proposed | FixStatus::Dismissed)
    });
    list.extend(fixes.map(|(fix, n)| of_fix(fix, n)));
    list
}

fn ticket(session: &AiSession) -> String {
    let mut parts = Vec::new();
    parts.extend(session.psa_ticket_id.as_ref().map(|ticket| format!("Ticket {ticket}")));
    parts.extend(session.client_name.as_ref().map(|client| format!("Client: {client}")));
    if let Some(data) = &session.intake.ticket_data {
        fields("", data, &mut parts);
    }
    parts.join("\n")
}

/// The fields of a ticket as lines, whatever its PSA calls them.
fn fields(name: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                fields(name, value, into);
            }
        }
        Value::Array(list) => {
            for value in list {
                fields(name, value, into);
            }
        }
        Value::Null => {}
        Value::String(text) => into.push(format!("{name}: {text}")),
        other => into.push(format!("{name}: {other}")),
    }
}

fn of_step(step: &AiStep) -> Evidence {
    let proposal = &step.proposal;
    let standing = standing(step);
    let mut parts = vec![proposal.title.clone()];
    // The whole of an end is advice on how to end, with the proposed resolution in it: no fact.
    let is_end = matches!(proposal.kind, StepKind::Outcome | StepKind::Escalation);
    parts.extend(proposal.body.clone().filter(|_| !is_end && proposal.source != StepSource::Candidates));
    parts.extend(proposal.commands.iter().cloned());
    let may_note = standing != Standing::NotDone && !(is_end && standing == Standing::DidNotHelp);
    parts.extend(proposal.note.clone().filter(|_| may_note));
    if let Some(answer) = &step.answer {
        parts.extend(answer.label.iter().chain(&answer.reason).chain(&answer.notes).cloned());
    }
    Evidence {
        id: format!("step-{}", step.step_order),
        kind: EvidenceKind::Step,
        label: format!("Step {}: {}", step.step_order, proposal.title),
        text: cut(&parts.join("\n")),
        step_order: Some(step.step_order),
        at: Some(step.answer.as_ref().map_or(step.created_at, |answer| answer.at)),
        standing,
    }
}

fn standing(step: &AiStep) -> Standing {
    let Some(Answer { kind, .. }) = &step.answer else { return Standing::NotDone };
    match (kind, step.proposal.kind) {
        // Handing over may be done, and helps nobody yet.
        (VerdictKind::Worked, StepKind::Escalation) | (VerdictKind::Answered, _) => Standing::Done,
        (VerdictKind::Worked, _) => Standing::Worked,
        (VerdictKind::DidNotWork, StepKind::Escalation) => Standing::NotDone,
        (VerdictKind::DidNotWork, _) => Standing::DidNotHelp,
        (VerdictKind::NotApplicable | VerdictKind::CannotNow, _) => Standing::NotDone,
    }
}

fn of_fix(fix: &SuggestedFix, n: usize) -> Evidence {
    let parts =
        [Some(&fix.title), fix.body.as_ref(), fix.pending_reason.as_ref(), fix.partial_notes.as_ref()];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    Evidence {
        id: format!("fix-{n}"),
        kind: EvidenceKind::Step,
        label: format!("Suggested fix: {}", fix.title),
        text: cut(&parts.join("\n")),
        step_order: Some(fix.step_order),
        at: Some(fix.verified_at.or(fix.applied_at).unwrap_or(fix.created_at)),
        standing: match fix.status {
            FixStatus::AppliedSuccess => Standing::Worked,
            FixStatus::AppliedFailed => Standing::DidNotHelp,
            FixStatus::AppliedPartial | FixStatus::AppliedPending | FixStatus::Verifying => {
                Standing::Provisional
            }
            FixStatus::Proposed | FixStatus::Dismissed => Standing::NotDone,
        },
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}
