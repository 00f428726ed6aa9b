//! What whoever takes over reads first (ESC-16).

use rf_kernel::{AiStepId, EntryId, Timestamp, UserId, names};
use rf_sessions::ai::{AiStep, Answer, Proposal, StepKind, StepOption, StepSource, VerdictKind};

use crate::{AssessmentStatus, Handoff, TriedStep};

/// Steps of the record a briefing lists; the conversation has the rest.
const MOST_TRIED: usize = 12;
/// Findings a briefing lists.
const MOST_SEEN: usize = 8;

names! {
    /// How whoever takes over goes on.
    ResumeMode {
        /// Where the other left off.
        Continue = "continue",
        /// From what came in, with what was tried at hand.
        Fresh = "fresh",
    }
}

/// The briefing of a handoff.
#[derive(Clone, Copy, Debug)]
pub struct Briefing<'a> {
    /// The handoff.
    pub handoff: &'a Handoff,
    /// What whoever handed it over is called.
    pub from: &'a str,
    /// How it goes on.
    pub mode: ResumeMode,
}

impl Briefing<'_> {
    /// The briefing, in Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        let Handoff { snapshot, reason, .. } = self.handoff;
        let mut parts = vec![format!("**{}** handed this over: {reason}", self.from)];
        let mut problem: Vec<String> = snapshot.problem_summary.iter().cloned().collect();
        problem.extend(snapshot.client_name.as_ref().map(|client| format!("Client: {client}")));
        problem.extend(snapshot.psa_ticket_id.as_ref().map(|ticket| format!("Ticket: {ticket}")));
        push(&mut parts, "The problem", &problem);
        if let Some(fix) = &snapshot.pending_fix {
            let awaited =
                fix.awaiting.as_ref().map(|awaited| format!(" Awaiting: {awaited}")).unwrap_or_default();
            let line = format!("“{}” was applied; whether it helped is not known yet.{awaited}", fix.title);
            push(&mut parts, "Waiting for", &[line]);
        }
        let skipped = snapshot.tried.len().saturating_sub(MOST_TRIED);
        let mut tried: Vec<String> = snapshot.tried.iter().skip(skipped).map(line_of).collect();
        if skipped > 0 {
            tried.insert(0, format!("{skipped} steps before; the conversation has them."));
        }
        let heading = match self.mode {
            ResumeMode::Continue => "Tried so far",
            ResumeMode::Fresh => "Tried before, not to be done again without a reason",
        };
        push(&mut parts, heading, &tried);
        push(&mut parts, "Seen", snapshot.seen.get(..MOST_SEEN).unwrap_or(&snapshot.seen));
        match (&self.handoff.ai_assessment_data, self.handoff.assessment_status) {
            (Some(data), _) => {
                let causes: Vec<String> = data.likely.iter().map(|likely| likely.cause.clone()).collect();
                push(&mut parts, "Suspected", &causes);
                push(&mut parts, "Suggested next", &data.suggested_steps);
            }
            (None, AssessmentStatus::Pending) => parts.push("The assessment is still being made.".to_owned()),
            (None, _) => parts.push("There is no assessment of this one.".to_owned()),
        }
        parts.push(match self.mode {
            ResumeMode::Continue => "You go on where the conversation stands.".to_owned(),
            ResumeMode::Fresh => "You start over from what came in; the record above stays.".to_owned(),
        });
        parts.join("\n\n")
    }

    /// The briefing as a step of the conversation: answered by the choice that whoever took over made.
    #[must_use]
    pub fn step(&self, ids: (AiStepId, EntryId), order: i64, by: UserId, now: Timestamp) -> AiStep {
        let option =
            |mode: ResumeMode, label: &str| StepOption { id: mode.as_str().into(), label: label.into() };
        let options = vec![
            option(ResumeMode::Continue, "Continue where it stands"),
            option(ResumeMode::Fresh, "Start fresh"),
        ];
        let chosen = options.iter().find(|option| option.id == self.mode.as_str());
        let label = chosen.map(|option| option.label.clone());
        AiStep {
            id: ids.0,
            session_id: self.handoff.session_id,
            step_order: order,
            proposal: Proposal {
                kind: StepKind::Question,
                title: format!("Briefing: handed over by {}", self.from),
                body: Some(self.text()),
                warning: None,
                commands: Vec::new(),
                options,
                source: StepSource::Handoff { handoff_id: self.handoff.id },
                why: "You took this session over.".to_owned(),
                note: None,
            },
            confidence_score: 0.0,
            answer: Some(Answer {
                entry_id: ids.1,
                kind: VerdictKind::Answered,
                option_id: Some(self.mode.as_str().to_owned()),
                label,
                reason: None,
                notes: None,
                at: now,
                by,
            }),
            withdrawn: false,
            created_at: now,
        }
    }
}

fn push(parts: &mut Vec<String>, heading: &str, lines: &[String]) {
    if !lines.is_empty() {
        let list: Vec<String> =
            lines.iter().map(|line| format!("- {}", line.replace('\n', "\n  "))).collect();
        parts.push(format!("**{heading}**\n{}", list.join("\n")));
    }
}

fn line_of(tried: &TriedStep) -> String {
    let became = match tried.verdict {
        VerdictKind::Answered => "answered",
        VerdictKind::Worked => "worked",
        VerdictKind::DidNotWork => "did not help",
        VerdictKind::NotApplicable => "does not apply",
        VerdictKind::CannotNow => "could not be done",
    };
    match &tried.note {
        Some(note) => format!("{}: {became} ({note})", tried.title),
        None => format!("{}: {became}", tried.title),
    }
}
