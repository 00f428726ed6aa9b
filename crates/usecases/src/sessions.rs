//! Guided sessions: start, work, finish.

use std::collections::{BTreeMap, BTreeSet};

use rf_audit::events;
use rf_auth_policy::{Action, decide, require};
use rf_kernel::{
    AiSessionId, BatchId, Checks, Failure, Page, Revision, SessionId, TreeId, UserId, codes::STALE_REVISION,
};
use rf_sessions::{
    AppendOutcome, LogEntry, NewSession, Outcome, Session, SessionCursor, SessionFilter, SessionUpdate,
    SessionUpdateOutcome, StepCommand, Variables, codes,
};
use rf_trees::{Snapshot, SnapshotContent, Structure, Tree, TreeStatus, TreeType};
use serde_json::{Value, json};

use crate::{
    App, Caller, Work,
    audit::Event,
    psa::{PushSubject, occasion_of},
    trees::{tree_not_found, visible_tree},
};

/// A session to start.
#[derive(Clone, Debug)]
pub struct StartSession {
    /// The flow.
    pub tree_id: TreeId,
    /// The PSA ticket.
    pub ticket_number: Option<String>,
    /// The client.
    pub client_name: Option<String>,
    /// Values known already; the rest is asked for when a step needs it.
    pub variables: Variables,
}

/// A session to prepare, for oneself or a colleague.
#[derive(Clone, Debug)]
pub struct PrepareSession {
    /// As for a start.
    pub start: StartSession,
    /// For whom.
    pub assigned_to_id: Option<UserId>,
}

/// A maintenance flow to launch over many targets.
#[derive(Clone, Debug)]
pub struct BatchLaunch {
    /// The flow.
    pub tree_id: TreeId,
    /// One session for each; 1 to 100.
    pub targets: Vec<BatchTarget>,
}

/// One target of a launch.
#[derive(Clone, Debug)]
pub struct BatchTarget {
    /// What it is called, 1 to 255 characters.
    pub label: String,
    /// Values known already.
    pub variables: Variables,
    /// Who works it; the launcher when not said.
    pub assigned_to_id: Option<UserId>,
}

/// A page of sessions.
#[derive(Clone, Debug)]
pub struct SessionPage {
    /// Its sessions.
    pub items: Vec<Session>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<SessionCursor>,
}

/// A session with the step it is at.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// The step it is at.
    pub current_step_id: Option<String>,
    /// The conversation it goes on in, where it was handed over.
    pub ai_session_id: Option<AiSessionId>,
}

impl SessionView {
    fn of(session: Session, flow: &SnapshotContent) -> Self {
        let current_step_id = session.current_step_id(&flow.structure);
        Self { session, current_step_id, ai_session_id: None }
    }

    /// The same, with where it goes on.
    async fn with_whereabouts(mut self, work: &mut Work) -> Result<Self, Failure> {
        if self.session.outcome == Some(Outcome::Escalated) {
            let (tenant, id) = (self.session.account_id, self.session.id);
            self.ai_session_id = work.unit.ai_session_of_guided(tenant, id).await?;
        }
        Ok(self)
    }
}

