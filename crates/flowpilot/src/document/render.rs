//! Notes without a model: the same case gives the same words.

use rf_kernel::Timestamp;
use rf_sessions::ai::{
    AiSession, AiSessionStatus, AiStep, FixStatus, StepKind, StepSource, SuggestedFix, VerdictKind,
};

use super::{CaseRecord, Document, DocumentKind, DocumentSection, Evidence, Sentence, client, evidence_of};

/// Writes a note of a case.
#[must_use]
pub fn render(kind: DocumentKind, case: &CaseRecord<'_>) -> Document {
    let evidence = evidence_of(case);
    let writer = Writer { case, evidence: &evidence };
    let sections = match kind {
        DocumentKind::TicketSummary => vec![
            section("Problem", writer.problem()),
            section("Done so far", writer.worked(false)),
            section("Where it stands", writer.standing()),
        ],
        DocumentKind::ResolutionNote => vec![
            section("Problem", writer.problem()),
            section("What was done", writer.worked(true)),
            section(if writer.is_over() { "Resolution" } else { "Where it stands" }, writer.standing()),
        ],
        DocumentKind::ClientSummary => client::sections(&writer),
        DocumentKind::KnowledgeArticle => vec![
            section("Symptoms", writer.symptoms()),
            section("How it was told apart", writer.findings()),
            section("What fixed it", writer.cure()),
            section("What did not help", writer.vain()),
        ],
    };
    Document {
        kind,
        sections: sections.into_iter().filter(|section| !section.sentences.is_empty()).collect(),
    }
}

pub(super) fn section(title: &str, sentences: Vec<Sentence>) -> DocumentSection {
    DocumentSection { title: title.to_owned(), sentences }
}

/// A sentence with its evidence.
pub(super) fn says<S: Into<String>>(
    text: impl Into<String>,
    evidence: impl IntoIterator<Item = S>,
) -> Sentence {
    Sentence { text: text.into(), evidence: evidence.into_iter().map(Into::into).collect() }
}

/// What writes the parts.
pub(super) struct Writer<'a> {
    pub(super) case: &'a CaseRecord<'a>,
    evidence: &'a [Evidence],
}

