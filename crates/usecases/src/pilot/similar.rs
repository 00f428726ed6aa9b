//! What the account met before that is like a conversation's problem.

use rf_assistant::SourceKind;
use rf_auth_policy::{Action, require};
use rf_flowpilot::retrieval::{Similar, Source, excerpt};
use rf_kernel::{AiSessionId, Failure};
use rf_sessions::ai::{AiSessionStatus, ConfidenceTier};

use super::{ai_session_not_found, turn::said_so_far};
use crate::{App, Caller};

/// Resolved conversations, and steps of flows.
const MOST_SESSIONS: usize = 3;
const MOST_STEPS: usize = 4;

impl App {
    /// Conversations that were resolved and steps of the library that are like a conversation's problem, the likest first:
    /// what there is to look at while the copilot is not sure. Nothing once it is, or the work has ended. Of others'
    /// conversations only those the caller worked.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn similar_cases(&self, caller: &Caller, id: AiSessionId) -> Result<Vec<Similar>, Failure> {
        let said = self
            .read(caller, async |work| {
                require(&work.actor, Action::Read)?;
                let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
                let session = session.ok_or_else(ai_session_not_found)?;
                session.require_reader(&work.actor)?;
                let is_open = matches!(session.status, AiSessionStatus::Active | AiSessionStatus::Paused);
                let is_sure = session.confidence_tier == ConfidenceTier::Guided;
                Ok((is_open && !is_sure).then(|| said_so_far(&session)))
            })
            .await?;
        let Some(said) = said else { return Ok(Vec::new()) };
        let known = self.asked(caller, &said).await?;
        self.read(caller, async |work| {
            let actor = &work.actor;
            let of = |kind: SourceKind, most: usize| {
                let allowed = |source: Source| {
                    source.kind == kind && source.id != id.uuid() && known.library.may_read(actor, source)
                };
                known.library.index().similar(&said, most, allowed, known.meaning().as_ref())
            };
            let mut similar = of(SourceKind::Session, MOST_SESSIONS);
            // What a flow is for is told by the flows that are offered; here are its steps.
            let steps = of(SourceKind::Flow, MOST_STEPS * 2).into_iter();
            similar.extend(steps.filter(|step| step.passage.heading.is_some()).take(MOST_STEPS));
            similar.sort_by(|a, b| b.score.total_cmp(&a.score));
            for one in &mut similar {
                one.passage.text = excerpt(&said, &one.passage.text);
            }
            Ok(similar)
        })
        .await
    }
}