impl App {
    /// A page of sessions: what comes after `after`. `filter.person` is set to the caller.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn list_sessions(
        &self,
        caller: &Caller,
        filter: &SessionFilter,
        after: Option<SessionCursor>,
        page: Page,
    ) -> Result<SessionPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let filter = SessionFilter { person: work.actor.user_id, ..filter.clone() };
            // One more tells whether there is another page; nothing is ever counted.
            let asked = Page { limit: page.limit.saturating_add(1), ..page };
            let mut items = work.unit.list_sessions(work.actor.account_id, &filter, after, asked).await?;
            let more = items.len() as u64 > page.limit;
            items.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
            let next = items.last().filter(|_| more).map(SessionCursor::of);
            Ok(SessionPage { items, next })
        })
        .await
    }

    /// One session.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`.
    pub async fn session(&self, caller: &Caller, id: SessionId) -> Result<SessionView, Failure> {
        self.read(caller, async |work| {
            let session = work.unit.session_by_id(work.actor.account_id, id).await?;
            let session = session.ok_or_else(session_not_found)?;
            session.require_access(&work.actor)?;
            let flow = session.flow()?;
            SessionView::of(session, &flow).with_whereabouts(work).await
        })
        .await
    }

    /// The step log of a session.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`.
    pub async fn session_log(&self, caller: &Caller, id: SessionId) -> Result<Vec<LogEntry>, Failure> {
        self.read(caller, async |work| {
            let tenant = work.actor.account_id;
            let session = work.unit.session_by_id(tenant, id).await?.ok_or_else(session_not_found)?;
            session.require_access(&work.actor)?;
            Ok(work.unit.session_log(tenant, id).await?)
        })
        .await
    }

    /// Starts a session.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_inactive`, `tree_access_denied`, `validation_failed`, `forbidden`.
    pub async fn start_session(&self, caller: &Caller, start: &StartSession) -> Result<SessionView, Failure> {
        self.write(caller, async |work| {
            let tree = startable_tree(work, start.tree_id, "Cannot start session with inactive tree").await?;
            let session = self.new_session(&tree, start.clone())?.started(&work.actor, work.ctx.now);
            work.unit.increment_usage(work.actor.account_id, tree.id).await?;
            let view = keep_new(work, session).await?;
            self.read_ticket_later(work, &view.session).await?;
            self.audit_session(work, &view.session, events::SESSION_STARTED, json!({})).await?;
            Ok(view)
        })
        .await
    }

    /// Prepares a session, for the caller or a colleague.
    ///
    /// # Errors
    /// As [`App::start_session`], `assignee_not_found`, `assignee_other_team`, `validation_failed` for an assignee
    /// who may not work sessions.
    pub async fn prepare_session(
        &self,
        caller: &Caller,
        prepare: &PrepareSession,
    ) -> Result<SessionView, Failure> {
        self.write(caller, async |work| {
            let tree =
                startable_tree(work, prepare.start.tree_id, "Cannot prepare session with inactive tree")
                    .await?;
            if let Some(assignee) = prepare.assigned_to_id {
                check_assignee(work, assignee).await?;
            }
            let new = self.new_session(&tree, prepare.start.clone())?;
            let session = new.prepared(&work.actor, prepare.assigned_to_id, work.ctx.now);
            let view = keep_new(work, session).await?;
            self.read_ticket_later(work, &view.session).await?;
            let payload = json!({ "assigned_to_id": prepare.assigned_to_id });
            self.audit_session(work, &view.session, events::SESSION_PREPARED, payload).await?;
            Ok(view)
        })
        .await
    }

    /// Makes one prepared session for each target.
    ///
    /// # Errors
    /// `tree_not_found`, `tree_access_denied`, `tree_inactive`, `tree_is_draft`, `not_a_maintenance_flow`,
    /// `validation_failed`, `forbidden`.
    pub async fn launch_batch(
        &self,
        caller: &Caller,
        launch: &BatchLaunch,
    ) -> Result<(BatchId, Vec<Session>), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let mut checks = Checks::new();
            if launch.targets.is_empty() {
                checks.refuse("targets", "too_few", "name at least one target");
            }
            checks.count("targets", launch.targets.len(), 100);
            for (index, target) in launch.targets.iter().enumerate() {
                checks.text(&format!("targets[{index}].label"), &target.label, 1..=255);
            }
            checks.finish()?;
            let tenant = work.actor.account_id;
            let tree = work.unit.tree_by_id(tenant, launch.tree_id).await?.ok_or_else(tree_not_found)?;
            if !tree.can_access(&work.actor) {
                return Err(Failure::new(rf_trees::codes::TREE_ACCESS_DENIED, "Access denied"));
            }
            if !tree.is_active {
                return Err(Failure::new(codes::TREE_INACTIVE, "Cannot batch-launch an inactive flow"));
            }
            if tree.status == TreeStatus::Draft {
                return Err(Failure::new(codes::TREE_IS_DRAFT, "Cannot batch-launch a draft flow"));
            }
            if tree.content.tree_type != TreeType::Maintenance {
                return Err(Failure::new(
                    codes::NOT_A_MAINTENANCE_FLOW,
                    "Batch launch is only for maintenance flows",
                ));
            }
            let assignees: BTreeSet<UserId> =
                launch.targets.iter().filter_map(|target| target.assigned_to_id).collect();
            for assignee in assignees {
                check_assignee(work, assignee).await?;
            }
            let batch: BatchId = self.new_id();
            let snapshot = Snapshot::of_batch(&tree).map_err(Failure::internal)?;
            let mut sessions = Vec::with_capacity(launch.targets.len());
            for target in &launch.targets {
                let new = NewSession {
                    id: self.new_id(),
                    tree_id: tree.id,
                    snapshot: snapshot.clone(),
                    tree_name: tree.content.name.clone(),
                    variables: target.variables.clone(),
                    ticket_number: None,
                    client_name: None,
                };
                let mut checks = Checks::new();
                new.check(&mut checks);
                checks.finish()?;
                let label = target.label.trim().to_owned();
                let session = new.of_batch(&work.actor, target.assigned_to_id, batch, label, work.ctx.now);
                sessions.push(keep_new(work, session).await?.session);
            }
            let payload = json!({ "tree_id": tree.id, "count": sessions.len() });
            let event = Event::new(events::SESSION_BATCH_LAUNCHED, "batch", batch.uuid(), payload);
            self.audit(work, event).await?;
            Ok((batch, sessions))
        })
        .await
    }

    /// Begins the work on a prepared session; a session that has begun is answered as it is.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `session_completed`.
    pub async fn begin_session(&self, caller: &Caller, id: SessionId) -> Result<SessionView, Failure> {
        self.change_session(caller, id, async |work, session, _| {
            Ok(session.start(&work.actor, work.ctx.now)?.into_iter().collect())
        })
        .await
    }

    /// Takes one step. A repeat of an entry already in the log is answered with the session as it is.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `session_completed`, `step_not_current`,
    /// `answer_required`, `step_not_found`, `validation_failed`.
    pub async fn step_session(
        &self,
        caller: &Caller,
        id: SessionId,
        command: &StepCommand,
    ) -> Result<SessionView, Failure> {
        self.change_session(caller, id, async |work, session, flow| {
            let tenant = work.actor.account_id;
            if work.unit.has_log_entry(tenant, id, command.entry_id).await? {
                return Ok(Vec::new());
            }
            session.step(command.clone(), &flow.structure, &work.actor, work.ctx.now)
        })
        .await
    }

    /// Applies the contract's whole-field update.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `session_completed`, `stale_revision`,
    /// `validation_failed`.
    pub async fn update_session(
        &self,
        caller: &Caller,
        id: SessionId,
        update: &SessionUpdate,
    ) -> Result<SessionView, Failure> {
        self.change_session(caller, id, async |work, session, _| {
            session.update(update.clone(), &work.actor, work.ctx.now)
        })
        .await
    }

    /// Replaces the scratchpad; allowed after the end too.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `validation_failed`.
    pub async fn set_scratchpad(
        &self,
        caller: &Caller,
        id: SessionId,
        text: &str,
    ) -> Result<SessionView, Failure> {
        self.change_session(caller, id, async |work, session, _| {
            session.set_scratchpad(text.to_owned(), work.ctx.now)?;
            Ok(Vec::new())
        })
        .await
    }

    /// Merges values into the variables, name by name.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `session_completed`, `validation_failed`.
    pub async fn merge_variables(
        &self,
        caller: &Caller,
        id: SessionId,
        values: &Variables,
    ) -> Result<SessionView, Failure> {
        self.change_session(caller, id, async |work, session, _| {
            session.merge_variables(values.clone(), &work.actor, work.ctx.now).map(|entry| vec![entry])
        })
        .await
    }

    /// Ends the work.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `session_completed`, `required_steps_open`,
    /// `validation_failed`.
    pub async fn complete_session(
        &self,
        caller: &Caller,
        id: SessionId,
        outcome: Outcome,
        outcome_notes: Option<&str>,
        next_steps: Option<&str>,
    ) -> Result<SessionView, Failure> {
        self.change_session(caller, id, async |work, session, flow| {
            session.complete(
                outcome,
                outcome_notes.map(str::to_owned),
                next_steps.map(str::to_owned),
                &flow.structure,
                &work.actor,
                work.ctx.now,
            )
        })
        .await
    }

    fn new_session(&self, tree: &Tree, start: StartSession) -> Result<NewSession, Failure> {
        let mut variables = start.variables;
        Session::fill_defaults(&mut variables, &tree.content.intake_form);
        let trimmed = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let new = NewSession {
            id: self.new_id(),
            tree_id: tree.id,
            snapshot: Snapshot::of(tree).map_err(Failure::internal)?,
            tree_name: tree.content.name.clone(),
            variables,
            ticket_number: trimmed(start.ticket_number),
            client_name: trimmed(start.client_name),
        };
        let mut checks = Checks::new();
        new.check(&mut checks);
        checks.finish()?;
        Ok(new)
    }

    /// Reads a session for a change, changes it, and keeps it with what was logged. No change, no write. A change
    /// that begins the work counts as a use of the flow, one that ends it as a completion.
    pub(crate) async fn change_session(
        &self,
        caller: &Caller,
        id: SessionId,
        change: impl AsyncFn(&mut Work, &mut Session, &SnapshotContent) -> Result<Vec<LogEntry>, Failure>,
    ) -> Result<SessionView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let tenant = work.actor.account_id;
            let session = work.unit.session_for_update(tenant, id).await?;
            let mut session = session.ok_or_else(session_not_found)?;
            session.require_access(&work.actor)?;
            let flow = session.flow()?;
            let (before, waited) = (session.revision, session.started_at.is_none());
            let open = session.completed_at.is_none();
            let ticket = session.ticket_number.clone();
            let entries = change(work, &mut session, &flow).await?;
            if waited && session.started_at.is_some() {
                work.unit.increment_usage(tenant, session.tree_id).await?;
            }
            if let Some(outcome) = session.outcome.filter(|_| open && session.completed_at.is_some())
                && outcome != Outcome::Cancelled
            {
                // A cancelled run says nothing about the flow.
                let resolved = outcome == Outcome::Resolved;
                work.unit.increment_completions(tenant, session.tree_id, resolved).await?;
            }
            if session.revision != before {
                keep_changed(work, &session, before, &entries).await?;
            }
            if session.ticket_number != ticket {
                self.read_ticket_later(work, &session).await?;
            }
            if let Some(occasion) =
                session.outcome.filter(|_| open && session.completed_at.is_some()).and_then(occasion_of)
            {
                self.queue_push(work, &PushSubject::from(&session), occasion).await?;
            }
            if waited && session.started_at.is_some() {
                self.audit_session(work, &session, events::SESSION_STARTED, json!({})).await?;
            }
            if open && session.completed_at.is_some() {
                let payload = json!({ "outcome": session.outcome });
                self.audit_session(work, &session, events::SESSION_COMPLETED, payload).await?;
            }
            SessionView::of(session, &flow).with_whereabouts(work).await
        })
        .await
    }

    /// Keeps that something was done with a session. What its steps say is in its own log.
    pub(crate) async fn audit_session(
        &self,
        work: &mut Work,
        session: &Session,
        action: &'static str,
        mut payload: Value,
    ) -> Result<(), Failure> {
        payload["tree_id"] = json!(session.tree_id);
        payload["ticket_number"] = json!(session.ticket_number);
        self.audit(work, Event::new(action, "session", session.id.uuid(), payload)).await
    }

    /// Names of the people in a session's log.
    pub(crate) async fn names(work: &mut Work) -> Result<BTreeMap<UserId, String>, Failure> {
        let members = work.unit.members(work.actor.account_id).await?;
        Ok(members.into_iter().map(|user| (user.id, user.name)).collect())
    }
}

