//! Where handoffs are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, HandoffId, Page, StoreError, Timestamp, UserId};

use crate::{Assessment, AssessmentStatus, EscalationFacts, Handoff, HandoffStatus};

/// What became of wanting a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// They have it.
    Won,
    /// Somebody has it: perhaps they themselves, since an earlier try.
    AlreadyClaimed {
        /// Who.
        by: UserId,
        /// Since when.
        at: Timestamp,
    },
    /// It is not waiting for anybody, or not for whoever made it.
    NotClaimable,
    /// No such handoff of this account.
    NotFound,
}

/// Which escalations of the queue to list. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EscalationFilter {
    /// Leaves out what this person handed over (ESC-04).
    pub not_created_by: Option<UserId>,
    /// Handed over by this person.
    pub created_by: Option<UserId>,
    /// About this.
    pub domain: Option<String>,
}

/// Where a page ends; the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscalationCursor {
    /// When its last handoff was made.
    pub created_at: Timestamp,
    /// That handoff.
    pub id: HandoffId,
}

/// Keeps handoffs.
#[async_trait]
pub trait HandoffRepository: Send {
    /// Keeps a new handoff; its account is the tenant. A conversation has one escalation that waits
    /// (`uq_handoffs_waiting`).
    async fn insert_handoff(&mut self, handoff: &Handoff) -> Result<(), StoreError>;
    /// A handoff of the account.
    async fn handoff_by_id(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
    ) -> Result<Option<Handoff>, StoreError>;
    /// The handoffs of a conversation, newest first.
    async fn handoffs_of(&mut self, tenant: AccountId, id: AiSessionId) -> Result<Vec<Handoff>, StoreError>;
    /// Lets that person have a handoff that waits, unless they made it. One conditional change: of many who ask at
    /// once, one wins.
    async fn claim_handoff(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
        by: UserId,
        at: Timestamp,
    ) -> Result<ClaimOutcome, StoreError>;
    /// Keeps what became of a handoff if it still stands at `expected`; whether it did. What was written when it was
    /// made stays, and so does the assessment.
    async fn update_handoff(
        &mut self,
        tenant: AccountId,
        handoff: &Handoff,
        expected: HandoffStatus,
    ) -> Result<bool, StoreError>;
    /// Keeps an assessment, unless there is one; whether it was kept.
    async fn keep_assessment(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
        status: AssessmentStatus,
        text: Option<&str>,
        data: Option<&Assessment>,
    ) -> Result<bool, StoreError>;
    /// A page of the escalations that wait after `after`, newest first, then by id.
    async fn list_escalations(
        &mut self,
        tenant: AccountId,
        filter: &EscalationFilter,
        after: Option<EscalationCursor>,
        page: Page,
    ) -> Result<Vec<Handoff>, StoreError>;
    /// How many escalations wait.
    async fn count_escalations(
        &mut self,
        tenant: AccountId,
        filter: &EscalationFilter,
    ) -> Result<u64, StoreError>;
    /// What the numbers are made of: escalations made from `from` on and before `to`, oldest first, at most `limit`.
    async fn escalation_facts(
        &mut self,
        tenant: AccountId,
        from: Timestamp,
        to: Timestamp,
        limit: u64,
    ) -> Result<Vec<EscalationFacts>, StoreError>;
}
