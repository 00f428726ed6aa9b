//! One wins; letting go, and asking somebody else.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_events::EventKind;
use rf_handoff::{ClaimOutcome, Handoff, HandoffStatus, Release, already_claimed};
use rf_kernel::{AiSessionId, Failure, HandoffId, Timestamp, UserId};
use rf_notifications::NoticeKind;
use rf_sessions::ai::AiSession;
use serde_json::json;

use super::{HandoffView, create::require_target, handoff_of, keep_handoff, names, remind, view};
use crate::{
    App, Caller, Work,
    audit::Event,
    pilot::{ai_session_not_found, keep_changed, locked_ai_session},
};

impl App {
    /// Lets the caller have a handoff. Asked again by whoever has it, nothing changes; the others learn who was faster
    /// (ESC-14, ESC-15).
    ///
    /// # Errors
    /// `handoff_already_claimed` with the winner, `handoff_is_own`, `handoff_not_claimable`, `handoff_not_found`,
    /// `ai_session_not_found`, `forbidden`.
    pub async fn claim_handoff(
        &self,
        caller: &Caller,
        session: AiSessionId,
        id: HandoffId,
    ) -> Result<HandoffView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let handoff = handoff_of(work, session, id).await?;
            let handoff = self.claim(work, handoff).await?;
            view(work, handoff).await
        })
        .await
    }

    /// [`App::claim_handoff`] inside a unit. The conversation is locked after the handoff, and by the winner alone.
    pub(super) async fn claim(&self, work: &mut Work, handoff: Handoff) -> Result<Handoff, Failure> {
        let (tenant, me, now) = (work.actor.account_id, work.actor.user_id, work.ctx.now);
        handoff.check_claimer(&work.actor)?;
        match work.unit.claim_handoff(tenant, handoff.id, me, now).await? {
            ClaimOutcome::Won => self.won(work, handoff).await,
            ClaimOutcome::AlreadyClaimed { by, at } if by == me => Ok(Handoff {
                status: HandoffStatus::Claimed,
                claimed_by: Some(by),
                claimed_at: Some(at),
                ..handoff
            }),
            ClaimOutcome::AlreadyClaimed { by, at } => Err(slower(work, by, at).await?),
            ClaimOutcome::NotClaimable => Err(handoff.not_claimable()),
            ClaimOutcome::NotFound => Err(ai_session_not_found()),
        }
    }

    async fn won(&self, work: &mut Work, handoff: Handoff) -> Result<Handoff, Failure> {
        let (me, now) = (work.actor.user_id, work.ctx.now);
        let handoff = Handoff {
            status: HandoffStatus::Claimed,
            claimed_by: Some(me),
            claimed_at: Some(now),
            ..handoff
        };
        let mut session = locked_ai_session(work, handoff.session_id).await?;
        let before = session.revision;
        handoff.taken_over(&mut session, me, now);
        keep_changed(work, &session, before).await?;
        let from = names(work, [handoff.created_by].into()).await?;
        let from = from.get(&handoff.created_by).map(String::as_str).unwrap_or_default();
        let my_name = work.actor.name.clone();
        self.append_claimed_event(work.unit.as_mut(), &handoff, (from, &my_name), now).await?;
        let title = format!("{my_name} took over: {}", handoff.problem());
        let (unit, kind) = (work.unit.as_mut(), NoticeKind::HandoffClaimed);
        self.tell_one(unit, kind, &handoff, title, handoff.created_by, now).await?;
        let payload = json!({ "handoff_id": handoff.id, "handed_over_by": handoff.created_by });
        let session = session.id.uuid();
        self.audit(work, Event::new(events::AI_SESSION_CLAIMED, "ai_session", session, payload)).await?;
        Ok(handoff)
    }

    /// Lets go of a handoff: it waits again, or goes back to whoever made it where nobody had it.
    ///
    /// # Errors
    /// `handoff_access_denied`, `handoff_not_claimable`, `handoff_not_found`, `ai_session_not_found`,
    /// `ai_session_closed`, `validation_failed`, `forbidden`.
    pub async fn release_handoff(
        &self,
        caller: &Caller,
        session: AiSessionId,
        id: HandoffId,
        reason: Option<&str>,
    ) -> Result<HandoffView, Failure> {
        self.change_handoff(caller, session, id, async |work, handoff, session| {
            let release = handoff.release(session, reason, &work.actor, work.ctx.now)?;
            let to = match release {
                Release::Waiting => "queue",
                Release::TakenBack => "creator",
            };
            let payload = json!({ "handoff_id": id, "back_to": to, "reason": reason });
            let target = session.id.uuid();
            let event = Event::new(events::AI_SESSION_HANDOFF_RELEASED, "ai_session", target, payload);
            self.audit(work, event).await
        })
        .await
    }

    /// Asks somebody else to take a handoff; who had it has it no more.
    ///
    /// # Errors
    /// `handoff_access_denied`, `handoff_not_claimable`, `handoff_to_self`, `handoff_target_not_found`,
    /// `handoff_target_cannot_work`, `handoff_not_found`, `ai_session_not_found`, `ai_session_closed`, `forbidden`.
    pub async fn assign_handoff(
        &self,
        caller: &Caller,
        session: AiSessionId,
        id: HandoffId,
        to: UserId,
    ) -> Result<HandoffView, Failure> {
        self.change_handoff(caller, session, id, async |work, handoff, session| {
            handoff.assign(session, to, &work.actor, work.ctx.now)?;
            require_target(work, to).await?;
            let payload = json!({ "handoff_id": id, "target_user_id": to });
            let target = session.id.uuid();
            self.audit(work, Event::new(events::AI_SESSION_ASSIGNED, "ai_session", target, payload)).await
        })
        .await
    }

    /// Reads a handoff for a change, its conversation locked, changes both and keeps both; whoever had it, or waited
    /// for it, hears of it.
    async fn change_handoff(
        &self,
        caller: &Caller,
        session: AiSessionId,
        id: HandoffId,
        change: impl AsyncFn(&mut Work, &mut Handoff, &mut AiSession) -> Result<(), Failure>,
    ) -> Result<HandoffView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let mut session = locked_ai_session(work, session).await?;
            let mut handoff = handoff_of(work, session.id, id).await?;
            let (revision, status, target) = (session.revision, handoff.status, handoff.target_user_id);
            change(work, &mut handoff, &mut session).await?;
            keep_handoff(work, &handoff, status).await?;
            keep_changed(work, &session, revision).await?;
            let from = names(work, [handoff.created_by].into()).await?;
            let from = from.get(&handoff.created_by).map(String::as_str).unwrap_or_default();
            if (status, handoff.status) == (HandoffStatus::Claimed, HandoffStatus::Waiting) {
                let job = remind::job(self.new_id(), &handoff);
                work.unit.enqueue_job(&job).await?;
            }
            let (unit, now) = (work.unit.as_mut(), work.ctx.now);
            self.append_handoff_event(unit, EventKind::HandoffReleased, &handoff, from, now).await?;
            let asked = handoff.target_user_id.filter(|_| handoff.target_user_id != target);
            if let Some(asked) = asked {
                let title = format!("Handed over to you: {}", handoff.problem());
                self.tell_one(unit, NoticeKind::HandoffAssigned, &handoff, title, asked, now).await?;
            } else if handoff.status == HandoffStatus::Waiting {
                let me = Some(work.actor.user_id);
                let kind = NoticeKind::HandoffReleased;
                self.tell_those_who_can_take(unit, kind, &handoff, from, me, now).await?;
            }
            view(work, handoff).await
        })
        .await
    }
}

/// The refusal of whoever was slower than that person.
pub(super) async fn slower(work: &mut Work, by: UserId, at: Timestamp) -> Result<Failure, Failure> {
    let names = names(work, [by].into()).await?;
    Ok(already_claimed(by, names.get(&by).map(String::as_str).unwrap_or_default(), at))
}