async fn keep_new(work: &mut Work, mut session: Session) -> Result<SessionView, Failure> {
    let entry = session.opening_entry(&work.actor);
    work.unit.insert_session(&session).await?;
    append(work, &session, &entry).await?;
    let flow = session.flow()?;
    Ok(SessionView::of(session, &flow))
}

pub(crate) async fn keep_changed(
    work: &mut Work,
    session: &Session,
    before: Revision,
    entries: &[LogEntry],
) -> Result<(), Failure> {
    match work.unit.update_session(session.account_id, session, before).await? {
        SessionUpdateOutcome::Updated => {}
        SessionUpdateOutcome::Stale => {
            return Err(Failure::new(STALE_REVISION, "Somebody else changed this session first. Reload it."));
        }
        SessionUpdateOutcome::NotFound => return Err(session_not_found()),
    }
    for entry in entries {
        append(work, session, entry).await?;
    }
    Ok(())
}

async fn append(work: &mut Work, session: &Session, entry: &LogEntry) -> Result<(), Failure> {
    match work.unit.append_log(session.account_id, session.id, entry).await? {
        AppendOutcome::Appended => Ok(()),
        // Looked for under the session's lock just before, so this is a fault of ours.
        AppendOutcome::Duplicate => Err(Failure::internal("a log entry appeared under the session's lock")),
    }
}

