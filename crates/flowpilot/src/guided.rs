//! A guided session as the beginning of a conversation: what came in, what was worked, and where it stood.
//!
//! The steps are those of the step log, so that what was tried and gone back from is on record as well. Values of secret
//! variables stay in the guided session: a conversation is read by more people, and by models.

use std::collections::{BTreeMap, BTreeSet};

use rf_kernel::{EntryId, Timestamp, UserId};
use rf_notes::{Redactor, Variable};
use rf_sessions::{
    Decision, DecisionKind, LogEntry, LogKind, NoteSource, Session,
    ai::{Answer, Proposal, StepKind, StepSource, VerdictKind},
    note_input,
};
use rf_trees::{NodeType, SnapshotContent, Structure};

use crate::engine::{Flow, Known, proposal_of};

/// Characters of the engineer's own notes that go along; the guided session has the rest.
const MOST_NOTES: usize = 10_000;
/// Values that go along.
const MOST_VALUES: usize = 60;
/// Characters of each.
const MOST_VALUE: usize = 300;

/// A guided session with what belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct GuidedRun<'a> {
    /// The session.
    pub session: &'a Session,
    /// The flow as it was then.
    pub flow: &'a SnapshotContent,
    /// The whole step log, in order.
    pub log: &'a [LogEntry],
}

/// A step that was worked in a guided session.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkedStep {
    /// What was to be done.
    pub proposal: Proposal,
    /// What became of it.
    pub answer: Answer,
    /// The engineer went back behind it.
    pub withdrawn: bool,
}

/// Something written down at a step that nothing came of yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What.
    pub text: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What a conversation begins with.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// What came in, as one text.
    pub said: String,
    /// The steps, in the order they were worked.
    pub worked: Vec<WorkedStep>,
    /// What was written down beside them.
    pub remarks: Vec<Remark>,
    /// The step it stands at; none where all were worked.
    pub at: Option<String>,
}

impl GuidedRun<'_> {
    /// A text of the session without the values of its secret variables.
    #[must_use]
    pub fn without_secrets(&self, text: &str) -> String {
        hider(&self.variables())(text)
    }

    /// What the session knows for the names its flow's texts leave open; nothing that is secret.
    #[must_use]
    pub fn known(&self) -> Known {
        let variables = self.variables();
        let hide = hider(&variables);
        let mut known = Known::default();
        for variable in variables.iter().filter(|variable| !variable.secret) {
            known.put(&variable.name, &hide(&variable.value));
        }
        let session = self.session;
        let about = [
            ("ticket_number", &session.ticket_number),
            ("client_name", &session.client_name),
            ("target_label", &session.target_label),
        ];
        for (name, value) in about {
            known.put(name, &hide(value.as_deref().unwrap_or_default()));
        }
        known
    }

    fn variables(&self) -> Vec<Variable> {
        let names = BTreeMap::new();
        let GuidedRun { session, flow, log } = *self;
        note_input(&NoteSource { session, flow, log, names: &names }).variables
    }
}

/// Takes the values of secret variables out of a text, and what is no text.
fn hider(variables: &[Variable]) -> impl Fn(&str) -> String {
    let hidden = Redactor::of_values(variables);
    move |text| hidden.redact(&plain(text)).text
}

impl Carried {
    /// Of a guided session as it stands, with the reason it is handed over for.
    #[must_use]
    pub fn of(run: &GuidedRun<'_>, reason: &str) -> Self {
        let GuidedRun { session, flow, log: _ } = *run;
        let variables = run.variables();
        let hide = hider(&variables);
        let mut carried = Self {
            said: said(run, reason, &variables, &hide),
            worked: Vec::new(),
            remarks: Vec::new(),
            at: session.current_step_id(&flow.structure),
        };
        let walked = Flow {
            tree_id: session.tree_id,
            name: flow.name.clone(),
            structure: flow.structure.clone(),
            known: run.known(),
        };
        let counts: BTreeSet<EntryId> = session.decisions.iter().map(|decision| decision.entry_id).collect();
        for entry in all_entries(run) {
            carried.take(&walked, &entry, &counts, &hide);
        }
        carried
    }

    fn take(
        &mut self,
        flow: &Flow,
        entry: &LogEntry,
        counts: &BTreeSet<EntryId>,
        hide: &impl Fn(&str) -> String,
    ) {
        let notes = entry.notes.as_deref().map(hide).filter(|notes| !notes.trim().is_empty());
        let title = entry.title.as_deref().map(hide).unwrap_or_default();
        let node = entry.node_id.as_deref().unwrap_or_default();
        match entry.kind {
            LogKind::Answered | LogKind::Done | LogKind::Skipped => {
                let proposal = proposal_of(flow, node, WHY.to_owned())
                    .unwrap_or_else(|| gone(flow, node.to_owned(), title, StepKind::Check));
                let reason = entry.reason.as_deref().map(hide);
                let answer = Answer {
                    kind: verdict(flow, node, entry.kind, reason.is_some()),
                    label: entry.answer.as_deref().map(hide),
                    option_id: entry.option_id.clone(),
                    reason,
                    notes,
                    ..answer_of(entry)
                };
                let withdrawn = !entry.entry_id.is_some_and(|id| counts.contains(&id));
                self.worked.push(WorkedStep { proposal, answer, withdrawn });
            }
            LogKind::Custom => {
                let own = format!("own-{}", self.worked.len() + 1);
                let answer = Answer { kind: VerdictKind::DidNotWork, notes, ..answer_of(entry) };
                let proposal = gone(flow, own, title, StepKind::Action);
                self.worked.push(WorkedStep { proposal, answer, withdrawn: false });
            }
            LogKind::Note => {
                let Some(notes) = notes else { return };
                let at_it = |step: &&mut WorkedStep| node_of(&step.proposal) == Some(node);
                match self.worked.iter_mut().rev().find(at_it) {
                    Some(step) => {
                        let before = step.answer.notes.take();
                        step.answer.notes =
                            Some(before.map_or_else(|| notes.clone(), |before| format!("{before}\n{notes}")));
                    }
                    None => {
                        let text = if title.is_empty() { notes } else { format!("{title}: {notes}") };
                        self.remarks.push(Remark { text, by: entry.actor_id, at: entry.at });
                    }
                }
            }
            LogKind::Prepared
            | LogKind::Started
            | LogKind::Back
            | LogKind::Variables
            | LogKind::Revised
            | LogKind::Completed
            | LogKind::Exported => {}
        }
    }
}

