//! What the notes crate renders, copied out of a session and its log.

use std::collections::BTreeMap;

use rf_kernel::UserId;
use rf_notes::{EntryKind, NoteInput, Variable};
use rf_trees::{Node, NodeType, OutcomeKind, SnapshotContent, Structure, TreeType};
use serde_json::Value;

use crate::{LogEntry, LogKind, Outcome, Session};

/// Everything a note of a session is made from.
#[derive(Debug)]
pub struct NoteSource<'a> {
    /// The session.
    pub session: &'a Session,
    /// The flow as it was then.
    pub flow: &'a SnapshotContent,
    /// The whole step log in order.
    pub log: &'a [LogEntry],
    /// Names of the people in it.
    pub names: &'a BTreeMap<UserId, String>,
}

/// The renderer's input.
#[must_use]
pub fn note_input(source: &NoteSource<'_>) -> NoteInput {
    let NoteSource { session, flow, log, names } = source;
    NoteInput {
        flow_name: flow.name.clone(),
        tree_type: match flow.tree_type {
            TreeType::Troubleshooting => rf_notes::TreeType::Troubleshooting,
            TreeType::Procedural => rf_notes::TreeType::Procedural,
            TreeType::Maintenance => rf_notes::TreeType::Maintenance,
        },
        ticket_number: session.ticket_number.clone(),
        client_name: session.client_name.clone(),
        target_label: session.target_label.clone(),
        engineer_name: names.get(&session.user_id).cloned(),
        started_at: session.started_at.map(rf_kernel::Timestamp::utc),
        completed_at: session.completed_at.map(rf_kernel::Timestamp::utc),
        active_seconds: u64::try_from(session.active_seconds).unwrap_or(0),
        outcome: session.outcome.map(|outcome| match outcome {
            Outcome::Resolved => rf_notes::Outcome::Resolved,
            Outcome::Workaround => rf_notes::Outcome::Workaround,
            Outcome::Unresolved => rf_notes::Outcome::Unresolved,
            Outcome::Escalated => rf_notes::Outcome::Escalated,
            Outcome::Cancelled => rf_notes::Outcome::Cancelled,
        }),
        outcome_notes: outcome_notes(session, &flow.structure),
        next_steps: session.next_steps.clone(),
        scratchpad: session.scratchpad.clone(),
        variables: variables(session, flow),
        entries: log.iter().map(|entry| log_entry(entry, session, flow, names)).collect(),
    }
}

/// The author's sentence about the end that was reached, then the engineer's words. The sentence is left out when
/// the engineer ended the work in another way than the flow: it might not be true then.
fn outcome_notes(session: &Session, structure: &Structure) -> Option<String> {
    let end = match structure {
        Structure::Graph(graph) => session.path_taken.last().and_then(|id| graph.node(id)),
        Structure::Checklist(_) => None,
    };
    let as_the_flow_ends = end.and_then(end_of).is_some_and(|outcome| session.outcome == Some(outcome));
    let sentence = end.filter(|_| as_the_flow_ends).and_then(|node| node.note.as_deref());
    let own = session.outcome_notes.as_deref().filter(|notes| !notes.trim().is_empty());
    match (sentence, own) {
        (Some(sentence), Some(own)) => Some(format!("{sentence}\n{own}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// The outcome an end node stands for; `None` for other nodes.
#[must_use]
pub fn end_of(node: &Node) -> Option<Outcome> {
    match node.node_type {
        NodeType::Escalation => Some(Outcome::Escalated),
        NodeType::Outcome => Some(match node.outcome {
            Some(OutcomeKind::Workaround) => Outcome::Workaround,
            Some(OutcomeKind::Unresolved) => Outcome::Unresolved,
            Some(OutcomeKind::Escalated) => Outcome::Escalated,
            Some(OutcomeKind::Resolved) | None => Outcome::Resolved,
        }),
        NodeType::Question | NodeType::Action | NodeType::Instruction => None,
    }
}

/// The form's fields in their order, then values nobody declared.
fn variables(session: &Session, flow: &SnapshotContent) -> Vec<Variable> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        other => other.to_string(),
    };
    let declared = flow.intake_form.fields.iter().map(|field| Variable {
        name: field.name.clone(),
        label: field.label.clone(),
        value: session.variables.get(&field.name).map(text).unwrap_or_default(),
        secret: field.secret,
    });
    let others = session.variables.iter().filter(|(name, _)| flow.intake_form.field(name).is_none()).map(
        |(name, value)| Variable {
            name: name.clone(),
            label: String::new(),
            value: text(value),
            secret: false,
        },
    );
    declared.chain(others).collect()
}

fn log_entry(
    entry: &LogEntry,
    session: &Session,
    flow: &SnapshotContent,
    names: &BTreeMap<UserId, String>,
) -> rf_notes::LogEntry {
    let by_colleague = entry.actor_id != session.user_id;
    rf_notes::LogEntry {
        at: entry.at.utc(),
        actor_name: names.get(&entry.actor_id).filter(|_| by_colleague).cloned(),
        kind: match entry.kind {
            LogKind::Answered => EntryKind::Answered,
            LogKind::Done => EntryKind::Done,
            LogKind::Skipped => EntryKind::Skipped,
            LogKind::Back => EntryKind::Back,
            LogKind::Custom => EntryKind::Custom,
            LogKind::Note => EntryKind::Note,
            LogKind::Prepared
            | LogKind::Started
            | LogKind::Variables
            | LogKind::Revised
            | LogKind::Completed
            | LogKind::Exported => EntryKind::Other,
        },
        title: entry.title.clone().unwrap_or_default(),
        answer: entry.answer.clone(),
        reason: entry.reason.clone(),
        notes: entry.notes.clone(),
        note: authors_sentence(entry, &flow.structure),
        // What the flow asks to collect is not what was collected: the engineer's words say that.
        evidence: Vec::new(),
    }
}

/// The sentence the flow's author wrote for what was done: the option's before the step's.
fn authors_sentence(entry: &LogEntry, structure: &Structure) -> Option<String> {
    let node_id = entry.node_id.as_deref()?;
    match (entry.kind, structure) {
        (LogKind::Answered, Structure::Graph(graph)) => {
            let node = graph.node(node_id)?;
            let option = entry.option_id.as_deref().and_then(|id| {
                node.options.iter().enumerate().find(|(i, o)| o.effective_id(*i) == id).map(|(_, o)| o)
            });
            option.and_then(|option| option.note.clone()).or_else(|| node.note.clone())
        }
        (LogKind::Done, Structure::Graph(graph)) => graph.node(node_id)?.note.clone(),
        (LogKind::Done, Structure::Checklist(list)) => list.step(node_id)?.note.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