/// The flow, if it can be run by the actor: the checks and their order are the contract's.
async fn startable_tree(work: &mut Work, id: TreeId, inactive: &'static str) -> Result<Tree, Failure> {
    require(&work.actor, Action::RunSessions)?;
    let tree = work.unit.tree_by_id(work.actor.account_id, id).await?.ok_or_else(tree_not_found)?;
    if !tree.is_active {
        return Err(Failure::new(codes::TREE_INACTIVE, inactive));
    }
    let tree = if tree.can_access(&work.actor) { tree } else { visible_tree(work, id).await? };
    let has_first_step = match &tree.content.structure {
        Structure::Graph(graph) => graph.node(&graph.root).is_some(),
        Structure::Checklist(list) => list.steps().next().is_some(),
    };
    if !has_first_step {
        return Err(Failure::new(
            rf_trees::codes::TREE_NOT_PUBLISHABLE,
            "This draft has no first step yet. Add one before you run it.",
        ));
    }
    Ok(tree)
}

/// The assignee is an active person of this account who may do the work, and of the same team when both have one.
async fn check_assignee(work: &mut Work, id: UserId) -> Result<(), Failure> {
    let user = work.unit.user_by_id(work.actor.account_id, id).await?;
    let user = user
        .filter(rf_accounts::User::can_sign_in)
        .ok_or_else(|| Failure::new(codes::ASSIGNEE_NOT_FOUND, "Assigned user not found"))?;
    if let (Some(own), Some(theirs)) = (work.actor.team_id, user.team_id)
        && own != theirs
    {
        return Err(Failure::new(codes::ASSIGNEE_OTHER_TEAM, "Can only assign to users on your team"));
    }
    if !decide(&user.actor(), Action::RunSessions) {
        // The session would be theirs alone, and nobody could ever run it.
        let message = "may read but not work sessions; choose somebody else";
        return Err(Failure::invalid_field("assigned_to_id", "cannot_run_sessions", message));
    }
    Ok(())
}

pub(crate) fn session_not_found() -> Failure {
    Failure::new(codes::SESSION_NOT_FOUND, "Session not found")
}
