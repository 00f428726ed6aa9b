//! The session aggregate: who it belongs to, how it starts and how it ends.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use rf_auth_policy::Actor;
use rf_kernel::{AccountId, BatchId, Checks, Failure, Revision, SessionId, Timestamp, TreeId, UserId};
use rf_trees::{IntakeForm, Snapshot, SnapshotContent, Structure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{LogEntry, LogKind, codes};

/// Values of the flow's variables: texts, numbers, booleans or null.
pub type Variables = BTreeMap<String, Value>;

/// A pause longer than this does not count as work: the engineer was on another ticket.
pub(crate) const LONGEST_COUNTED_GAP_SECONDS: i64 = 15 * 60;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Fixed, or everything done.
    Resolved,
    /// The user can work, the cause remains.
    Workaround,
    /// Not fixed.
    Unresolved,
    /// Handed over.
    Escalated,
    /// Not needed any more.
    Cancelled,
}

impl Outcome {
    const ALL: [Self; 5] =
        [Self::Resolved, Self::Workaround, Self::Unresolved, Self::Escalated, Self::Cancelled];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Workaround => "workaround",
            Self::Unresolved => "unresolved",
            Self::Escalated => "escalated",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromStr for Outcome {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|o| o.as_str() == s).ok_or_else(|| format!("unknown outcome {s:?}"))
    }
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Made for somebody, not started.
    Prepared,
    /// Started, not finished.
    Active,
    /// Finished.
    Completed,
}

/// What was done at a step, as the present path has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// A question was answered, or an action's result chosen.
    Answered,
    /// An action or step was done.
    Done,
    /// It was left out, for a reason.
    Skipped,
}

/// One step passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The log entry it comes from.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub entry_id: rf_kernel::EntryId,
    /// Which step.
    pub node_id: String,
    /// What was done.
    pub kind: DecisionKind,
    /// The step's title then.
    pub title: String,
    /// The label of the answer.
    #[serde(default)]
    pub answer: Option<String>,
    /// The id of the answer.
    #[serde(default)]
    pub option_id: Option<String>,
    /// Why it was skipped.
    #[serde(default)]
    pub reason: Option<String>,
    /// What the engineer wrote.
    #[serde(default)]
    pub notes: Option<String>,
    /// When; the server's time.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub timestamp: Timestamp,
}

/// A step the flow does not have, done on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomStep {
    /// The log entry it comes from.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub id: rf_kernel::EntryId,
    /// The step it followed.
    #[serde(default)]
    pub after_node_id: Option<String>,
    /// What was done, in a line.
    pub title: String,
    /// What the engineer wrote.
    #[serde(default)]
    pub notes: Option<String>,
    /// When; the server's time.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub timestamp: Timestamp,
}

/// One run of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The tenant.
    pub account_id: AccountId,
    /// The flow it was made from.
    pub tree_id: TreeId,
    /// Whose work it is.
    pub user_id: UserId,
    /// The flow as it was then.
    pub snapshot: Snapshot,
    /// The flow's name then, kept beside the snapshot for searching.
    pub tree_name: String,
    /// Steps passed, and for a graph the present one last; empty before the first step.
    pub path_taken: Vec<String>,
    /// What was done at the steps of the path.
    pub decisions: Vec<Decision>,
    /// Steps the flow does not have.
    pub custom_steps: Vec<CustomStep>,
    /// Values of the flow's variables.
    pub variables: Variables,
    /// The engineer's own notes.
    pub scratchpad: String,
    /// The PSA ticket it belongs to.
    pub ticket_number: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// The batch it was launched in.
    pub batch_id: Option<BatchId>,
    /// The target it is for.
    pub target_label: Option<String>,
    /// Who prepared it.
    pub prepared_by_id: Option<UserId>,
    /// Whom it was prepared for.
    pub assigned_to_id: Option<UserId>,
    /// When the work began; `None` = prepared.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What the engineer says about it.
    pub outcome_notes: Option<String>,
    /// What is left to do.
    pub next_steps: Option<String>,
    /// A note was exported after it ended.
    pub exported: bool,
    /// Seconds of work, long pauses left out.
    pub active_seconds: i64,
    /// When somebody last worked on it; what [`Session::active_seconds`] grows from.
    pub last_activity_at: Option<Timestamp>,
    /// How many log entries it has.
    pub log_length: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub revision: Revision,
}

