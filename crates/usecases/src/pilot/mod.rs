//! The copilot: conversations begun, worked turn by turn, put aside and ended.

mod chase;
mod documents;
mod edits;
mod fixes;
mod from_guided;
mod library;
mod model;
mod similar;
mod taken_over;
mod turn;
mod weighing;

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_flowpilot::{
    Intake, Reading, Signature, SignatureKind,
    engine::{EngineState, Input},
    pseudonyms::Pseudonyms,
};
use rf_kernel::{AiSessionId, EntryId, Failure, Page, Revision, TreeId, UploadId, codes::STALE_REVISION};
use rf_psa::Occasion;
use rf_sessions::{
    ai::{
        AiSession, AiSessionCursor, AiSessionFilter, AiSessionStatus, AiSessionSummary,
        AiSessionUpdateOutcome, AiStep, EngineNote, FixOutcome, FixStatus, IntakeContent, IntakeType,
        NewAiSession, StepSource, SuggestedFix, TurnToken, Verdict,
    },
    codes,
};
use rf_store::UnitOfWork;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use self::model::{Called, Known, NoAnswer, Question, Showing, hidden, sent};
pub(crate) use self::{
    chase::RemindOfFix,
    documents::{supported, write_out},
    from_guided::Continued,
    library::{ByAccount, FlowIndexes, Searched, published},
    weighing::{WeighedByModel, Weighing},
};
pub use self::{
    documents::{PlannedNote, WriteNote, WrittenCase},
    edits::{EditNote, EditedNote},
    fixes::DueFix,
    model::{LiveWords, Model, PlannedTurn},
};
use self::{model::Advised, turn::Taken};
use crate::{
    App, Caller, PushSubject, Work,
    audit::Event,
    handoff::{close_handoffs, close_parked},
    uploads::{UploadView, attach},
    work::Decided,
};

/// After so long without a turn a conversation counts as abandoned.
const LEFT_ALONE_SECONDS: i64 = 30 * 86_400;

/// A conversation to begin.
#[derive(Clone, Debug, Default)]
pub struct BeginAiSession {
    /// How; told from what comes in where it is not said.
    pub intake_type: Option<IntakeType>,
    /// What comes in.
    pub intake: IntakeContent,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// Files of the caller that come with it.
    pub uploads: Vec<UploadId>,
    /// What it means, as [`App::with_meaning`] has it.
    pub meaning: Option<Vec<f32>>,
}

/// What the engineer does in a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum TurnInput {
    /// Writes something.
    Message(String),
    /// Says what became of the open step.
    Verdict(Verdict),
    /// Wants that flow.
    Pick(TreeId),
    /// Wants another approach.
    Widen,
    /// Wants the step before.
    Back,
    /// Wants a model to look at where it stands.
    Think,
}

/// A turn the engineer takes.
#[derive(Clone, Debug)]
pub struct TakeTurn {
    /// Made by the client; a repeat changes nothing.
    pub entry_id: EntryId,
    /// The turns the engineer has seen.
    pub turn: TurnToken,
    /// What they do.
    pub input: TurnInput,
    /// Files of theirs that come with a message.
    pub uploads: Vec<UploadId>,
}

/// A page of conversations.
#[derive(Clone, Debug)]
pub struct AiSessionPage {
    /// Its conversations.
    pub items: Vec<AiSessionSummary>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<AiSessionCursor>,
}

/// A conversation with all that belongs to it.
#[derive(Clone, Debug)]
pub struct AiSessionView {
    /// The conversation.
    pub session: AiSession,
    /// Its steps, in order.
    pub steps: Vec<AiStep>,
    /// Its fixes, oldest first.
    pub fixes: Vec<SuggestedFix>,
    /// Error signatures in what was said.
    pub signatures: Vec<Signature>,
    /// Files that came with what was said, in the order they came.
    pub uploads: Vec<UploadView>,
    /// What to offer as the resolution's text, once there is an end to confirm.
    pub suggested_resolution: Option<String>,
    /// The name of the flow it follows.
    pub matched_flow_name: Option<String>,
    /// Whether the caller may go on with it.
    pub can_work: bool,
}

/// What is kept of the copilot beside the conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// Where the engine stands.
    state: EngineState,
    /// Error signatures in what was said; what they mean is looked up.
    signatures: Vec<(SignatureKind, String)>,
    /// What to offer as the resolution's text.
    resolution: Option<String>,
    /// What stands in for names in what a model is sent.
    #[serde(default)]
    pseudonyms: Option<Pseudonyms>,
}

