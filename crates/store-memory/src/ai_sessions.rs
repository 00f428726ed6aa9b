//! Conversations with the copilot, their steps and their fixes.

use std::cmp::Reverse;

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, Page, Revision, SessionId, StoreError, Timestamp, UserId};
use rf_sessions::ai::{
    AiSession, AiSessionCursor, AiSessionFilter, AiSessionRepository, AiSessionStatus, AiSessionSummary,
    AiSessionUpdateOutcome, AiStep, FixStatus, SuggestedFix,
};

use crate::{
    state::{State, require},
    trees::cut,
    unit::{MemoryUnit, View},
};

fn own(state: &State, view: View, tenant: AccountId, id: AiSessionId) -> Option<&AiSession> {
    state.ai_sessions.get(&id).filter(|session| view.covers(tenant) && session.account_id == tenant)
}

/// Whom and what a conversation names.
fn check(state: &State, account: AccountId, session: &AiSession) -> Result<(), StoreError> {
    state.require_user(account, Some(session.user_id), "fk_ai_sessions_user")?;
    state.require_team(account, session.team_id, "fk_ai_sessions_team")?;
    let flow = session.matched_flow_id.is_none_or(|id| state.trees.get(&id).is_some());
    require(flow, "fk_ai_sessions_flow")?;
    state.require_user(account, session.escalated_to_id, "fk_ai_sessions_escalated_to")?;
    require(session.session_rating.is_none_or(|rating| (1..=5).contains(&rating)), "ck_ai_sessions_rating")
}

fn works(session: &AiSession, person: UserId) -> bool {
    session.user_id == person || session.escalated_to_id == Some(person)
}

