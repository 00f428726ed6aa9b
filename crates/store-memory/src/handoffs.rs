//! Conversations handed over or put aside.

use std::cmp::Reverse;

use async_trait::async_trait;
use rf_handoff::{
    Assessment, AssessmentStatus, ClaimOutcome, EscalationCursor, EscalationFacts, EscalationFilter, Handoff,
    HandoffIntent, HandoffRepository, HandoffStatus,
};
use rf_kernel::{AccountId, AiSessionId, HandoffId, Page, StoreError, Timestamp, UserId};

use crate::{
    state::{State, require},
    trees::cut,
    unit::{MemoryUnit, View},
};

fn own(state: &State, view: View, tenant: AccountId, id: HandoffId) -> Option<&Handoff> {
    state.handoffs.get(&id).filter(|handoff| view.covers(tenant) && handoff.account_id == tenant)
}

fn waits(handoff: &Handoff) -> bool {
    handoff.status == HandoffStatus::Waiting && handoff.intent == HandoffIntent::Escalate
}

/// Whom and what a handoff names, and what holds of one.
fn check(state: &State, handoff: &Handoff) -> Result<(), StoreError> {
    let account = handoff.account_id;
    let session = state.ai_sessions.get(&handoff.session_id);
    require(session.is_some_and(|session| session.account_id == account), "fk_handoffs_session")?;
    state.require_user(account, Some(handoff.created_by), "fk_handoffs_creator")?;
    state.require_user(account, handoff.target_user_id, "fk_handoffs_target")?;
    state.require_user(account, handoff.claimed_by, "fk_handoffs_claimer")?;
    let claim = handoff.claimed_by.is_some() == handoff.claimed_at.is_some()
        && match handoff.status {
            HandoffStatus::Claimed => handoff.claimed_by.is_some(),
            HandoffStatus::Waiting => handoff.claimed_by.is_none(),
            HandoffStatus::Released | HandoffStatus::Closed => true,
        };
    require(claim, "ck_handoffs_claim")?;
    require(handoff.claimed_by != Some(handoff.created_by), "ck_handoffs_not_own")?;
    let park = handoff.intent == HandoffIntent::Park && handoff.target_user_id.is_some();
    require(!park, "ck_handoffs_park_target")?;
    let waiting =
        |other: &Handoff| other.id != handoff.id && other.session_id == handoff.session_id && waits(other);
    require(!waits(handoff) || !state.handoffs.values().any(waiting), "uq_handoffs_waiting")
}

fn is_wanted(handoff: &Handoff, filter: &EscalationFilter) -> bool {
    let EscalationFilter { not_created_by, created_by, domain } = filter;
    waits(handoff)
        && *not_created_by != Some(handoff.created_by)
        && created_by.is_none_or(|person| person == handoff.created_by)
        && (domain.is_none() || *domain == handoff.snapshot.problem_domain)
}

