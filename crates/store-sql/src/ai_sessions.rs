//! Conversations with the copilot, their steps and their fixes.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, Page, Revision, SessionId, StoreError, Timestamp, UserId};
use rf_sessions::ai::{
    AiSession, AiSessionCursor, AiSessionFilter, AiSessionRepository, AiSessionStatus, AiSessionSummary,
    AiSessionUpdateOutcome, AiStep, FixStatus, SuggestedFix,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, LockType, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    convert::{from_json, instant, json, maybe_instant, maybe_micros, micros, named, uuids},
    dialect::store_error,
    entities::{ai_session_steps as steps, ai_sessions as sessions, suggested_fixes as fixes},
    unit::SqlUnit,
};

fn session(row: &QueryResult) -> Result<AiSession, StoreError> {
    let row = sessions::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(AiSession {
        id: row.id.into(),
        account_id: row.account_id.into(),
        user_id: row.user_id.into(),
        team_id: row.team_id.map(Into::into),
        intake_type: named(&row.intake_type)?,
        intake: from_json(&row.intake_content)?,
        title: row.title,
        problem_summary: row.problem_summary,
        problem_domain: row.problem_domain,
        status: named(&row.status)?,
        confidence_tier: named(&row.confidence_tier)?,
        confidence_score: row.confidence_score,
        confidence_reasons: from_json(&row.confidence_reasons)?,
        matched_flow_id: row.matched_flow_id.map(Into::into),
        match_score: row.match_score,
        psa_ticket_id: row.psa_ticket_id,
        client_name: row.client_name,
        resolution_summary: row.resolution_summary,
        resolution_action: row.resolution_action,
        escalation_reason: row.escalation_reason,
        escalation_package: row.escalation_package.as_deref().map(from_json).transpose()?,
        escalated_to_id: row.escalated_to_id.map(Into::into),
        picked_up_by: row.picked_up_by.map(Into::into),
        guided_session_id: row.guided_session_id.map(Into::into),
        session_rating: row.session_rating,
        session_feedback: row.session_feedback,
        total_input_tokens: row.total_input_tokens,
        total_output_tokens: row.total_output_tokens,
        step_count: row.step_count,
        engine: row.engine,
        system_prompt_snapshot: row.system_prompt_snapshot,
        engine_state: from_json(&row.engine_state)?,
        conversation_messages: from_json(&row.conversation_messages)?,
        turn: row.turn,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        resolved_at: maybe_instant(row.resolved_at)?,
        revision: Revision(row.revision),
    })
}

fn row(session: &AiSession) -> Result<sessions::Model, StoreError> {
    Ok(sessions::Model {
        id: session.id.into(),
        account_id: session.account_id.into(),
        user_id: session.user_id.into(),
        team_id: uuids(session.team_id),
        intake_type: session.intake_type.as_str().to_owned(),
        intake_content: json(&session.intake)?,
        title: session.title.clone(),
        problem_summary: session.problem_summary.clone(),
        problem_domain: session.problem_domain.clone(),
        status: session.status.as_str().to_owned(),
        confidence_tier: session.confidence_tier.as_str().to_owned(),
        confidence_score: session.confidence_score,
        confidence_reasons: json(&session.confidence_reasons)?,
        matched_flow_id: uuids(session.matched_flow_id),
        match_score: session.match_score,
        psa_ticket_id: session.psa_ticket_id.clone(),
        client_name: session.client_name.clone(),
        resolution_summary: session.resolution_summary.clone(),
        resolution_action: session.resolution_action.clone(),
        escalation_reason: session.escalation_reason.clone(),
        escalation_package: session.escalation_package.as_ref().map(json).transpose()?,
        escalated_to_id: uuids(session.escalated_to_id),
        picked_up_by: uuids(session.picked_up_by),
        guided_session_id: uuids(session.guided_session_id),
        session_rating: session.session_rating,
        session_feedback: session.session_feedback.clone(),
        total_input_tokens: session.total_input_tokens,
        total_output_tokens: session.total_output_tokens,
        step_count: session.step_count,
        engine: session.engine.clone(),
        system_prompt_snapshot: session.system_prompt_snapshot.clone(),
        engine_state: json(&session.engine_state)?,
        conversation_messages: json(&session.conversation_messages)?,
        turn: session.turn,
        created_at: micros(session.created_at),
        updated_at: micros(session.updated_at),
        resolved_at: maybe_micros(session.resolved_at),
        revision: session.revision.0,
    })
}