/// Why a step of the record was next.
const WHY: &str = "It was worked in the guided session.";

/// The log, with what was recorded past it: an older client replaces the decisions as a whole.
fn all_entries(run: &GuidedRun<'_>) -> Vec<LogEntry> {
    let logged: BTreeSet<EntryId> = run.log.iter().filter_map(|entry| entry.entry_id).collect();
    let unlogged = |id: EntryId| !logged.contains(&id);
    let mut entries = run.log.to_vec();
    let by = run.session.user_id;
    let decided = run.session.decisions.iter().filter(|decision| unlogged(decision.entry_id));
    entries.extend(decided.map(|decision| of_decision(decision, by)));
    let own = run.session.custom_steps.iter().filter(|step| unlogged(step.id));
    entries.extend(own.map(|step| LogEntry {
        entry_id: Some(step.id),
        node_id: step.after_node_id.clone(),
        title: Some(step.title.clone()),
        notes: step.notes.clone(),
        ..LogEntry::new(LogKind::Custom, by, step.timestamp)
    }));
    // Stable: what happened in one instant stays in the order of the log.
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn of_decision(decision: &Decision, by: UserId) -> LogEntry {
    let kind = match decision.kind {
        DecisionKind::Answered => LogKind::Answered,
        DecisionKind::Done => LogKind::Done,
        DecisionKind::Skipped => LogKind::Skipped,
    };
    LogEntry {
        entry_id: Some(decision.entry_id),
        node_id: Some(decision.node_id.clone()),
        title: Some(decision.title.clone()),
        answer: decision.answer.clone(),
        option_id: decision.option_id.clone(),
        reason: decision.reason.clone(),
        notes: decision.notes.clone(),
        ..LogEntry::new(kind, by, decision.timestamp)
    }
}

fn answer_of(entry: &LogEntry) -> Answer {
    Answer {
        entry_id: entry.entry_id.unwrap_or_else(|| EntryId::from(uuid::Uuid::nil())),
        kind: VerdictKind::Answered,
        option_id: None,
        label: None,
        reason: None,
        notes: None,
        at: entry.at,
        by: entry.actor_id,
    }
}

/// What became of a step, in a conversation's words. An action of a search for a fault was done and the search went on.
fn verdict(flow: &Flow, node: &str, kind: LogKind, says_why: bool) -> VerdictKind {
    match kind {
        LogKind::Answered => VerdictKind::Answered,
        LogKind::Skipped if says_why => VerdictKind::NotApplicable,
        LogKind::Skipped => VerdictKind::CannotNow,
        _ => match &flow.structure {
            Structure::Graph(graph)
                if graph.node(node).is_some_and(|node| node.node_type == NodeType::Action) =>
            {
                VerdictKind::DidNotWork
            }
            Structure::Graph(_) | Structure::Checklist(_) => VerdictKind::Worked,
        },
    }
}

/// A step the flow does not have.
fn gone(flow: &Flow, node_id: String, title: String, kind: StepKind) -> Proposal {
    Proposal {
        kind,
        title,
        body: None,
        warning: None,
        commands: Vec::new(),
        options: Vec::new(),
        source: StepSource::Flow { tree_id: flow.tree_id, tree_name: flow.name.clone(), node_id },
        why: WHY.to_owned(),
        note: None,
    }
}

fn node_of(proposal: &Proposal) -> Option<&str> {
    match &proposal.source {
        StepSource::Flow { node_id, .. } => Some(node_id),
        _ => None,
    }
}

/// What came in, the reason first: its first line names the problem.
fn said(run: &GuidedRun<'_>, reason: &str, variables: &[Variable], hide: &impl Fn(&str) -> String) -> String {
    let session = run.session;
    let mut parts = vec![format!("{}: {}", plain(&run.flow.name), hide(reason.trim()))];
    let about = [("For", &session.client_name), ("Target", &session.target_label)];
    let about = about.into_iter().filter_map(|(label, value)| {
        Some(format!("{label}: {}", hide(value.as_deref().filter(|value| !value.trim().is_empty())?)))
    });
    parts.extend(about);
    let filled = variables.iter().filter(|variable| !variable.value.trim().is_empty()).take(MOST_VALUES);
    let values: Vec<String> = filled
        .map(|variable| {
            let label = if variable.label.is_empty() { &variable.name } else { &variable.label };
            let value = match variable.secret {
                true => "[kept in the guided session]".to_owned(),
                false => cut(&hide(&variable.value), MOST_VALUE),
            };
            format!("- {}: {value}", plain(label))
        })
        .collect();
    if !values.is_empty() {
        parts.push(format!("Known:\n{}", values.join("\n")));
    }
    let notes = hide(session.scratchpad.trim());
    if !notes.is_empty() {
        parts.push(format!("Notes:\n{}", cut(&notes, MOST_NOTES)));
    }
    parts.join("\n\n")
}

/// Without what is no text: such a character keeps a conversation from being read.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
