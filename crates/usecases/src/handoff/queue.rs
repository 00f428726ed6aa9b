//! What waits, the handoffs of a conversation, and what a receiver would ask.

use rf_auth_policy::{Action, require};
use rf_handoff::{Case, EscalationCursor, EscalationFilter, Quality};
use rf_kernel::{AiSessionId, Failure, HandoffId, Page};

use super::{HandoffView, handoff_of, known_signatures, require_handoff_reader, view, views};
use crate::{App, Caller, pilot::ai_session_not_found};

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct EscalationPage {
    /// Its handoffs, newest first.
    pub items: Vec<HandoffView>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<EscalationCursor>,
}

/// What a handover would be judged by.
#[derive(Clone, Debug)]
pub struct QualityAsk {
    /// The conversation.
    pub session_id: AiSessionId,
    /// What it is about, where the engineer knows better.
    pub domain: Option<String>,
    /// The reason as written so far.
    pub reason: String,
}

impl App {
    /// The escalations that wait for anybody; the caller's own instead with `mine` (ESC-04).
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn escalations(
        &self,
        caller: &Caller,
        domain: Option<&str>,
        mine: bool,
        after: Option<EscalationCursor>,
        page: Page,
    ) -> Result<EscalationPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let me = Some(work.actor.user_id);
            let filter = EscalationFilter {
                not_created_by: me.filter(|_| !mine),
                created_by: me.filter(|_| mine),
                domain: domain.map(str::to_owned),
            };
            // One more tells whether there is another page.
            let asked = Page { limit: page.limit.saturating_add(1), ..page };
            let tenant = work.actor.account_id;
            let mut items = work.unit.list_escalations(tenant, &filter, after, asked).await?;
            let more = items.len() as u64 > page.limit;
            items.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
            let next = items.last().filter(|_| more);
            let next = next.map(|last| EscalationCursor { created_at: last.created_at, id: last.id });
            Ok(EscalationPage { items: views(work, items).await?, next })
        })
        .await
    }

    /// How many escalations wait that the caller could take.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn escalation_count(&self, caller: &Caller) -> Result<u64, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let me = work.actor.user_id;
            let filter = EscalationFilter { not_created_by: Some(me), ..EscalationFilter::default() };
            Ok(work.unit.count_escalations(work.actor.account_id, &filter).await?)
        })
        .await
    }

    /// The handoffs of a conversation, newest first.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn handoffs(&self, caller: &Caller, id: AiSessionId) -> Result<Vec<HandoffView>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let session = work.unit.ai_session_by_id(tenant, id).await?.ok_or_else(ai_session_not_found)?;
            require_handoff_reader(&session, &work.actor)?;
            let handoffs = work.unit.handoffs_of(tenant, id).await?;
            views(work, handoffs).await
        })
        .await
    }

    /// One handoff.
    ///
    /// # Errors
    /// `ai_session_not_found`, `handoff_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn handoff(
        &self,
        caller: &Caller,
        session: AiSessionId,
        id: HandoffId,
    ) -> Result<HandoffView, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let found =
                work.unit.ai_session_by_id(tenant, session).await?.ok_or_else(ai_session_not_found)?;
            require_handoff_reader(&found, &work.actor)?;
            let handoff = handoff_of(work, session, id).await?;
            view(work, handoff).await
        })
        .await
    }

    /// What a receiver would ask of the caller's conversation, and how much of it is on record. Refuses nothing.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn escalation_quality(&self, caller: &Caller, asked: &QualityAsk) -> Result<Quality, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let tenant = work.actor.account_id;
            let session = work.unit.ai_session_by_id(tenant, asked.session_id).await?;
            let session = session.ok_or_else(ai_session_not_found)?;
            session.require_worker(&work.actor)?;
            let steps = work.unit.ai_steps(tenant, session.id).await?;
            let fixes = work.unit.fixes_of(tenant, session.id).await?;
            let signatures = known_signatures(&session)?;
            let case = Case { session: &session, steps: &steps, fixes: &fixes, signatures: &signatures };
            Ok(Quality::in_domain(asked.domain.as_deref(), &case, &asked.reason))
        })
        .await
    }
}
