//! Going on with what somebody handed over: the briefing, then the conversation (ESC-16, ESC-20).

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_handoff::{Briefing, Handoff, HandoffIntent, HandoffStatus, ResumeMode, codes};
use rf_kernel::{AiSessionId, Failure};
use rf_sessions::ai::AiSessionStatus;
use serde_json::json;

use super::{keep_handoff, names};
use crate::{
    AiSessionView, App, Caller, Work,
    audit::Event,
    pilot::{self, ai_session_not_found, keep_changed, locked_ai_session},
};

impl App {
    /// Picks a conversation up: claims it where nobody has it, puts the briefing into it, and goes on where it stands
    /// or from what came in. Asked again, nothing changes.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `ai_session_closed`, `not_handed_over`,
    /// `handoff_already_claimed`, `handoff_is_own`, `forbidden`.
    pub async fn pick_up_session(
        &self,
        caller: &Caller,
        id: AiSessionId,
        mode: ResumeMode,
    ) -> Result<AiSessionView, Failure> {
        let library = self.searched_for(caller, id, "").await?;
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let handoff = open_handoff(work, id).await?;
            let mut handoff = self.claim(work, handoff).await?;
            let mut session = locked_ai_session(work, id).await?;
            if handoff.picked_up_at.is_some() {
                return pilot::view(work, session).await;
            }
            let (before, now, me) = (session.revision, work.ctx.now, work.actor.user_id);
            if session.status == AiSessionStatus::Paused {
                let actor = work.actor.clone();
                session.resume(&actor, now)?;
            }
            session.require_active()?;
            let names = names(work, [handoff.created_by].into()).await?;
            let from = names.get(&handoff.created_by).map_or("A colleague", String::as_str);
            session.step_count += 1;
            let briefing = Briefing { handoff: &handoff, from, mode };
            let step = briefing.step((self.new_id(), self.new_id()), session.step_count, me, now);
            work.unit.insert_ai_step(session.account_id, &step).await?;
            self.go_on_after_briefing(work, &mut session, mode == ResumeMode::Fresh, &library).await?;
            keep_changed(work, &session, before).await?;
            handoff.picked_up_at = Some(now);
            keep_handoff(work, &handoff, HandoffStatus::Claimed).await?;
            let payload = json!({ "handoff_id": handoff.id, "mode": mode });
            self.audit(work, Event::new(events::AI_SESSION_PICKED_UP, "ai_session", id.uuid(), payload))
                .await?;
            pilot::view(work, session).await
        })
        .await
    }
}

/// The handoff by which a conversation can be picked up.
async fn open_handoff(work: &mut Work, id: AiSessionId) -> Result<Handoff, Failure> {
    let tenant = work.actor.account_id;
    let session = work.unit.ai_session_by_id(tenant, id).await?.ok_or_else(ai_session_not_found)?;
    let handoffs = work.unit.handoffs_of(tenant, id).await?;
    let open = |handoff: &Handoff| handoff.is_open() && handoff.intent == HandoffIntent::Escalate;
    if let Some(handoff) = handoffs.into_iter().find(open) {
        return Ok(handoff);
    }
    session.require_reader(&work.actor)?;
    if session.status != AiSessionStatus::Paused {
        session.require_active()?;
    }
    Err(Failure::new(
        codes::NOT_HANDED_OVER,
        "This session was not handed over; there is nothing to pick up.",
    ))
}