impl<'a> Writer<'a> {
    pub(super) const fn session(&self) -> &'a AiSession {
        self.case.session
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.evidence.iter().any(|evidence| evidence.id == id)
    }

    /// The steps that were answered and count; the choice between flows is none of the client's or the ticket's.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&'a AiStep, VerdictKind)> {
        let counts = |step: &&AiStep| !step.withdrawn && step.proposal.source != StepSource::Candidates;
        let steps = self.case.steps.iter().filter(counts);
        steps.filter_map(|step| Some((step, step.answer.as_ref()?.kind)))
    }

    /// Fixes that are in the evidence, with their ids there.
    pub(super) fn fixes(&self) -> impl Iterator<Item = (&'a SuggestedFix, String)> {
        let named = self.case.fixes.iter().zip(1..).map(|(fix, n)| (fix, format!("fix-{n}")));
        named.filter(|(_, id)| self.has(id))
    }

    pub(super) const fn is_over(&self) -> bool {
        matches!(self.case.session.status, AiSessionStatus::Resolved)
    }

    fn problem(&self) -> Vec<Sentence> {
        let mut list = Vec::new();
        let session = self.session();
        let source = if self.has("intake") { "intake" } else { "log" };
        if let Some(problem) = self.problem_line() {
            list.push(says(format!("Reported: {problem}"), [source]));
        }
        if let Some(client) = session.client_name.as_deref().filter(|_| self.has("ticket")) {
            list.push(says(format!("Client: {client}"), ["ticket"]));
        }
        if let Some(ticket) = session.psa_ticket_id.as_deref().filter(|_| self.has("ticket")) {
            list.push(says(format!("Ticket: {ticket}"), ["ticket"]));
        }
        if self.has(source) {
            list.push(says(format!("Work began on {} UTC.", full(session.created_at)), [source]));
        }
        list.extend(self.signatures());
        list
    }

    /// The problem in a line, as far as there is one in the evidence.
    pub(super) fn problem_line(&self) -> Option<String> {
        let session = self.session();
        let first = |text: &String| {
            text.lines().find(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned())
        };
        let told = session.problem_summary.clone().filter(|_| self.has("intake"));
        told.or_else(|| session.intake.text.as_ref().and_then(first))
            .or_else(|| session.intake.log_content.as_ref().and_then(first))
            .map(|line| ended(&line))
    }

    fn signatures(&self) -> Vec<Sentence> {
        let known = self.case.signatures.iter().zip(1..);
        let known = known.filter_map(|(found, n)| Some((found, found.meaning?, format!("signature-{n}"))));
        known.map(|(found, meaning, id)| says(format!("{}: {}", found.code, ended(meaning)), [id])).collect()
    }

    /// One sentence for each step, with what came of it.
    fn worked(&self, timed: bool) -> Vec<Sentence> {
        let mut day = None;
        // An end is told where it stands; that it was none is part of the work.
        let steps = self.steps().filter(|(step, kind)| match step.proposal.kind {
            StepKind::Outcome => *kind == VerdictKind::DidNotWork,
            StepKind::Escalation => false,
            StepKind::Question | StepKind::Action | StepKind::Check => true,
        });
        steps
            .map(|(step, kind)| {
                let at = step.answer.as_ref().map_or(step.created_at, |answer| answer.at);
                let text = told(step, kind);
                let text = if timed { format!("{} UTC: {text}", stamp(at, &mut day)) } else { text };
                says(text, [id(step)])
            })
            .collect()
    }

    /// Where it stands: fixed, provisional, handed over, or what is next.
    fn standing(&self) -> Vec<Sentence> {
        let mut list = Vec::new();
        let session = self.session();
        let handed = session.in_transit() || self.steps().any(|(step, kind)| handed_over(step, kind));
        if self.has("resolution") && self.is_over() {
            let summary = session.resolution_summary.as_deref().unwrap_or_default();
            list.push(says(format!("Resolved: {}", ended(summary)), ["resolution"]));
        }
        for (fix, id) in self.fixes() {
            list.extend(fix_line(fix, &id, handed));
        }
        let confirmed = self.confirmed();
        if let Some(step) = confirmed {
            let note = step.proposal.note.clone().unwrap_or_else(|| "It is fixed.".to_owned());
            list.push(says(format!("{} This was confirmed.", ended(&note)), [id(step)]));
        }
        for (step, kind) in self.steps() {
            if handed_over(step, kind) {
                list.push(says(format!("Handed over: {}", ended(&step.proposal.title)), [id(step)]));
            }
        }
        if let Some(reason) = session.escalation_reason.as_deref().filter(|_| self.has("escalation")) {
            list.push(says(format!("Reason for the handover: {}", ended(reason)), ["escalation"]));
        }
        if !self.is_over() {
            for (step, kind) in self.steps() {
                if kind == VerdictKind::CannotNow {
                    let text = match step.proposal.kind {
                        StepKind::Outcome => "Whether it is fixed is not verified yet.".to_owned(),
                        _ => format!("Still open: {}", ended(&step.proposal.title)),
                    };
                    list.push(says(text, [id(step)]));
                }
            }
            let open = self.case.steps.last().filter(|step| step.is_open());
            if let Some(open) = open {
                list.push(says(format!("Next: {}", ended(&open.proposal.title)), [id(open)]));
            }
        }
        list
    }

    /// The end that was confirmed, when nothing came after it.
    pub(super) fn confirmed(&self) -> Option<&'a AiStep> {
        let (step, kind) = self.steps().last()?;
        let answered = kind == VerdictKind::Worked && step.proposal.kind == StepKind::Outcome;
        answered.then_some(step)
    }

    fn symptoms(&self) -> Vec<Sentence> {
        let source = if self.has("intake") { "intake" } else { "log" };
        let mut list: Vec<Sentence> =
            self.problem_line().into_iter().map(|problem| says(problem, [source])).collect();
        list.extend(self.signatures());
        list
    }

    fn findings(&self) -> Vec<Sentence> {
        let found = self.steps().filter(|(step, kind)| {
            let looks = matches!(step.proposal.kind, StepKind::Question | StepKind::Check);
            looks && matches!(kind, VerdictKind::Answered | VerdictKind::Worked)
        });
        found.map(|(step, kind)| says(told(step, kind), [id(step)])).collect()
    }

    /// What fixed it; nothing where it is not known to be fixed.
    fn cure(&self) -> Vec<Sentence> {
        let mut list = Vec::new();
        for (fix, id) in self.fixes() {
            match fix.status {
                FixStatus::AppliedSuccess => list.push(says(ended(&fix.title), [id])),
                FixStatus::AppliedPending | FixStatus::AppliedPartial | FixStatus::Verifying => {
                    list.extend(fix_line(fix, &id, false));
                }
                FixStatus::Proposed | FixStatus::AppliedFailed | FixStatus::Dismissed => {}
            }
        }
        let over = self.is_over() || self.confirmed().is_some();
        let acted = |(step, kind): &(&AiStep, VerdictKind)| {
            let helped = matches!(kind, VerdictKind::Worked | VerdictKind::Answered);
            step.proposal.kind == StepKind::Action && helped
        };
        if over && let Some((step, kind)) = self.steps().filter(acted).last() {
            list.push(says(told(step, kind), [id(step)]));
            for command in &step.proposal.commands {
                list.push(says(format!("Commands:\n```\n{command}\n```"), [id(step)]));
            }
        }
        if self.has("resolution") && self.is_over() {
            let summary = self.session().resolution_summary.as_deref().unwrap_or_default();
            list.push(says(ended(summary), ["resolution"]));
        }
        list
    }

    fn vain(&self) -> Vec<Sentence> {
        let vain = self.steps().filter(|(step, kind)| {
            *kind == VerdictKind::DidNotWork
                && matches!(step.proposal.kind, StepKind::Action | StepKind::Check)
        });
        let mut list: Vec<Sentence> = vain.map(|(step, kind)| says(told(step, kind), [id(step)])).collect();
        for (fix, id) in self.fixes() {
            if fix.status == FixStatus::AppliedFailed {
                list.extend(fix_line(fix, &id, false));
            }
        }
        list
    }
}

