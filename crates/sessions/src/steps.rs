//! One step of the work: answer, done, skip, back, custom, note.

use rf_auth_policy::Actor;
use rf_kernel::{Checks, EntryId, Failure, Timestamp};
use rf_trees::{Graph, Node, NodeType, Structure};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{CustomStep, Decision, DecisionKind, LogEntry, LogKind, Session, codes};

/// What the engineer does at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepAction {
    /// Picks an option.
    Answer,
    /// Reports it done.
    Done,
    /// Leaves it out; needs a reason.
    Skip,
    /// Returns to an earlier step (graph) or opens a step again (checklist).
    Back,
    /// Records a step the flow does not have.
    Custom,
    /// Writes something down.
    Note,
}

/// One entry a client sends.
#[derive(Clone, Debug)]
pub struct StepCommand {
    /// Made by the client; a repeat changes nothing.
    pub entry_id: EntryId,
    /// What.
    pub action: StepAction,
    /// At which step.
    pub node_id: String,
    /// Which option, for an answer.
    pub option_id: Option<String>,
    /// Why, for a skip.
    pub reason: Option<String>,
    /// What was done, for a custom step.
    pub title: Option<String>,
    /// What the engineer writes.
    pub notes: Option<String>,
}

impl StepCommand {
    fn check(&self) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.text("node_id", &self.node_id, 1..=64);
        checks.optional_text("option_id", self.option_id.as_deref(), 0..=64);
        match self.action {
            StepAction::Skip => match &self.reason {
                Some(reason) => checks.text("reason", reason, 1..=1_000),
                None => checks.refuse("reason", "reason_required", "say why the step is skipped"),
            },
            StepAction::Custom => match &self.title {
                Some(title) => checks.text("title", title, 1..=200),
                None => checks.refuse("title", "title_required", "say what was done"),
            },
            StepAction::Note => match &self.notes {
                Some(notes) => checks.text("notes", notes, 1..=20_000),
                None => checks.refuse("notes", "notes_required", "write the note"),
            },
            StepAction::Answer if self.option_id.is_none() => {
                checks.refuse("option_id", "option_required", "say which option was picked");
            }
            StepAction::Answer | StepAction::Done | StepAction::Back => {}
        }
        if self.action != StepAction::Skip {
            checks.optional_text("reason", self.reason.as_deref(), 0..=1_000);
        }
        if self.action != StepAction::Custom {
            checks.optional_text("title", self.title.as_deref(), 0..=200);
        }
        if self.action != StepAction::Note {
            checks.optional_text("notes", self.notes.as_deref(), 0..=20_000);
        }
        checks.finish()
    }
}