/// The columns of a list; what was said is not among them.
#[derive(FromQueryResult)]
struct Listed {
    id: Uuid,
    user_id: Uuid,
    escalated_to_id: Option<Uuid>,
    picked_up_by: Option<Uuid>,
    title: Option<String>,
    problem_summary: Option<String>,
    problem_domain: Option<String>,
    psa_ticket_id: Option<String>,
    client_name: Option<String>,
    status: String,
    confidence_tier: String,
    step_count: i64,
    created_at: i64,
    updated_at: i64,
    resolved_at: Option<i64>,
}

const LISTED: [sessions::Column; 15] = [
    sessions::Column::Id,
    sessions::Column::UserId,
    sessions::Column::EscalatedToId,
    sessions::Column::PickedUpBy,
    sessions::Column::Title,
    sessions::Column::ProblemSummary,
    sessions::Column::ProblemDomain,
    sessions::Column::PsaTicketId,
    sessions::Column::ClientName,
    sessions::Column::Status,
    sessions::Column::ConfidenceTier,
    sessions::Column::StepCount,
    sessions::Column::CreatedAt,
    sessions::Column::UpdatedAt,
    sessions::Column::ResolvedAt,
];

fn summary(row: &QueryResult) -> Result<AiSessionSummary, StoreError> {
    let row = Listed::from_query_result(row, "").map_err(store_error)?;
    Ok(AiSessionSummary {
        id: row.id.into(),
        user_id: row.user_id.into(),
        escalated_to_id: row.escalated_to_id.map(Into::into),
        picked_up_by: row.picked_up_by.map(Into::into),
        title: row.title,
        problem_summary: row.problem_summary,
        problem_domain: row.problem_domain,
        psa_ticket_id: row.psa_ticket_id,
        client_name: row.client_name,
        status: named(&row.status)?,
        confidence_tier: named(&row.confidence_tier)?,
        step_count: row.step_count,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
        resolved_at: maybe_instant(row.resolved_at)?,
    })
}

fn step(row: &QueryResult) -> Result<AiStep, StoreError> {
    let row = steps::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(AiStep {
        id: row.id.into(),
        session_id: row.session_id.into(),
        step_order: row.step_order,
        proposal: from_json(&row.proposal)?,
        confidence_score: row.confidence_score,
        answer: row.answer.as_deref().map(from_json).transpose()?,
        withdrawn: row.withdrawn,
        created_at: instant(row.created_at)?,
    })
}

fn fix(row: &QueryResult) -> Result<SuggestedFix, StoreError> {
    let row = fixes::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(SuggestedFix {
        id: row.id.into(),
        session_id: row.session_id.into(),
        step_order: row.step_order,
        title: row.title,
        body: row.body,
        status: named(&row.status)?,
        pending_reason: row.pending_reason,
        due_at: maybe_instant(row.due_at)?,
        partial_notes: row.partial_notes,
        applied_at: maybe_instant(row.applied_at)?,
        verified_at: maybe_instant(row.verified_at)?,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
    })
}

impl SqlUnit {
    /// The tenant's conversation of that id.
    fn ai_session_query(&self, tenant: AccountId, id: AiSessionId) -> SelectStatement {
        sessions::Entity::find()
            .filter(self.own(sessions::Column::AccountId, tenant))
            .filter(sessions::Column::Id.eq(id.uuid()))
            .into_query()
    }
}

#[async_trait]
impl AiSessionRepository for SqlUnit {
    async fn insert_ai_session(&mut self, session: &AiSession) -> Result<(), StoreError> {
        self.require_write_to(session.account_id)?;
        let row = self.check(row(session))?;
        self.insert(row).await
    }