#[async_trait]
impl AiSessionRepository for MemoryUnit {
    async fn insert_ai_session(&mut self, session: &AiSession) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(session.account_id)?;
            state.require_account(session.account_id, "fk_ai_sessions_account")?;
            check(state, session.account_id, session)?;
            let taken = |other: &&AiSession| {
                other.account_id == session.account_id
                    && other.guided_session_id.is_some()
                    && other.guided_session_id == session.guided_session_id
            };
            require(!state.ai_sessions.values().any(|other| taken(&other)), "uq_ai_sessions_guided")?;
            state.ai_sessions.insert("pk_ai_sessions", session.id, session.clone())
        })
    }

    async fn ai_session_by_id(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Option<AiSession>, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn ai_session_for_update(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Option<AiSession>, StoreError> {
        self.write(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn update_ai_session(
        &mut self,
        tenant: AccountId,
        session: &AiSession,
        expected: Revision,
    ) -> Result<AiSessionUpdateOutcome, StoreError> {
        self.write(|state, view| {
            let Some(found) = own(state, view, tenant, session.id) else {
                return Ok(AiSessionUpdateOutcome::NotFound);
            };
            if found.revision != expected {
                return Ok(AiSessionUpdateOutcome::Stale);
            }
            check(state, tenant, session)?;
            let kept = AiSession {
                account_id: tenant,
                guided_session_id: found.guided_session_id,
                created_at: found.created_at,
                ..session.clone()
            };
            state.ai_sessions.put(session.id, kept);
            Ok(AiSessionUpdateOutcome::Updated)
        })
    }

    async fn ai_session_of_guided(
        &mut self,
        tenant: AccountId,
        guided: SessionId,
    ) -> Result<Option<AiSessionId>, StoreError> {
        self.read(|state, view| {
            let goes_on = |session: &&AiSession| session.guided_session_id == Some(guided);
            let mut those = state.ai_sessions.values().filter(goes_on).map(|session| session.id);
            Ok(those.find(|id| own(state, view, tenant, *id).is_some()))
        })
    }

    async fn list_ai_sessions(
        &mut self,
        tenant: AccountId,
        filter: &AiSessionFilter,
        after: Option<AiSessionCursor>,
        page: Page,
    ) -> Result<Vec<AiSessionSummary>, StoreError> {
        self.read(|state, view| {
            let place = |session: &AiSession| (session.updated_at, session.id);
            let wanted = |session: &&AiSession| {
                view.covers(tenant)
                    && session.account_id == tenant
                    && filter
                        .person
                        .is_none_or(|person| works(session, person) || session.picked_up_by == Some(person))
                    && (filter.statuses.is_empty() || filter.statuses.contains(&session.status))
                    && after
                        .is_none_or(|AiSessionCursor { updated_at, id }| place(session) < (updated_at, id))
            };
            let mut found: Vec<&AiSession> = state.ai_sessions.values().filter(wanted).collect();
            found.sort_by_key(|session| Reverse(place(session)));
            Ok(cut(found, page).map(AiSessionSummary::of).collect())
        })
    }

    async fn abandon_ai_sessions(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let left = |session: &&AiSession| {
                view.covers(session.account_id)
                    && session.status == AiSessionStatus::Active
                    && session.updated_at < before
            };
            let left: Vec<AiSession> = state.ai_sessions.values().filter(left).cloned().collect();
            let count = left.len() as u64;
            for session in left {
                let revision = session.revision.next();
                let kept = AiSession { status: AiSessionStatus::Abandoned, revision, ..session };
                state.ai_sessions.put(kept.id, kept);
            }
            Ok(count)
        })
    }

    async fn insert_ai_step(&mut self, tenant: AccountId, step: &AiStep) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            require(own(state, view, tenant, step.session_id).is_some(), "fk_ai_session_steps_session")?;
            let place = (step.session_id, step.step_order);
            let taken = state.ai_steps.values().any(|other| (other.session_id, other.step_order) == place);
            require(!taken, "uq_ai_session_steps_order")?;
            state.ai_steps.insert("pk_ai_session_steps", step.id, step.clone())
        })
    }

    async fn update_ai_step(&mut self, tenant: AccountId, step: &AiStep) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let kept = state.ai_steps.get(&step.id).cloned();
            let Some(kept) = kept.filter(|kept| own(state, view, tenant, kept.session_id).is_some()) else {
                return Ok(false);
            };
            let changed = AiStep { answer: step.answer.clone(), withdrawn: step.withdrawn, ..kept };
            state.ai_steps.put(step.id, changed);
            Ok(true)
        })
    }

    async fn ai_steps(&mut self, tenant: AccountId, id: AiSessionId) -> Result<Vec<AiStep>, StoreError> {
        self.read(|state, view| {
            if own(state, view, tenant, id).is_none() {
                return Ok(Vec::new());
            }
            let mut steps: Vec<AiStep> =
                state.ai_steps.values().filter(|step| step.session_id == id).cloned().collect();
            steps.sort_by_key(|step| step.step_order);
            Ok(steps)
        })
    }

    async fn insert_fix(&mut self, tenant: AccountId, fix: &SuggestedFix) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            require(own(state, view, tenant, fix.session_id).is_some(), "fk_suggested_fixes_session")?;
            state.fixes.insert("pk_suggested_fixes", fix.id, fix.clone())
        })
    }

    async fn update_fix(&mut self, tenant: AccountId, fix: &SuggestedFix) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let kept = state.fixes.get(&fix.id).cloned();
            let Some(kept) = kept.filter(|kept| own(state, view, tenant, kept.session_id).is_some()) else {
                return Ok(false);
            };
            let changed = SuggestedFix {
                session_id: kept.session_id,
                step_order: kept.step_order,
                title: kept.title,
                body: kept.body,
                created_at: kept.created_at,
                ..fix.clone()
            };
            state.fixes.put(fix.id, changed);
            Ok(true)
        })
    }

    async fn fixes_of(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Vec<SuggestedFix>, StoreError> {
        self.read(|state, view| {
            if own(state, view, tenant, id).is_none() {
                return Ok(Vec::new());
            }
            let mut fixes: Vec<SuggestedFix> =
                state.fixes.values().filter(|fix| fix.session_id == id).cloned().collect();
            fixes.sort_by_key(|fix| (fix.created_at, fix.id));
            Ok(fixes)
        })
    }

    async fn fixes_due(
        &mut self,
        tenant: AccountId,
        person: UserId,
        by: Timestamp,
        page: Page,
    ) -> Result<Vec<SuggestedFix>, StoreError> {
        self.read(|state, view| {
            let due = |fix: &&SuggestedFix| {
                fix.status == FixStatus::AppliedPending
                    && fix.due_at.is_some_and(|at| at <= by)
                    && own(state, view, tenant, fix.session_id).is_some_and(|session| works(session, person))
            };
            let mut found: Vec<&SuggestedFix> = state.fixes.values().filter(due).collect();
            found.sort_by_key(|fix| (fix.due_at, fix.id));
            Ok(cut(found, page).cloned().collect())
        })
    }
}