impl Session {
    /// Takes one step. The caller has made sure that the entry is not a repeat.
    ///
    /// # Errors
    /// `session_completed`, `step_not_current` with the present step, `answer_required`, `step_not_found`,
    /// `validation_failed`.
    pub fn step(
        &mut self,
        command: StepCommand,
        structure: &Structure,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<LogEntry>, Failure> {
        self.require_open("Cannot update a completed session")?;
        command.check()?;
        let title = structure.title_of(&command.node_id).ok_or_else(|| {
            Failure::new(codes::STEP_NOT_FOUND, format!("The flow has no step {:?}.", command.node_id))
        })?;
        let title = title.to_owned();
        let mut entries: Vec<LogEntry> = self.begin(by, now).into_iter().collect();
        let mut entry = LogEntry {
            entry_id: Some(command.entry_id),
            node_id: Some(command.node_id.clone()),
            title: Some(title.clone()),
            notes: command.notes.clone().filter(|notes| !notes.trim().is_empty()),
            ..LogEntry::new(LogKind::Note, by.user_id, now)
        };
        match command.action {
            StepAction::Note => {}
            StepAction::Custom => {
                entry.kind = LogKind::Custom;
                entry.title.clone_from(&command.title);
                self.custom_steps.push(CustomStep {
                    id: command.entry_id,
                    after_node_id: Some(command.node_id),
                    title: command.title.unwrap_or_default(),
                    notes: entry.notes.clone(),
                    timestamp: now,
                });
            }
            StepAction::Back => {
                entry.kind = LogKind::Back;
                self.go_back(&command.node_id, structure)?;
            }
            StepAction::Answer | StepAction::Done | StepAction::Skip => {
                entry.reason = command.reason.clone().filter(|_| command.action == StepAction::Skip);
                let passed = match structure {
                    Structure::Graph(graph) => self.pass_node(graph, &command)?,
                    Structure::Checklist(_) => Self::pass_step(&command)?,
                };
                (entry.answer, entry.option_id) = (passed.answer, passed.option_id);
                entry.kind = match passed.kind {
                    DecisionKind::Answered => LogKind::Answered,
                    DecisionKind::Done => LogKind::Done,
                    DecisionKind::Skipped => LogKind::Skipped,
                };
                if matches!(structure, Structure::Checklist(_)) {
                    // Done again, or done after a skip: the last word counts, the log keeps all of them.
                    self.decisions.retain(|decision| decision.node_id != command.node_id);
                    self.path_taken.retain(|id| *id != command.node_id);
                    self.path_taken.push(command.node_id.clone());
                }
                self.decisions.push(Decision {
                    entry_id: command.entry_id,
                    node_id: command.node_id,
                    kind: passed.kind,
                    title,
                    answer: entry.answer.clone(),
                    option_id: entry.option_id.clone(),
                    reason: entry.reason.clone(),
                    notes: entry.notes.clone(),
                    timestamp: now,
                });
            }
        }
        entries.push(self.log(entry));
        self.touch(now);
        Ok(entries)
    }

    /// Passes the present node of a graph and moves on.
    fn pass_node(&mut self, graph: &Graph, command: &StepCommand) -> Result<Passed, Failure> {
        let current = self.path_taken.last().unwrap_or(&graph.root);
        if *current != command.node_id {
            return Err(self.not_current(current));
        }
        let node = graph.node(current).ok_or_else(|| {
            Failure::new(codes::STEP_NOT_FOUND, format!("The flow has no step {current:?}."))
        })?;
        let (passed, next) = pass(node, command)?;
        if self.path_taken.is_empty() {
            self.path_taken.push(graph.root.clone());
        }
        self.path_taken.extend(next);
        Ok(passed)
    }

    /// Passes a step of a checklist, in whatever order.
    fn pass_step(command: &StepCommand) -> Result<Passed, Failure> {
        match command.action {
            StepAction::Done => Ok(Passed::done()),
            StepAction::Skip => Ok(Passed::skipped()),
            _ => Err(Failure::invalid_field(
                "action",
                "not_for_this_type",
                "checklist steps are done or skipped",
            )),
        }
    }

    fn go_back(&mut self, node_id: &str, structure: &Structure) -> Result<(), Failure> {
        match structure {
            Structure::Graph(_) => {
                // The last visit before the present one: a loop may pass a node twice.
                let upto = self.path_taken.len().saturating_sub(1);
                let Some(position) = self.path_taken[..upto].iter().rposition(|id| id == node_id) else {
                    let current = self.path_taken.last().map_or(node_id, String::as_str);
                    return Err(self.not_current(current));
                };
                // Decisions stand in path order, one for each node left behind.
                self.path_taken.truncate(position + 1);
                self.decisions.truncate(position);
            }
            Structure::Checklist(_) => {
                if self.decision_at(node_id).is_none() {
                    return Err(Failure::new(
                        codes::STEP_NOT_CURRENT,
                        json!({
                            "message": "This step is open already.",
                            "current_step_id": self.current_step_id(structure),
                        }),
                    ));
                }
                self.decisions.retain(|decision| decision.node_id != node_id);
                self.path_taken.retain(|id| id != node_id);
            }
        }
        Ok(())
    }

    fn not_current(&self, current: &str) -> Failure {
        Failure::new(
            codes::STEP_NOT_CURRENT,
            json!({
                "message": "The session has moved on, perhaps in another tab. Reload to see where it is.",
                "current_step_id": current,
            }),
        )
    }
}

struct Passed {
    kind: DecisionKind,
    answer: Option<String>,
    option_id: Option<String>,
}

impl Passed {
    const fn done() -> Self {
        Self { kind: DecisionKind::Done, answer: None, option_id: None }
    }
    const fn skipped() -> Self {
        Self { kind: DecisionKind::Skipped, answer: None, option_id: None }
    }
}

/// What passing `node` amounts to, and the node it leads to.
fn pass(node: &Node, command: &StepCommand) -> Result<(Passed, Option<String>), Failure> {
    let needs_answer =
        || Failure::new(codes::ANSWER_REQUIRED, "This step decides the way: pick one of its options.");
    if node.node_type.is_end() {
        return Err(Failure::new(
            codes::ANSWER_REQUIRED,
            "The flow ends here. Complete the session, or go back to an earlier step.",
        ));
    }
    match command.action {
        StepAction::Answer => {
            let wanted = command.option_id.as_deref().unwrap_or_default();
            let (index, option) = node
                .options
                .iter()
                .enumerate()
                .find(|(index, option)| option.effective_id(*index) == wanted)
                .ok_or_else(|| {
                    Failure::invalid_field("option_id", "unknown_option", "this step has no such option")
                })?;
            let passed = Passed {
                kind: DecisionKind::Answered,
                answer: Some(option.label.clone()),
                option_id: Some(option.effective_id(index)),
            };
            Ok((passed, Some(option.next.clone())))
        }
        _ if node.node_type == NodeType::Question || node.next.is_none() => Err(needs_answer()),
        StepAction::Skip => Ok((Passed::skipped(), node.next.clone())),
        _ => Ok((Passed::done(), node.next.clone())),
    }
}

#[cfg(test)]
mod tests;
