//! The contract's whole-field update (`PUT /sessions/{id}`), with the step log kept underneath.
//!
//! A client of that kind sends the new lists whole. What it adds is logged entry by entry with the server's
//! time; where it changes what was recorded before, that is logged as a revision, and the log keeps the former
//! entries.

use rf_auth_policy::Actor;
use rf_kernel::{Checks, Failure, Revision, Timestamp, codes::STALE_REVISION};

use crate::{
    CustomStep, Decision, DecisionKind, LogEntry, LogKind, Session, Variables,
    session::{check_header, check_variables},
};

/// New values; `None` leaves a field alone.
#[derive(Clone, Debug, Default)]
pub struct SessionUpdate {
    /// The revision the client saw; another one now refuses the update.
    pub expected: Option<Revision>,
    /// Steps passed.
    pub path_taken: Option<Vec<String>>,
    /// What was done at them.
    pub decisions: Option<Vec<Decision>>,
    /// Steps the flow does not have.
    pub custom_steps: Option<Vec<CustomStep>>,
    /// Values of the variables, replacing all.
    pub variables: Option<Variables>,
    /// The engineer's own notes.
    pub scratchpad: Option<String>,
    /// The PSA ticket; `Some(None)` clears it.
    pub ticket_number: Option<Option<String>>,
    /// The client; `Some(None)` clears it.
    pub client_name: Option<Option<String>>,
}

impl SessionUpdate {
    fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        check_header(
            self.ticket_number.as_ref().and_then(Option::as_deref),
            self.client_name.as_ref().and_then(Option::as_deref),
            &mut checks,
        );
        if let Some(variables) = &self.variables {
            check_variables(variables, &mut checks);
        }
        checks.optional_text("scratchpad", self.scratchpad.as_deref(), 0..=100_000);
        if let Some(path) = &self.path_taken {
            checks.count("path_taken", path.len(), 5_000);
            for (index, id) in path.iter().enumerate() {
                checks.text(&format!("path_taken[{index}]"), id, 1..=64);
            }
        }
        for (index, decision) in self.decisions.iter().flatten().enumerate() {
            checks.text(&format!("decisions[{index}].node_id"), &decision.node_id, 1..=64);
            checks.text(&format!("decisions[{index}].title"), &decision.title, 0..=500);
            for (name, value) in [
                ("answer", &decision.answer),
                ("option_id", &decision.option_id),
                ("reason", &decision.reason),
                ("notes", &decision.notes),
            ] {
                checks.optional_text(&format!("decisions[{index}].{name}"), value.as_deref(), 0..=20_000);
            }
        }
        checks.count("decisions", self.decisions.as_ref().map_or(0, Vec::len), 5_000);
        for (index, step) in self.custom_steps.iter().flatten().enumerate() {
            checks.text(&format!("custom_steps[{index}].title"), &step.title, 1..=200);
            checks.optional_text(&format!("custom_steps[{index}].notes"), step.notes.as_deref(), 0..=20_000);
        }
        checks.count("custom_steps", self.custom_steps.as_ref().map_or(0, Vec::len), 1_000);
        checks.finish()
    }
}

impl Session {
    /// Applies the update. The first one begins a prepared session.
    ///
    /// # Errors
    /// `session_completed`, `stale_revision`, `validation_failed`.
    pub fn update(
        &mut self,
        update: SessionUpdate,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<LogEntry>, Failure> {
        self.require_open("Cannot update a completed session")?;
        if update.expected.is_some_and(|expected| expected != self.revision) {
            return Err(Failure::new(
                STALE_REVISION,
                "Somebody else changed this session first. Reload it and apply your change again.",
            ));
        }
        update.check()?;
        let mut entries: Vec<LogEntry> = self.begin(by, now).into_iter().collect();
        if let Some(decisions) = update.decisions {
            entries.extend(self.replace_decisions(decisions, by, now));
        }
        if let Some(steps) = update.custom_steps {
            entries.extend(self.replace_custom_steps(steps, by, now));
        }
        if let Some(path) = update.path_taken {
            self.path_taken = path;
        }
        if let Some(variables) = update.variables {
            self.variables = variables;
        }
        if let Some(text) = update.scratchpad {
            self.scratchpad = text;
        }
        if let Some(ticket) = update.ticket_number {
            self.ticket_number = trimmed(ticket);
        }
        if let Some(client) = update.client_name {
            self.client_name = trimmed(client);
        }
        self.touch(now);
        Ok(entries)
    }

    fn replace_decisions(&mut self, new: Vec<Decision>, by: &Actor, now: Timestamp) -> Vec<LogEntry> {
        let same = |a: &Decision, b: &Decision| Decision { timestamp: a.timestamp, ..b.clone() } == *a;
        let kept = self.decisions.iter().zip(&new).take_while(|(old, new)| same(old, new)).count();
        let mut entries = Vec::new();
        entries.extend(self.log_replaced(self.decisions.len() - kept, by, now));
        self.decisions.truncate(kept);
        for decision in new.into_iter().skip(kept) {
            // The time is the server's, whatever the client says.
            let decision = Decision { timestamp: now, ..decision };
            let entry = LogEntry {
                node_id: Some(decision.node_id.clone()),
                title: Some(decision.title.clone()),
                answer: decision.answer.clone(),
                option_id: decision.option_id.clone(),
                reason: decision.reason.clone(),
                notes: decision.notes.clone(),
                ..LogEntry::new(
                    match decision.kind {
                        DecisionKind::Answered => LogKind::Answered,
                        DecisionKind::Done => LogKind::Done,
                        DecisionKind::Skipped => LogKind::Skipped,
                    },
                    by.user_id,
                    now,
                )
            };
            entries.push(self.log(entry));
            self.decisions.push(decision);
        }
        entries
    }

    fn replace_custom_steps(&mut self, new: Vec<CustomStep>, by: &Actor, now: Timestamp) -> Vec<LogEntry> {
        let same = |a: &CustomStep, b: &CustomStep| CustomStep { timestamp: a.timestamp, ..b.clone() } == *a;
        let former = std::mem::take(&mut self.custom_steps);
        let gone = former.iter().filter(|old| !new.iter().any(|step| same(old, step))).count();
        let mut entries: Vec<LogEntry> = self.log_replaced(gone, by, now).into_iter().collect();
        for step in new {
            let kept = former.iter().find(|old| same(old, &step)).map(|old| old.timestamp);
            if kept.is_none() {
                let entry = LogEntry {
                    node_id: step.after_node_id.clone(),
                    title: Some(step.title.clone()),
                    notes: step.notes.clone(),
                    ..LogEntry::new(LogKind::Custom, by.user_id, now)
                };
                entries.push(self.log(entry));
            }
            self.custom_steps.push(CustomStep { timestamp: kept.unwrap_or(now), ..step });
        }
        entries
    }

    /// Logs that `count` recorded steps are not as they were; the log keeps them.
    fn log_replaced(&mut self, count: usize, by: &Actor, now: Timestamp) -> Option<LogEntry> {
        let title = match count {
            0 => return None,
            1 => "1 recorded step was replaced".to_owned(),
            many => format!("{many} recorded steps were replaced"),
        };
        let entry = LogEntry { title: Some(title), ..LogEntry::new(LogKind::Revised, by.user_id, now) };
        Some(self.log(entry))
    }
}

fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