/// What all ways to make a session have in common.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The flow.
    pub tree_id: TreeId,
    /// The flow as it is now.
    pub snapshot: Snapshot,
    /// The flow's name now.
    pub tree_name: String,
    /// Values known already.
    pub variables: Variables,
    /// The PSA ticket.
    pub ticket_number: Option<String>,
    /// The client.
    pub client_name: Option<String>,
}

impl NewSession {
    /// Checks what a caller may send.
    pub fn check(&self, checks: &mut Checks) {
        check_header(self.ticket_number.as_deref(), self.client_name.as_deref(), checks);
        check_variables(&self.variables, checks);
    }

    /// A session that waits: prepared for `assignee`, or for its maker.
    #[must_use]
    pub fn prepared(self, by: &Actor, assignee: Option<UserId>, now: Timestamp) -> Session {
        Session {
            id: self.id,
            account_id: by.account_id,
            tree_id: self.tree_id,
            user_id: assignee.unwrap_or(by.user_id),
            snapshot: self.snapshot,
            tree_name: self.tree_name,
            path_taken: Vec::new(),
            decisions: Vec::new(),
            custom_steps: Vec::new(),
            variables: self.variables,
            scratchpad: String::new(),
            ticket_number: self.ticket_number,
            client_name: self.client_name,
            batch_id: None,
            target_label: None,
            prepared_by_id: Some(by.user_id),
            assigned_to_id: assignee,
            started_at: None,
            completed_at: None,
            outcome: None,
            outcome_notes: None,
            next_steps: None,
            exported: false,
            active_seconds: 0,
            last_activity_at: None,
            log_length: 0,
            created_at: now,
            updated_at: now,
            revision: Revision::FIRST,
        }
    }

    /// One of a batch: prepared for its maker, nobody else's name on it, or for `assignee`.
    #[must_use]
    pub fn of_batch(
        self,
        by: &Actor,
        assignee: Option<UserId>,
        batch: BatchId,
        target: String,
        now: Timestamp,
    ) -> Session {
        Session {
            batch_id: Some(batch),
            target_label: Some(target),
            prepared_by_id: assignee.map(|_| by.user_id),
            ..self.prepared(by, assignee, now)
        }
    }

    /// A session whose work begins at once.
    #[must_use]
    pub fn started(self, by: &Actor, now: Timestamp) -> Session {
        Session {
            prepared_by_id: None,
            started_at: Some(now),
            last_activity_at: Some(now),
            ..self.prepared(by, None, now)
        }
    }
}

/// Checks the fields that name the work.
pub(crate) fn check_header(ticket: Option<&str>, client: Option<&str>, checks: &mut Checks) {
    checks.optional_text("ticket_number", ticket, 0..=100);
    checks.optional_text("client_name", client, 0..=255);
}

/// Checks variables as a caller sends them.
pub(crate) fn check_variables(variables: &Variables, checks: &mut Checks) {
    checks.count("session_variables", variables.len(), 200);
    for (name, value) in variables {
        let loc = format!("session_variables.{name}");
        if name.chars().count() > 63 || name.is_empty() {
            checks.refuse(&*loc, "bad_name", "variable names have 1 to 63 characters");
            continue;
        }
        match value {
            Value::String(text) => checks.text(&loc, text, 0..=4_000),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::Array(_) | Value::Object(_) => {
                checks.refuse(loc, "wrong_type", "must be a text, a number, a boolean or null");
            }
        }
    }
}

impl Session {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> SessionStatus {
        match (self.started_at, self.completed_at) {
            (_, Some(_)) => SessionStatus::Completed,
            (Some(_), None) => SessionStatus::Active,
            (None, None) => SessionStatus::Prepared,
        }
    }