impl Kept {
    fn of(session: &AiSession) -> Result<Self, Failure> {
        match &session.engine_state {
            Value::Null => Ok(Self::default()),
            kept => Self::deserialize(kept).map_err(Failure::internal),
        }
    }

    fn json(&self) -> Result<Value, Failure> {
        serde_json::to_value(self).map_err(Failure::internal)
    }

    /// What stands in for names in this conversation.
    fn pseudonyms(&self, session: &AiSession) -> Pseudonyms {
        self.pseudonyms.clone().unwrap_or_else(|| Pseudonyms::new(session.id.uuid()))
    }

    /// What the signatures mean.
    fn signatures(&self) -> Vec<Signature> {
        self.signatures.iter().map(|(kind, code)| Signature::named(*kind, code.clone())).collect()
    }
}

impl App {
    /// Begins a conversation: reads what came in, finds the flows that may fit, and proposes the first step.
    ///
    /// # Errors
    /// `intake_empty`, `intake_too_large`, `intake_binary`, `upload_not_found`, `upload_access_denied`, `upload_attached`,
    /// `validation_failed`, `forbidden`.
    pub async fn begin_ai_session(
        &self,
        caller: &Caller,
        begin: &BeginAiSession,
    ) -> Result<AiSessionView, Failure> {
        let BeginAiSession { intake_type, mut intake, psa_ticket_id, client_name, uploads, meaning } =
            begin.clone();
        let uploads = self.attachable(caller, &uploads, None).await?;
        let trimmed = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let began_by = turn::take_in(&mut intake, &uploads);
        let mut said = turn::came_in(&intake);
        if let Some(ticket) =
            psa_ticket_id.as_deref().filter(|_| said.is_empty() && intake.ticket_data.is_some())
        {
            // The ticket could not be read: its number is all there is to begin with.
            said = format!("Ticket {}", ticket.trim());
        }
        let reading = Reading::of(&Intake::read(said.as_bytes())?);
        let new = NewAiSession {
            id: self.new_id(),
            intake_type: intake_type.unwrap_or(began_by),
            intake,
            psa_ticket_id: trimmed(psa_ticket_id),
            client_name: trimmed(client_name),
            engine: EngineNote::OFFLINE.to_owned(),
        };
        new.check()?;
        let mut library = self.searched(caller, &said).await?;
        if library.asked.vector.is_none() {
            library.asked.vector = meaning;
        }
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let mut session = new.clone().begun(&work.actor, work.ctx.now);
            let entry_id = self.new_id();
            session.conversation_messages.push(turn::engineers(entry_id, &said, None, work));
            let input = Input::Begin(reading.clone());
            let turn = self.engines_turn(work, &session, &[], None, input, Some(&library)).await?;
            let alone = Advised::alone(None);
            let taken = self.take(work, &mut session, &mut [], None, turn, &alone).await?;
            work.unit.insert_ai_session(&session).await?;
            attach(work, &uploads, session.id, entry_id).await?;
            keep_taken(work, &session, &taken).await?;
            let payload =
                json!({ "intake_type": session.intake_type, "psa_ticket_id": session.psa_ticket_id });
            let event = Event::new(events::AI_SESSION_STARTED, "ai_session", session.id.uuid(), payload);
            self.audit(work, event).await?;
            view(work, session).await
        })
        .await
    }

    /// The caller's conversations and those they took over, by what happened last.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn list_ai_sessions(
        &self,
        caller: &Caller,
        filter: &AiSessionFilter,
        after: Option<AiSessionCursor>,
        page: Page,
    ) -> Result<AiSessionPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let filter = AiSessionFilter { person: Some(work.actor.user_id), ..filter.clone() };
            // One more tells whether there is another page; nothing is ever counted.
            let asked = Page { limit: page.limit.saturating_add(1), ..page };
            let mut items = work.unit.list_ai_sessions(work.actor.account_id, &filter, after, asked).await?;
            let more = items.len() as u64 > page.limit;
            items.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
            let place =
                |last: &AiSessionSummary| AiSessionCursor { updated_at: last.updated_at, id: last.id };
            let next = items.last().filter(|_| more).map(place);
            Ok(AiSessionPage { items, next })
        })
        .await
    }

    /// A conversation.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn ai_session(&self, caller: &Caller, id: AiSessionId) -> Result<AiSessionView, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
            let session = session.ok_or_else(ai_session_not_found)?;
            session.require_reader(&work.actor)?;
            view(work, session).await
        })
        .await
    }

    /// Puts a conversation aside.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_paused`, `ai_session_closed`, `forbidden`.
    pub async fn pause_ai_session(&self, caller: &Caller, id: AiSessionId) -> Result<AiSessionView, Failure> {
        self.change_ai_session(caller, id, async |work, session| session.pause(&work.actor, work.ctx.now))
            .await
    }

    /// Goes on with a conversation that was put aside, or left alone too long.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_closed`, `forbidden`.
    pub async fn resume_ai_session(
        &self,
        caller: &Caller,
        id: AiSessionId,
    ) -> Result<AiSessionView, Failure> {
        self.change_ai_session(caller, id, async |work, session| {
            let was_aside = session.status == AiSessionStatus::Paused;
            session.resume(&work.actor, work.ctx.now)?;
            if was_aside { close_parked(work, session).await } else { Ok(()) }
        })
        .await
    }

    /// Ends a conversation: fixed. A fix that waits for verification has helped, then (FIX-10).
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_closed`, `validation_failed`, `forbidden`.
    pub async fn resolve_ai_session(
        &self,
        caller: &Caller,
        id: AiSessionId,
        summary: &str,
        action: Option<&str>,
    ) -> Result<AiSessionView, Failure> {
        self.change_ai_session(caller, id, async |work, session| {
            session.resolve(summary, action.map(str::to_owned), &work.actor, work.ctx.now)?;
            for mut fix in work.unit.fixes_of(session.account_id, id).await? {
                if fix.status == FixStatus::AppliedPending {
                    let helped = FixOutcome {
                        status: FixStatus::AppliedSuccess,
                        pending_reason: None,
                        due_at: None,
                        notes: None,
                    };
                    fix.take(helped, work.ctx.now)?;
                    work.unit.update_fix(session.account_id, &fix).await?;
                }
            }
            close_handoffs(work, session, true).await?;
            if let Some(flow) = session.matched_flow_id {
                work.unit.increment_completions(session.account_id, flow, true).await?;
            }
            self.queue_push(work, &PushSubject::from(&*session), Occasion::Resolve).await?;
            let payload = json!({ "psa_ticket_id": session.psa_ticket_id });
            self.audit(work, Event::new(events::AI_SESSION_RESOLVED, "ai_session", id.uuid(), payload)).await
        })
        .await
    }

    /// Marks conversations nobody has gone on with for a month as abandoned (JOBS-05); whoever comes back resumes theirs.
    /// What waits for somebody, or was put aside, is left alone. Answers how many.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sweep_ai_sessions(&self) -> Result<u64, Failure> {
        let before = self.now().plus_seconds(-LEFT_ALONE_SECONDS);
        self.system_write(async |unit| Ok(Decided::Answer(unit.abandon_ai_sessions(before).await?))).await
    }

    /// Says how good the copilot was.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `validation_failed`, `forbidden`.
    pub async fn rate_ai_session(
        &self,
        caller: &Caller,
        id: AiSessionId,
        rating: i64,
        feedback: Option<&str>,
    ) -> Result<AiSessionView, Failure> {
        self.change_ai_session(caller, id, async |work, session| {
            session.rate(rating, feedback.map(str::to_owned), &work.actor, work.ctx.now)
        })
        .await
    }

    /// Names the ticket a conversation belongs to.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_closed`, `validation_failed`, `forbidden`.
    pub async fn link_ticket(
        &self,
        caller: &Caller,
        id: AiSessionId,
        ticket: &str,
    ) -> Result<AiSessionView, Failure> {
        let snapshot = self.ticket_snapshot(caller, Some(ticket)).await?;
        self.change_ai_session(caller, id, async |work, session| {
            session.link_ticket(ticket, &work.actor, work.ctx.now)?;
            if let Some(snapshot) = &snapshot {
                session.intake.ticket_data = Some(serde_json::to_value(snapshot).map_err(Failure::internal)?);
                if session.client_name.is_none() {
                    session.client_name = snapshot.client_name();
                }
                session.conversation_messages.push(turn::linked(self.new_id(), snapshot, work));
            }
            Ok(())
        })
        .await
    }

    /// Reads a conversation for a change by whoever works it, changes it and keeps it. No change, no write.
    async fn change_ai_session(
        &self,
        caller: &Caller,
        id: AiSessionId,
        change: impl AsyncFn(&mut Work, &mut AiSession) -> Result<(), Failure>,
    ) -> Result<AiSessionView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let mut session = locked_ai_session(work, id).await?;
            session.require_worker(&work.actor)?;
            let before = session.revision;
            change(work, &mut session).await?;
            if session.revision != before {
                keep_changed(work, &session, before).await?;
            }
            view(work, session).await
        })
        .await
    }
}