pub(super) fn handed_over(step: &AiStep, kind: VerdictKind) -> bool {
    step.proposal.kind == StepKind::Escalation && matches!(kind, VerdictKind::Worked | VerdictKind::Answered)
}

pub(super) fn id(step: &AiStep) -> String {
    format!("step-{}", step.step_order)
}

/// A step with what came of it.
fn told(step: &AiStep, kind: VerdictKind) -> String {
    let proposal = &step.proposal;
    let answer = step.answer.as_ref();
    let label = answer.and_then(|answer| answer.label.as_deref());
    let notes = answer.and_then(|answer| answer.notes.as_deref());
    let reason = answer.and_then(|answer| answer.reason.as_deref());
    let title = ended(&proposal.title);
    let done = proposal.note.as_deref().map_or_else(|| title.clone(), ended);
    let mut text = match (kind, label) {
        (VerdictKind::Answered, Some(label)) if proposal.kind == StepKind::Question => {
            format!("{title} Answer: {}", ended(label))
        }
        (VerdictKind::Answered, Some(label)) => format!("{done} Result: {}", ended(label)),
        (VerdictKind::Answered, None) => title,
        (VerdictKind::DidNotWork, _) if proposal.kind == StepKind::Outcome => {
            "Looked again after that: it was not fixed.".to_owned()
        }
        (VerdictKind::Worked, _) if proposal.kind == StepKind::Check => format!("{done} Done."),
        (VerdictKind::Worked, _) => format!("{done} It worked."),
        (VerdictKind::DidNotWork, _) => format!("{done} It did not help."),
        (VerdictKind::NotApplicable, _) => {
            let reason = reason.map_or_else(String::new, |reason| format!(" {}", ended(reason)));
            format!("Does not apply: {title}{reason}")
        }
        (VerdictKind::CannotNow, _) => format!("Not done yet: {title}"),
    };
    if let Some(notes) = notes {
        text.push_str(&format!(" Seen: {}", ended(notes)));
    }
    text
}

/// A fix with where it stands; nothing for one that nobody tried.
fn fix_line(fix: &SuggestedFix, id: &str, handed: bool) -> Option<Sentence> {
    let title = ended(&fix.title);
    let awaited = fix.pending_reason.as_deref().map_or_else(
        || " Whether it helped is not verified yet.".to_owned(),
        |reason| format!(" Awaiting: {}", ended(reason)),
    );
    let text = match fix.status {
        FixStatus::Proposed | FixStatus::Dismissed => return None,
        FixStatus::AppliedSuccess => format!("Fixed by: {title}"),
        FixStatus::AppliedFailed => format!("Tried, did not help: {title}"),
        FixStatus::AppliedPartial => {
            let partly =
                fix.partial_notes.as_deref().map_or_else(String::new, |notes| format!(" {}", ended(notes)));
            format!("Helped partly: {title}{partly}")
        }
        FixStatus::AppliedPending | FixStatus::Verifying if handed => {
            format!("Leading hypothesis, not verified yet: {title}{awaited}")
        }
        FixStatus::AppliedPending | FixStatus::Verifying => format!("Provisional: {title}{awaited}"),
    };
    Some(says(text, [id]))
}

/// A text that ends as a sentence does.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '?', '!', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// A time of the day, with its day where that is another than before.
fn stamp(at: Timestamp, day: &mut Option<String>) -> String {
    let date = at.utc().format("%Y-%m-%d").to_string();
    if day.as_ref() == Some(&date) {
        return at.utc().format("%H:%M").to_string();
    }
    *day = Some(date);
    full(at)
}

fn full(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%d %H:%M").to_string()
}