#[async_trait]
impl HandoffRepository for MemoryUnit {
    async fn insert_handoff(&mut self, handoff: &Handoff) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(handoff.account_id)?;
            require(state.handoffs.get(&handoff.id).is_none(), "pk_handoffs")?;
            check(state, handoff)?;
            state.handoffs.insert("pk_handoffs", handoff.id, handoff.clone())
        })
    }

    async fn handoff_by_id(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
    ) -> Result<Option<Handoff>, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn handoffs_of(&mut self, tenant: AccountId, id: AiSessionId) -> Result<Vec<Handoff>, StoreError> {
        self.read(|state, view| {
            let theirs = |handoff: &&Handoff| {
                view.covers(tenant) && handoff.account_id == tenant && handoff.session_id == id
            };
            let mut found: Vec<Handoff> = state.handoffs.values().filter(theirs).cloned().collect();
            found.sort_by_key(|handoff| Reverse((handoff.created_at, handoff.id)));
            Ok(found)
        })
    }

    async fn claim_handoff(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
        by: UserId,
        at: Timestamp,
    ) -> Result<ClaimOutcome, StoreError> {
        self.write(|state, view| {
            let Some(found) = own(state, view, tenant, id) else { return Ok(ClaimOutcome::NotFound) };
            if !waits(found) || found.created_by == by {
                return Ok(match (found.status, found.claimed_by, found.claimed_at) {
                    (HandoffStatus::Claimed, Some(by), Some(at)) => ClaimOutcome::AlreadyClaimed { by, at },
                    _ => ClaimOutcome::NotClaimable,
                });
            }
            let claimed = Handoff {
                status: HandoffStatus::Claimed,
                claimed_by: Some(by),
                claimed_at: Some(at),
                ..found.clone()
            };
            check(state, &claimed)?;
            state.handoffs.put(id, claimed);
            Ok(ClaimOutcome::Won)
        })
    }

    async fn update_handoff(
        &mut self,
        tenant: AccountId,
        handoff: &Handoff,
        expected: HandoffStatus,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let found = own(state, view, tenant, handoff.id).filter(|found| found.status == expected);
            let Some(found) = found.cloned() else { return Ok(false) };
            let changed = Handoff {
                target_user_id: handoff.target_user_id,
                status: handoff.status,
                claimed_by: handoff.claimed_by,
                claimed_at: handoff.claimed_at,
                picked_up_at: handoff.picked_up_at,
                first_action_at: handoff.first_action_at,
                repeated_steps: handoff.repeated_steps,
                reminders: handoff.reminders,
                closed_at: handoff.closed_at,
                resolved: handoff.resolved,
                ..found
            };
            check(state, &changed)?;
            state.handoffs.put(changed.id, changed);
            Ok(true)
        })
    }

    async fn keep_assessment(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
        status: AssessmentStatus,
        text: Option<&str>,
        data: Option<&Assessment>,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let found = own(state, view, tenant, id);
            let found = found.filter(|found| found.assessment_status != AssessmentStatus::Ready);
            let Some(found) = found.cloned() else { return Ok(false) };
            let changed = Handoff {
                assessment_status: status,
                ai_assessment: text.map(str::to_owned),
                ai_assessment_data: data.cloned(),
                ..found
            };
            state.handoffs.put(id, changed);
            Ok(true)
        })
    }

    async fn list_escalations(
        &mut self,
        tenant: AccountId,
        filter: &EscalationFilter,
        after: Option<EscalationCursor>,
        page: Page,
    ) -> Result<Vec<Handoff>, StoreError> {
        self.read(|state, view| {
            let place = |handoff: &Handoff| (handoff.created_at, handoff.id);
            let wanted = |handoff: &&Handoff| {
                view.covers(tenant)
                    && handoff.account_id == tenant
                    && is_wanted(handoff, filter)
                    && after
                        .is_none_or(|EscalationCursor { created_at, id }| place(handoff) < (created_at, id))
            };
            let mut found: Vec<&Handoff> = state.handoffs.values().filter(wanted).collect();
            found.sort_by_key(|handoff| Reverse(place(handoff)));
            Ok(cut(found, page).cloned().collect())
        })
    }

    async fn count_escalations(
        &mut self,
        tenant: AccountId,
        filter: &EscalationFilter,
    ) -> Result<u64, StoreError> {
        self.read(|state, view| {
            let wanted = |handoff: &&Handoff| {
                view.covers(tenant) && handoff.account_id == tenant && is_wanted(handoff, filter)
            };
            Ok(state.handoffs.values().filter(wanted).count() as u64)
        })
    }

    async fn escalation_facts(
        &mut self,
        tenant: AccountId,
        from: Timestamp,
        to: Timestamp,
        limit: u64,
    ) -> Result<Vec<EscalationFacts>, StoreError> {
        self.read(|state, view| {
            let wanted = |handoff: &&Handoff| {
                view.covers(tenant)
                    && handoff.account_id == tenant
                    && handoff.intent == HandoffIntent::Escalate
                    && (from..to).contains(&handoff.created_at)
            };
            let mut found: Vec<&Handoff> = state.handoffs.values().filter(wanted).collect();
            found.sort_by_key(|handoff| (handoff.created_at, handoff.id));
            let facts = cut(found, Page { skip: 0, limit }).map(EscalationFacts::of);
            Ok(facts.collect())
        })
    }
}