pub(crate) async fn keep_changed(
    work: &mut Work,
    session: &AiSession,
    before: Revision,
) -> Result<(), Failure> {
    keep_changed_in(work.unit.as_mut(), session, before).await
}

/// The same, in a unit that is nobody's in particular.
async fn keep_changed_in(
    unit: &mut dyn UnitOfWork,
    session: &AiSession,
    before: Revision,
) -> Result<(), Failure> {
    match unit.update_ai_session(session.account_id, session, before).await? {
        AiSessionUpdateOutcome::Updated => Ok(()),
        AiSessionUpdateOutcome::Stale => {
            Err(Failure::new(STALE_REVISION, "Somebody else changed this session first. Reload it."))
        }
        AiSessionUpdateOutcome::NotFound => Err(ai_session_not_found()),
    }
}

/// Keeps the steps and the fixes of a turn.
async fn keep_taken(work: &mut Work, session: &AiSession, taken: &Taken) -> Result<(), Failure> {
    let tenant = session.account_id;
    for step in &taken.changed {
        work.unit.update_ai_step(tenant, step).await?;
    }
    for fix in &taken.fixes {
        work.unit.update_fix(tenant, fix).await?;
    }
    if let Some(step) = &taken.step {
        work.unit.insert_ai_step(tenant, step).await?;
    }
    if let Some(fix) = &taken.fix {
        work.unit.insert_fix(tenant, fix).await?;
    }
    if let Some(flow) = taken.followed {
        work.unit.increment_usage(tenant, flow).await?;
    }
    Ok(())
}

