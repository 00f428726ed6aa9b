//! Where conversations are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, Page, Revision, SessionId, StoreError, Timestamp, UserId};

use super::{AiSession, AiSessionStatus, AiStep, ConfidenceTier, SuggestedFix};

/// What became of a conditional change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AiSessionUpdateOutcome {
    /// Kept.
    Updated,
    /// The row is at another revision; nothing was kept.
    Stale,
    /// No such conversation of this account.
    NotFound,
}

/// A conversation as lists show it: what was said is not read.
#[derive(Clone, Debug, PartialEq)]
pub struct AiSessionSummary {
    /// Its id.
    pub id: AiSessionId,
    /// Whose work it is.
    pub user_id: UserId,
    /// Who has it now.
    pub escalated_to_id: Option<UserId>,
    /// Who took it over last.
    pub picked_up_by: Option<UserId>,
    /// What it is called.
    pub title: Option<String>,
    /// The problem in a line.
    pub problem_summary: Option<String>,
    /// What it is about.
    pub problem_domain: Option<String>,
    /// The ticket's number at the PSA.
    pub psa_ticket_id: Option<String>,
    /// The client it is for.
    pub client_name: Option<String>,
    /// Where it stands.
    pub status: AiSessionStatus,
    /// How sure the copilot is.
    pub confidence_tier: ConfidenceTier,
    /// Steps proposed so far.
    pub step_count: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When something last happened.
    pub updated_at: Timestamp,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
}

impl AiSessionSummary {
    /// What lists show of a conversation.
    #[must_use]
    pub fn of(session: &AiSession) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            escalated_to_id: session.escalated_to_id,
            picked_up_by: session.picked_up_by,
            title: session.title.clone(),
            problem_summary: session.problem_summary.clone(),
            problem_domain: session.problem_domain.clone(),
            psa_ticket_id: session.psa_ticket_id.clone(),
            client_name: session.client_name.clone(),
            status: session.status,
            confidence_tier: session.confidence_tier,
            step_count: session.step_count,
            created_at: session.created_at,
            updated_at: session.updated_at,
            resolved_at: session.resolved_at,
        }
    }
}

/// Which conversations to list. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AiSessionFilter {
    /// Worked by this person, on its way to them, or taken over by them (CHAT-03).
    pub person: Option<UserId>,
    /// Where they stand; any of these, all where none is named.
    pub statuses: Vec<AiSessionStatus>,
}

/// Where a page ends; the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AiSessionCursor {
    /// When something last happened to its last conversation.
    pub updated_at: Timestamp,
    /// That conversation.
    pub id: AiSessionId,
}

/// Keeps conversations, their steps and their fixes.
#[async_trait]
pub trait AiSessionRepository: Send {
    /// Keeps a new conversation; its account is the tenant.
    async fn insert_ai_session(&mut self, session: &AiSession) -> Result<(), StoreError>;
    /// A conversation of the account.
    async fn ai_session_by_id(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Option<AiSession>, StoreError>;
    /// [`AiSessionRepository::ai_session_by_id`], and other units that ask the same wait until this one ends.
    async fn ai_session_for_update(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Option<AiSession>, StoreError>;
    /// Keeps a changed conversation if it is still at `expected`.
    async fn update_ai_session(
        &mut self,
        tenant: AccountId,
        session: &AiSession,
        expected: Revision,
    ) -> Result<AiSessionUpdateOutcome, StoreError>;
    /// The conversation that goes on from that guided session of the account.
    async fn ai_session_of_guided(
        &mut self,
        tenant: AccountId,
        guided: SessionId,
    ) -> Result<Option<AiSessionId>, StoreError>;
    /// A page of what comes after `after`: what something happened to last first, then by id, newest first.
    async fn list_ai_sessions(
        &mut self,
        tenant: AccountId,
        filter: &AiSessionFilter,
        after: Option<AiSessionCursor>,
        page: Page,
    ) -> Result<Vec<AiSessionSummary>, StoreError>;
    /// Marks the active conversations as abandoned to which nothing has happened since before `before`, of every
    /// account the unit sees; answers how many. When something last happened to them stays.
    async fn abandon_ai_sessions(&mut self, before: Timestamp) -> Result<u64, StoreError>;
    /// Keeps a new step of a conversation of the account.
    async fn insert_ai_step(&mut self, tenant: AccountId, step: &AiStep) -> Result<(), StoreError>;
    /// Keeps what became of a step; what was proposed never changes. Whether the account has such a step.
    async fn update_ai_step(&mut self, tenant: AccountId, step: &AiStep) -> Result<bool, StoreError>;
    /// The steps of a conversation, in order.
    async fn ai_steps(&mut self, tenant: AccountId, id: AiSessionId) -> Result<Vec<AiStep>, StoreError>;
    /// Keeps a new fix of a conversation of the account.
    async fn insert_fix(&mut self, tenant: AccountId, fix: &SuggestedFix) -> Result<(), StoreError>;
    /// Keeps what became of a fix; what was suggested never changes. Whether the account has such a fix.
    async fn update_fix(&mut self, tenant: AccountId, fix: &SuggestedFix) -> Result<bool, StoreError>;
    /// The fixes of a conversation, oldest first.
    async fn fixes_of(&mut self, tenant: AccountId, id: AiSessionId)
    -> Result<Vec<SuggestedFix>, StoreError>;
    /// Fixes of a person's conversations that wait for verification and are due by then, soonest first.
    async fn fixes_due(
        &mut self,
        tenant: AccountId,
        person: UserId,
        by: Timestamp,
        page: Page,
    ) -> Result<Vec<SuggestedFix>, StoreError>;
}
