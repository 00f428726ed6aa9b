//! The conversation as it stood when it was handed over.

use rf_kernel::{FixId, Timestamp};
use rf_sessions::ai::{
    AiSession, AiStep, Answer, ConfidenceTier, FixStatus, MessageRole, StepKind, StepSource, SuggestedFix,
    VerdictKind,
};
use serde::{Deserialize, Serialize};

/// Characters of a note kept in a snapshot; the conversation has the rest.
const MOST_NOTE: usize = 1_000;

/// An error signature found in what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSignature {
    /// The code, such as `0x80070005`.
    pub code: String,
    /// What it means, where that is known.
    pub meaning: Option<String>,
}

/// A conversation with all that belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The conversation.
    pub session: &'a AiSession,
    /// Its steps, in order.
    pub steps: &'a [AiStep],
    /// Its fixes, oldest first.
    pub fixes: &'a [SuggestedFix],
    /// Error signatures in what was said.
    pub signatures: &'a [KnownSignature],
}

impl<'a> Case<'a> {
    /// The steps that count: not withdrawn, and no choice between flows.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &'a AiStep> {
        let aside =
            |source: &StepSource| matches!(source, StepSource::Candidates | StepSource::Handoff { .. });
        self.steps.iter().filter(move |step| !step.withdrawn && !aside(&step.proposal.source))
    }

    /// The steps that count and were answered.
    pub(crate) fn answered(&self) -> impl Iterator<Item = (&'a AiStep, &'a Answer)> {
        self.steps().filter_map(|step| Some((step, step.answer.as_ref()?)))
    }

    /// The newest fix whether it helped is not known of yet (FIX-07).
    pub(crate) fn pending_fix(&self) -> Option<&'a SuggestedFix> {
        let waits =
            |fix: &&SuggestedFix| matches!(fix.status, FixStatus::AppliedPending | FixStatus::Verifying);
        self.fixes.iter().rfind(waits)
    }
}

/// A step that was worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedStep {
    /// Counted from 1 in the conversation.
    pub order: i64,
    /// What it was, in a line.
    pub title: String,
    /// What became of it.
    pub verdict: VerdictKind,
    /// The answer given, what was seen, or why it could not be done.
    pub note: Option<String>,
}

/// A fix that was done and of which it is not known yet whether it helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingFix {
    /// The fix.
    pub id: FixId,
    /// What was done, in a line.
    pub title: String,
    /// What is waited for.
    pub awaiting: Option<String>,
    /// When to look again.
    pub due_at: Option<Timestamp>,
}

/// What was known when the conversation was handed over. Never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoffSnapshot {
    /// The problem in a line.
    pub problem_summary: Option<String>,
    /// What it is about.
    pub problem_domain: Option<String>,
    /// Steps worked.
    pub steps_on_record: i64,
    /// How sure the copilot was.
    pub confidence_tier: ConfidenceTier,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// What was tried, in order.
    pub tried: Vec<TriedStep>,
    /// What was seen, in the order it became known: error signatures, then answers and notes.
    pub seen: Vec<String>,
    /// What is waited for.
    pub pending_fix: Option<PendingFix>,
}

impl HandoffSnapshot {
    /// Of a conversation as it stands.
    #[must_use]
    pub fn of(case: &Case<'_>) -> Self {
        let session = case.session;
        let tried: Vec<TriedStep> = case.answered().map(|(step, answer)| tried(step, answer)).collect();
        Self {
            problem_summary: session.problem_summary.clone(),
            problem_domain: session.problem_domain.clone(),
            steps_on_record: i64::try_from(tried.len()).unwrap_or(i64::MAX),
            confidence_tier: session.confidence_tier,
            psa_ticket_id: session.psa_ticket_id.clone(),
            client_name: session.client_name.clone(),
            tried,
            seen: seen(case),
            pending_fix: case.pending_fix().map(|fix| PendingFix {
                id: fix.id,
                title: fix.title.clone(),
                awaiting: fix.pending_reason.clone(),
                due_at: fix.due_at,
            }),
        }
    }

    /// Whether a step of that title was worked before the handover.
    #[must_use]
    pub fn has_tried(&self, title: &str) -> bool {
        self.tried.iter().any(|tried| tried.title == title)
    }
}

fn tried(step: &AiStep, answer: &Answer) -> TriedStep {
    let parts = [&answer.label, &answer.reason, &answer.notes].into_iter().flatten();
    let note = parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    TriedStep {
        order: step.step_order,
        title: step.proposal.title.clone(),
        verdict: answer.kind,
        note: Some(cut(&note)).filter(|note| !note.is_empty()),
    }
}

fn seen(case: &Case<'_>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for signature in case.signatures {
        seen.push(match &signature.meaning {
            Some(meaning) => format!("{}: {meaning}", signature.code),
            None => signature.code.clone(),
        });
    }
    for (step, answer) in case.answered() {
        if step.proposal.kind == StepKind::Question
            && let Some(label) = answer.label.as_ref().or(answer.notes.as_ref())
        {
            seen.push(cut(&format!("{} {label}", step.proposal.title)));
        } else if let Some(notes) = &answer.notes {
            seen.push(cut(&format!("{}: {notes}", step.proposal.title)));
        }
    }
    // What came in is the first message; what follows was seen while working.
    let said =
        case.session.conversation_messages.iter().filter(|message| message.role == MessageRole::Engineer);
    seen.extend(said.skip(1).map(|message| cut(&message.text)));
    seen
}

/// A text of at most [`MOST_NOTE`] characters.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_NOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
