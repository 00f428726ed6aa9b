//! One path for everything that is handed over or put aside (ESC-01).

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_events::EventKind;
use rf_flowpilot::document::DocumentKind;
use rf_handoff::{
    Case, Handoff, HandoffIntent, HandoffSnapshot, NewHandoff, check_target, escalation_package,
};
use rf_kernel::{AiSessionId, Failure, UserId};
use rf_notes::{RedactionMode, RedactionOptions};
use rf_notifications::NoticeKind;
use rf_psa::Occasion;
use rf_sessions::{
    ai::{AiSession, AiSessionStatus, AiStep, StepKind, SuggestedFix, Verdict, VerdictKind},
    codes::AI_SESSION_ACCESS_DENIED,
};
use serde_json::json;

use super::{HandoffView, assess, close_handoffs, known_signatures, remind, view};
use crate::{
    App, Caller, PsaResult, PushSubject, Work,
    audit::Event,
    pilot::{keep_changed, locked_ai_session, signatures_of, write_out},
    redaction::redaction_of,
};

/// A handoff to make.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// What for.
    pub intent: HandoffIntent,
    /// Why.
    pub reason: String,
    /// Who is asked to take it.
    pub target_user_id: Option<UserId>,
    /// Whether only the conversation's own engineer may: the older address has it so.
    pub owner_only: bool,
}

/// A handoff that was made.
#[derive(Clone, Debug)]
pub struct HandoffMade {
    /// The handoff.
    pub handoff: HandoffView,
    /// Where the conversation stands now.
    pub session_status: AiSessionStatus,
    /// What becomes of the note at the PSA.
    pub psa_result: PsaResult,
}

impl App {
    /// Hands a conversation over, or puts it aside with a reason. Handed over, it is queued for everybody who may take
    /// it; what may be wrong is weighed by a job, and nobody waits for that (ESC-08, ESC-11).
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `validation_failed`, `park_takes_no_target`,
    /// `handoff_to_self`, `handoff_target_not_found`, `handoff_target_cannot_work`, `already_escalated`,
    /// `ai_session_paused`, `ai_session_closed`, `forbidden`.
    pub async fn hand_over(
        &self,
        caller: &Caller,
        id: AiSessionId,
        asked: &HandOver,
    ) -> Result<HandoffMade, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let mut session = locked_ai_session(work, id).await?;
            session.require_worker(&work.actor)?;
            if asked.owner_only && session.user_id != work.actor.user_id {
                let detail = "Only the engineer who began this session escalates it here.";
                return Err(Failure::new(AI_SESSION_ACCESS_DENIED, detail));
            }
            let new = NewHandoff {
                id: self.new_id(),
                intent: asked.intent,
                reason: asked.reason.clone(),
                target_user_id: asked.target_user_id,
            };
            new.check(&work.actor)?;
            new.check_session(&session, &work.actor)?;
            if let Some(target) = asked.target_user_id {
                require_target(work, target).await?;
            }
            let handoff = self.make(work, &mut session, new, None).await?;
            let psa_result = match handoff.intent {
                HandoffIntent::Escalate => {
                    self.queue_push(work, &PushSubject::from(&session), Occasion::Escalate).await?
                }
                HandoffIntent::Park => PsaResult::Off,
            };
            Ok(HandoffMade {
                session_status: session.status,
                psa_result,
                handoff: view(work, handoff).await?,
            })
        })
        .await
    }

    /// Makes a handoff of a conversation that may be handed over. `note` is what goes into the ticket where that is not
    /// the conversation's own note.
    pub(super) async fn make(
        &self,
        work: &mut Work,
        session: &mut AiSession,
        new: NewHandoff,
        note: Option<String>,
    ) -> Result<Handoff, Failure> {
        let before = session.revision;
        let (tenant, now) = (session.account_id, work.ctx.now);
        let escalates = new.intent == HandoffIntent::Escalate;
        let mut steps = work.unit.ai_steps(tenant, session.id).await?;
        if escalates {
            self.settle_open_end(work, &mut steps).await?;
        }
        let fixes = work.unit.fixes_of(tenant, session.id).await?;
        let signatures = known_signatures(session)?;
        let case = Case { session, steps: &steps, fixes: &fixes, signatures: &signatures };
        let snapshot = HandoffSnapshot::of(&case);
        // Handed over by whoever had it: the handoff they had it by is over.
        close_handoffs(work, session, false).await?;
        let actor = work.actor.clone();
        let mut handoff = new.made(session, snapshot, &actor, now);
        if escalates {
            session.escalation_package = Some(escalation_package(&handoff));
            handoff.documentation = match note {
                Some(note) => Some(note),
                None => note_for_ticket(session, &steps, &fixes, &redaction_of(work).await?.options),
            };
        }
        keep_changed(work, session, before).await?;
        work.unit.insert_handoff(&handoff).await?;
        if escalates {
            work.unit.enqueue_job(&assess::job(self.new_id(), &handoff)).await?;
            work.unit.enqueue_job(&remind::job(self.new_id(), &handoff)).await?;
        }
        let unit = work.unit.as_mut();
        self.append_handoff_event(unit, EventKind::HandoffCreated, &handoff, &actor.name, now).await?;
        let told = NoticeKind::SessionEscalated;
        self.tell_those_who_can_take(work.unit.as_mut(), told, &handoff, &actor.name, None, now).await?;
        let action = if escalates { events::AI_SESSION_ESCALATED } else { events::AI_SESSION_PARKED };
        let payload = json!({ "handoff_id": handoff.id, "target_user_id": handoff.target_user_id });
        self.audit(work, Event::new(action, "ai_session", session.id.uuid(), payload)).await?;
        Ok(handoff)
    }

    /// Where the copilot has proposed to hand over, that is done now.
    async fn settle_open_end(&self, work: &mut Work, steps: &mut [AiStep]) -> Result<(), Failure> {
        let open = steps.iter_mut().rfind(|step| step.is_open());
        if let Some(open) = open.filter(|open| open.proposal.kind == StepKind::Escalation) {
            let done = Verdict { kind: VerdictKind::Worked, option_id: None, reason: None, notes: None };
            open.take(self.new_id(), done, work.actor.user_id, work.ctx.now)?;
            work.unit.update_ai_step(work.actor.account_id, open).await?;
        }
        Ok(())
    }
}

/// Refuses a person who is not there, is switched off, or may only look.
pub(super) async fn require_target(work: &mut Work, target: UserId) -> Result<(), Failure> {
    let person = work.unit.user_by_id(work.actor.account_id, target).await?;
    check_target(person.filter(rf_accounts::User::can_sign_in).map(|person| person.role))
}

/// The note for the ticket as it stands, masked. A rule that cannot be used keeps nobody from handing over; then there
/// is none, rather than one that is not masked.
fn note_for_ticket(
    session: &AiSession,
    steps: &[AiStep],
    fixes: &[SuggestedFix],
    rules: &RedactionOptions,
) -> Option<String> {
    let kind = DocumentKind::TicketSummary;
    let note = signatures_of(session).and_then(|signatures| {
        write_out((session, steps, fixes, &signatures), kind, RedactionMode::Mask, rules)
    });
    match note {
        Ok(case) => Some(case.text),
        Err(error) => {
            tracing::warn!(%error, "a session is handed over without a note for its ticket");
            None
        }
    }
}