/// The conversation as the caller sees it.
pub(crate) async fn view(work: &mut Work, session: AiSession) -> Result<AiSessionView, Failure> {
    let Case { steps, fixes, signatures } = case_of(work.unit.as_mut(), &session).await?;
    let Kept { resolution, .. } = Kept::of(&session)?;
    let uploads = work.unit.uploads_of(session.account_id, session.id).await?;
    let named = |step: &AiStep| match &step.proposal.source {
        StepSource::Flow { tree_id, tree_name, .. } if Some(*tree_id) == session.matched_flow_id => {
            Some(tree_name.clone())
        }
        _ => None,
    };
    Ok(AiSessionView {
        matched_flow_name: steps.iter().rev().find_map(named),
        can_work: session.require_worker(&work.actor).is_ok(),
        suggested_resolution: resolution,
        signatures,
        uploads: uploads.into_iter().map(UploadView::from).collect(),
        steps,
        fixes,
        session,
    })
}

/// Error signatures in what was said.
pub(crate) fn signatures_of(session: &AiSession) -> Result<Vec<Signature>, Failure> {
    Ok(Kept::of(session)?.signatures())
}

/// What was done in a conversation.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its steps, in order.
    pub(crate) steps: Vec<AiStep>,
    /// Its fixes, oldest first.
    pub(crate) fixes: Vec<SuggestedFix>,
    /// Error signatures in what was said.
    pub(crate) signatures: Vec<Signature>,
}

/// Reads what was done in a conversation.
pub(crate) async fn case_of(unit: &mut dyn UnitOfWork, session: &AiSession) -> Result<Case, Failure> {
    let steps = unit.ai_steps(session.account_id, session.id).await?;
    let fixes = unit.fixes_of(session.account_id, session.id).await?;
    Ok(Case { steps, fixes, signatures: signatures_of(session)? })
}

/// The conversation, held until the unit ends.
pub(crate) async fn locked_ai_session(work: &mut Work, id: AiSessionId) -> Result<AiSession, Failure> {
    let session = work.unit.ai_session_for_update(work.actor.account_id, id).await?;
    session.ok_or_else(ai_session_not_found)
}

pub(crate) fn ai_session_not_found() -> Failure {
    Failure::new(codes::AI_SESSION_NOT_FOUND, "Session not found")
}