    /// The pair of answers every address with a session id gives to a colleague.
    ///
    /// # Errors
    /// `session_access_denied` unless `actor` owns it or it is assigned to them.
    pub fn require_access(&self, actor: &Actor) -> Result<(), Failure> {
        if self.user_id == actor.user_id || self.assigned_to_id == Some(actor.user_id) {
            return Ok(());
        }
        Err(Failure::new(codes::SESSION_ACCESS_DENIED, "You don't have access to this session"))
    }

    /// Refuses changes after the end, in the words the contract fixes for the occasion.
    ///
    /// # Errors
    /// `session_completed`.
    pub fn require_open(&self, refusal: &'static str) -> Result<(), Failure> {
        if self.completed_at.is_none() {
            return Ok(());
        }
        Err(Failure::new(codes::SESSION_COMPLETED, refusal))
    }

    /// The flow it runs.
    ///
    /// # Errors
    /// An internal failure when the stored snapshot is not one of ours.
    pub fn flow(&self) -> Result<Arc<SnapshotContent>, Failure> {
        self.snapshot.read().map_err(Failure::internal)
    }

    /// The step the work is at: of a graph the last of the path, of a checklist the first still open.
    #[must_use]
    pub fn current_step_id(&self, structure: &Structure) -> Option<String> {
        match structure {
            Structure::Graph(graph) => {
                Some(self.path_taken.last().cloned().unwrap_or_else(|| graph.root.clone()))
            }
            Structure::Checklist(list) => {
                list.steps().find(|step| self.decision_at(&step.id).is_none()).map(|step| step.id.clone())
            }
        }
    }

    /// What was done at that step on the present path.
    #[must_use]
    pub fn decision_at(&self, node_id: &str) -> Option<&Decision> {
        self.decisions.iter().rev().find(|decision| decision.node_id == node_id)
    }

    /// The first entry of the log of a session just made.
    pub fn opening_entry(&mut self, by: &Actor) -> LogEntry {
        let kind = if self.started_at.is_some() { LogKind::Started } else { LogKind::Prepared };
        self.log(LogEntry::new(kind, by.user_id, self.created_at))
    }

    /// Begins the work on a prepared session; nothing on one that has begun.
    ///
    /// # Errors
    /// `session_completed`.
    pub fn start(&mut self, by: &Actor, now: Timestamp) -> Result<Option<LogEntry>, Failure> {
        self.require_open("Cannot update a completed session")?;
        let entry = self.begin(by, now);
        if entry.is_some() {
            self.touch(now);
        }
        Ok(entry)
    }

    /// Begins the work if it has not begun. The assignee who begins it makes it theirs.
    pub(crate) fn begin(&mut self, by: &Actor, now: Timestamp) -> Option<LogEntry> {
        if self.started_at.is_some() {
            return None;
        }
        self.started_at = Some(now);
        self.last_activity_at = Some(now);
        if self.assigned_to_id == Some(by.user_id) {
            self.user_id = by.user_id;
        }
        Some(self.log(LogEntry::new(LogKind::Started, by.user_id, now)))
    }

