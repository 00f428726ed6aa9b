//! A guided session handed over: it ends, and a conversation that begins with all its steps waits for whoever takes it.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_flowpilot::guided::GuidedRun;
use rf_handoff::{Case, HandoffIntent, NewHandoff, Quality, codes};
use rf_kernel::{Failure, SessionId, UserId};
use rf_notes::{Format, NoteOptions, RedactionChoices, RedactionMode, render_with};
use rf_psa::{Occasion, TicketSnapshot};
use rf_sessions::{LogEntry, NoteSource, Outcome, Session, note_input};
use serde_json::json;

use super::{HandoffMade, create::require_target, known_signatures, view};
use crate::{
    App, Caller, PushSubject, Work,
    pilot::Continued,
    psa::ticket_id,
    redaction::redaction_of,
    sessions::{keep_changed, session_not_found},
};

/// A guided session to hand over.
#[derive(Clone, Debug)]
pub struct GuidedHandOver {
    /// What for: only to hand it over, as nobody needs to put a guided session aside.
    pub intent: HandoffIntent,
    /// Why.
    pub reason: String,
    /// Who is asked to take it.
    pub target_user_id: Option<UserId>,
}

impl App {
    /// Hands a guided session over. In one unit it ends as escalated, its note goes on its way into the ticket, and a
    /// conversation is kept that begins with what was tried; that is what waits in the queue.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `validation_failed`, `handoff_to_self`,
    /// `handoff_target_not_found`, `handoff_target_cannot_work`, `already_escalated`, `session_completed`, `forbidden`.
    pub async fn hand_over_guided(
        &self,
        caller: &Caller,
        id: SessionId,
        asked: &GuidedHandOver,
    ) -> Result<HandoffMade, Failure> {
        // By words alone: nobody waits for a service outside to hand something over.
        let library = self.searched_by_words(caller).await?;
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let tenant = work.actor.account_id;
            let mut guided = work.unit.session_for_update(tenant, id).await?.ok_or_else(session_not_found)?;
            guided.require_access(&work.actor)?;
            let mut new = NewHandoff {
                id: self.new_id(),
                intent: asked.intent,
                reason: asked.reason.clone(),
                target_user_id: asked.target_user_id,
            };
            if new.intent == HandoffIntent::Park {
                let message = "a guided session waits by itself; leave it and come back, or escalate it";
                return Err(Failure::invalid_field("intent", "not_for_guided_sessions", message));
            }
            new.check(&work.actor)?;
            if work.unit.ai_session_of_guided(tenant, id).await?.is_some() {
                let detail = "This session was handed over already.";
                return Err(Failure::new(codes::ALREADY_ESCALATED, detail));
            }
            guided.require_open("Session already completed")?;
            if let Some(target) = asked.target_user_id {
                require_target(work, target).await?;
            }
            let (flow, before, now) = (guided.flow()?, guided.revision, work.ctx.now);
            let log = work.unit.session_log(tenant, id).await?;
            let ticket = ticket_of(work, &guided).await?;
            let run = GuidedRun { session: &guided, flow: &flow, log: &log };
            let continued = self.continued(work, &run, &asked.reason, ticket.as_ref())?;
            // A handoff is read by more people than the session.
            new.reason = run.without_secrets(&asked.reason);
            let waited = guided.started_at.is_none();
            let reason = asked.reason.trim().to_owned();
            let actor = work.actor.clone();
            let ended =
                guided.complete(Outcome::Escalated, Some(reason), None, &flow.structure, &actor, now)?;
            keep_changed(work, &guided, before, &ended).await?;
            if waited {
                work.unit.increment_usage(tenant, guided.tree_id).await?;
            }
            let log = [log, ended].concat();
            let note = note_of(work, &guided, &log).await?;
            let mut session = self.keep_continued(work, &guided, continued, &library).await?;
            let handoff = self.make(work, &mut session, new, note).await?;
            let psa_result = self.queue_push(work, &PushSubject::from(&guided), Occasion::Escalate).await?;
            let payload = json!({ "outcome": guided.outcome, "ai_session_id": session.id });
            self.audit_session(work, &guided, events::SESSION_COMPLETED, payload).await?;
            Ok(HandoffMade {
                session_status: session.status,
                psa_result,
                handoff: view(work, handoff).await?,
            })
        })
        .await
    }

    /// What a receiver would ask of the caller's guided session, and how much of it is on record. Refuses nothing.
    ///
    /// # Errors
    /// `session_not_found`, `session_access_denied`, `forbidden`.
    pub async fn guided_escalation_quality(
        &self,
        caller: &Caller,
        id: SessionId,
        domain: Option<&str>,
        reason: &str,
    ) -> Result<Quality, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let tenant = work.actor.account_id;
            let guided = work.unit.session_by_id(tenant, id).await?.ok_or_else(session_not_found)?;
            guided.require_access(&work.actor)?;
            let flow = guided.flow()?;
            let log = work.unit.session_log(tenant, id).await?;
            let ticket = ticket_of(work, &guided).await?;
            let run = GuidedRun { session: &guided, flow: &flow, log: &log };
            let Continued { session, steps, .. } = self.continued(work, &run, reason, ticket.as_ref())?;
            let signatures = known_signatures(&session)?;
            let case = Case { session: &session, steps: &steps, fixes: &[], signatures: &signatures };
            Ok(Quality::in_domain(domain, &case, reason))
        })
        .await
    }
}

/// What is kept of the ticket the session has now.
async fn ticket_of(work: &mut Work, guided: &Session) -> Result<Option<TicketSnapshot>, Failure> {
    let Some(ticket) = guided.ticket_number.as_deref().and_then(ticket_id) else { return Ok(None) };
    let kept = work.unit.kept_ticket(guided.account_id, guided.id).await?;
    Ok(kept.filter(|kept| kept.ticket_id == ticket))
}

/// The session's note, masked, as it goes into the ticket. A rule that cannot be used keeps nobody from handing over; then
/// the conversation's own note is tried.
async fn note_of(work: &mut Work, guided: &Session, log: &[LogEntry]) -> Result<Option<String>, Failure> {
    let rules = redaction_of(work).await?.options;
    let names = App::names(work).await?;
    let flow = guided.flow()?;
    let input = note_input(&NoteSource { session: guided, flow: &flow, log, names: &names });
    let options = NoteOptions {
        format: Format::Markdown,
        redaction: RedactionMode::Mask,
        rules,
        ..NoteOptions::default()
    };
    match render_with(&input, &options, &RedactionChoices::default()) {
        Ok(note) => Ok(Some(note.text)),
        Err(error) => {
            tracing::warn!(%error, "a guided session is handed over without its own note");
            Ok(None)
        }
    }
}