    async fn ai_session_by_id(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Option<AiSession>, StoreError> {
        let query = self.ai_session_query(tenant, id);
        self.read_one(&query, session).await
    }

    async fn ai_session_for_update(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Option<AiSession>, StoreError> {
        self.require_write()?;
        // SQLite ignores the clause: its writers are one at a time.
        let query = self.ai_session_query(tenant, id).lock(LockType::NoKeyUpdate).take();
        self.read_one(&query, session).await
    }

    async fn update_ai_session(
        &mut self,
        tenant: AccountId,
        session: &AiSession,
        expected: Revision,
    ) -> Result<AiSessionUpdateOutcome, StoreError> {
        self.require_write()?;
        let row = self.check(row(session))?;
        let changes = sessions::ActiveModel {
            id: NotSet,
            account_id: NotSet,
            guided_session_id: NotSet,
            created_at: NotSet,
            ..row.into_active_model().reset_all()
        };
        let own =
            self.own(sessions::Column::AccountId, tenant).add(sessions::Column::Id.eq(session.id.uuid()));
        let update = sessions::Entity::update_many()
            .set(changes)
            .filter(own.clone())
            .filter(sessions::Column::Revision.eq(expected.0))
            .into_query();
        if self.write(&update).await? > 0 {
            return Ok(AiSessionUpdateOutcome::Updated);
        }
        let known =
            Query::select().column(sessions::Column::Id).from(sessions::Entity).cond_where(own).take();
        Ok(match self.read_one(&known, |_| Ok(())).await? {
            Some(()) => AiSessionUpdateOutcome::Stale,
            None => AiSessionUpdateOutcome::NotFound,
        })
    }

    async fn ai_session_of_guided(
        &mut self,
        tenant: AccountId,
        guided: SessionId,
    ) -> Result<Option<AiSessionId>, StoreError> {
        let query = sessions::Entity::find()
            .select_only()
            .column(sessions::Column::Id)
            .filter(self.own(sessions::Column::AccountId, tenant))
            .filter(sessions::Column::GuidedSessionId.eq(guided.uuid()))
            .into_query();
        self.read_one(&query, |row| row.try_get::<Uuid>("", "id").map(Into::into).map_err(store_error)).await
    }

    async fn list_ai_sessions(
        &mut self,
        tenant: AccountId,
        filter: &AiSessionFilter,
        after: Option<AiSessionCursor>,
        page: Page,
    ) -> Result<Vec<AiSessionSummary>, StoreError> {
        let mut wanted = self.own(sessions::Column::AccountId, tenant);
        if let Some(person) = filter.person {
            let theirs = Condition::any()
                .add(sessions::Column::UserId.eq(person.uuid()))
                .add(sessions::Column::EscalatedToId.eq(person.uuid()))
                .add(sessions::Column::PickedUpBy.eq(person.uuid()));
            wanted = wanted.add(theirs);
        }
        if !filter.statuses.is_empty() {
            wanted = wanted
                .add(sessions::Column::Status.is_in(filter.statuses.iter().map(|status| status.as_str())));
        }
        if let Some(AiSessionCursor { updated_at, id }) = after {
            let earlier = Condition::any().add(sessions::Column::UpdatedAt.lt(micros(updated_at))).add(
                Condition::all()
                    .add(sessions::Column::UpdatedAt.eq(micros(updated_at)))
                    .add(sessions::Column::Id.lt(id.uuid())),
            );
            wanted = wanted.add(earlier);
        }
        let query = sessions::Entity::find()
            .select_only()
            .columns(LISTED)
            .filter(wanted)
            .order_by_desc(sessions::Column::UpdatedAt)
            .order_by_desc(sessions::Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, summary).await
    }

    async fn abandon_ai_sessions(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let update = sessions::Entity::update_many()
            .col_expr(sessions::Column::Status, Expr::value(AiSessionStatus::Abandoned.as_str()))
            .col_expr(sessions::Column::Revision, Expr::col(sessions::Column::Revision).add(1))
            .filter(self.seen(sessions::Column::AccountId))
            .filter(sessions::Column::Status.eq(AiSessionStatus::Active.as_str()))
            .filter(sessions::Column::UpdatedAt.lt(micros(before)))
            .into_query();
        self.write(&update).await
    }

    async fn insert_ai_step(&mut self, tenant: AccountId, step: &AiStep) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let (proposal, answer) = self.check(
            json(&step.proposal)
                .and_then(|proposal| Ok((proposal, step.answer.as_ref().map(json).transpose()?))),
        )?;
        self.insert(steps::Model {
            id: step.id.into(),
            account_id: tenant.into(),
            session_id: step.session_id.into(),
            step_order: step.step_order,
            proposal,
            confidence_score: step.confidence_score,
            answer,
            withdrawn: step.withdrawn,
            created_at: micros(step.created_at),
        })
        .await
    }

    async fn update_ai_step(&mut self, tenant: AccountId, step: &AiStep) -> Result<bool, StoreError> {
        self.require_write()?;
        let answer = self.check(step.answer.as_ref().map(json).transpose())?;
        let changes =
            steps::ActiveModel { answer: Set(answer), withdrawn: Set(step.withdrawn), ..Default::default() };
        let update = steps::Entity::update_many()
            .set(changes)
            .filter(self.own(steps::Column::AccountId, tenant))
            .filter(steps::Column::Id.eq(step.id.uuid()));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn ai_steps(&mut self, tenant: AccountId, id: AiSessionId) -> Result<Vec<AiStep>, StoreError> {
        let query = steps::Entity::find()
            .filter(self.own(steps::Column::AccountId, tenant))
            .filter(steps::Column::SessionId.eq(id.uuid()))
            .order_by_asc(steps::Column::StepOrder)
            .into_query();
        self.read(&query, step).await
    }

    async fn insert_fix(&mut self, tenant: AccountId, fix: &SuggestedFix) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        self.insert(fixes::Model {
            id: fix.id.into(),
            account_id: tenant.into(),
            session_id: fix.session_id.into(),
            step_order: fix.step_order,
            title: fix.title.clone(),
            body: fix.body.clone(),
            status: fix.status.as_str().to_owned(),
            pending_reason: fix.pending_reason.clone(),
            due_at: maybe_micros(fix.due_at),
            partial_notes: fix.partial_notes.clone(),
            applied_at: maybe_micros(fix.applied_at),
            verified_at: maybe_micros(fix.verified_at),
            created_at: micros(fix.created_at),
            updated_at: micros(fix.updated_at),
        })
        .await
    }

    async fn update_fix(&mut self, tenant: AccountId, fix: &SuggestedFix) -> Result<bool, StoreError> {
        self.require_write()?;
        let changes = fixes::ActiveModel {
            status: Set(fix.status.as_str().to_owned()),
            pending_reason: Set(fix.pending_reason.clone()),
            due_at: Set(maybe_micros(fix.due_at)),
            partial_notes: Set(fix.partial_notes.clone()),
            applied_at: Set(maybe_micros(fix.applied_at)),
            verified_at: Set(maybe_micros(fix.verified_at)),
            updated_at: Set(micros(fix.updated_at)),
            ..Default::default()
        };
        let update = fixes::Entity::update_many()
            .set(changes)
            .filter(self.own(fixes::Column::AccountId, tenant))
            .filter(fixes::Column::Id.eq(fix.id.uuid()));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn fixes_of(
        &mut self,
        tenant: AccountId,
        id: AiSessionId,
    ) -> Result<Vec<SuggestedFix>, StoreError> {
        let query = fixes::Entity::find()
            .filter(self.own(fixes::Column::AccountId, tenant))
            .filter(fixes::Column::SessionId.eq(id.uuid()))
            .order_by_asc(fixes::Column::CreatedAt)
            .order_by_asc(fixes::Column::Id)
            .into_query();
        self.read(&query, fix).await
    }

    async fn fixes_due(
        &mut self,
        tenant: AccountId,
        person: UserId,
        by: Timestamp,
        page: Page,
    ) -> Result<Vec<SuggestedFix>, StoreError> {
        let theirs = Query::select()
            .column(sessions::Column::Id)
            .from(sessions::Entity)
            .cond_where(self.own(sessions::Column::AccountId, tenant))
            .cond_where(
                Condition::any()
                    .add(sessions::Column::UserId.eq(person.uuid()))
                    .add(sessions::Column::EscalatedToId.eq(person.uuid())),
            )
            .take();
        let query = fixes::Entity::find()
            .filter(self.own(fixes::Column::AccountId, tenant))
            .filter(fixes::Column::Status.eq(FixStatus::AppliedPending.as_str()))
            .filter(fixes::Column::DueAt.lte(micros(by)))
            .filter(fixes::Column::SessionId.in_subquery(theirs))
            .order_by_asc(fixes::Column::DueAt)
            .order_by_asc(fixes::Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, fix).await
    }
}