    /// Ends the work. A prepared session that was never begun begins and ends now.
    ///
    /// # Errors
    /// `session_completed`, `required_steps_open` when a checklist is called resolved with required steps open,
    /// `validation_failed`.
    pub fn complete(
        &mut self,
        outcome: Outcome,
        outcome_notes: Option<String>,
        next_steps: Option<String>,
        structure: &Structure,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<LogEntry>, Failure> {
        self.require_open("Session already completed")?;
        let mut checks = Checks::new();
        checks.optional_text("outcome_notes", outcome_notes.as_deref(), 0..=10_000);
        checks.optional_text("next_steps", next_steps.as_deref(), 0..=10_000);
        checks.finish()?;
        if let (Outcome::Resolved, Structure::Checklist(list)) = (outcome, structure) {
            let open: Vec<&str> = list
                .steps()
                .filter(|step| step.required && self.decision_at(&step.id).is_none())
                .map(|step| step.id.as_str())
                .collect();
            if !open.is_empty() {
                return Err(Failure::new(
                    codes::REQUIRED_STEPS_OPEN,
                    json!({
                        "message": "Required steps are still open: do them, skip them with a reason, or choose another outcome.",
                        "open": open,
                    }),
                ));
            }
        }
        let mut entries: Vec<LogEntry> = self.begin(by, now).into_iter().collect();
        self.completed_at = Some(now);
        self.outcome = Some(outcome);
        self.outcome_notes = outcome_notes;
        self.next_steps = next_steps;
        let entry = LogEntry {
            answer: Some(outcome.as_str().to_owned()),
            ..LogEntry::new(LogKind::Completed, by.user_id, now)
        };
        entries.push(self.log(entry));
        self.touch(now);
        Ok(entries)
    }

    /// Replaces the scratchpad; allowed after the end too.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn set_scratchpad(&mut self, text: String, now: Timestamp) -> Result<(), Failure> {
        let mut checks = Checks::new();
        checks.text("scratchpad", &text, 0..=100_000);
        checks.finish()?;
        self.scratchpad = text;
        self.touch(now);
        Ok(())
    }

    /// Merges values into the variables, name by name.
    ///
    /// # Errors
    /// `session_completed`, `validation_failed`.
    pub fn merge_variables(
        &mut self,
        values: Variables,
        by: &Actor,
        now: Timestamp,
    ) -> Result<LogEntry, Failure> {
        self.require_open("Cannot update variables on a completed session")?;
        let mut checks = Checks::new();
        check_variables(&values, &mut checks);
        // Names only: values may be secrets, and the log is for ever.
        let names = values.keys().cloned().collect::<Vec<_>>().join(", ");
        let mut merged = self.variables.clone();
        merged.extend(values);
        checks.count("session_variables", merged.len(), 200);
        checks.finish()?;
        self.variables = merged;
        self.touch(now);
        Ok(self.log(LogEntry { title: Some(names), ..LogEntry::new(LogKind::Variables, by.user_id, now) }))
    }

    /// Whether the newest entry of the log says already what [`Session::mark_exported`] would: the same person made the
    /// same form of note, and nothing has happened since. Looking at a note from several sides is one export.
    #[must_use]
    pub fn is_exported_as(&self, format: &str, by: UserId, newest: Option<&LogEntry>) -> bool {
        newest.is_some_and(|entry| {
            entry.kind == LogKind::Exported && entry.actor_id == by && entry.title.as_deref() == Some(format)
        }) && self.exported == self.completed_at.is_some()
    }

    /// Records that a note was made; of a finished session, that it has been exported.
    pub fn mark_exported(&mut self, format: &str, by: &Actor, now: Timestamp) -> LogEntry {
        self.exported |= self.completed_at.is_some();
        self.touch(now);
        self.log(LogEntry {
            title: Some(format.to_owned()),
            ..LogEntry::new(LogKind::Exported, by.user_id, now)
        })
    }

    /// Fills in the defaults of variables nobody gave a value.
    pub fn fill_defaults(variables: &mut Variables, form: &IntakeForm) {
        for field in &form.fields {
            if let Some(default) = &field.default {
                variables.entry(field.name.clone()).or_insert_with(|| default.as_str().into());
            }
        }
    }

    /// Gives the entry its place in the log and counts the work up to it: from the start to the end, no sooner.
    pub(crate) fn log(&mut self, mut entry: LogEntry) -> LogEntry {
        self.log_length += 1;
        entry.seq = self.log_length;
        if self.started_at.is_some() && self.completed_at.is_none_or(|end| end == entry.at) {
            if let Some(last) = self.last_activity_at {
                self.active_seconds += entry.at.seconds_since(last).clamp(0, LONGEST_COUNTED_GAP_SECONDS);
            }
            self.last_activity_at = Some(entry.at);
        }
        entry
    }

    /// Counts a change. Once for each use case, however many entries it logs.
    pub(crate) fn touch(&mut self, now: Timestamp) {
        self.revision = self.revision.next();
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests;
