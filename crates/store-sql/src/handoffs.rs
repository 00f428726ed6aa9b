//! Conversations handed over or put aside.

use async_trait::async_trait;
use rf_handoff::{
    Assessment, AssessmentStatus, ClaimOutcome, EscalationCursor, EscalationFacts, EscalationFilter, Handoff,
    HandoffIntent, HandoffRepository, HandoffStatus,
};
use rf_kernel::{AccountId, AiSessionId, HandoffId, Page, StoreError, Timestamp, UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, Set,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::{
    convert::{from_json, instant, json, maybe_instant, maybe_micros, micros, named, uuids},
    dialect::store_error,
    entities::handoffs::{ActiveModel, Column, Entity, Model},
    unit::SqlUnit,
};

fn handoff(row: &QueryResult) -> Result<Handoff, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Handoff {
        id: row.id.into(),
        account_id: row.account_id.into(),
        session_id: row.session_id.into(),
        created_by: row.created_by.into(),
        intent: named(&row.intent)?,
        reason: row.reason,
        target_user_id: row.target_user_id.map(Into::into),
        snapshot: from_json(&row.snapshot)?,
        documentation: row.documentation,
        assessment_status: named(&row.assessment_status)?,
        ai_assessment: row.ai_assessment,
        ai_assessment_data: row.ai_assessment_data.as_deref().map(from_json).transpose()?,
        status: named(&row.status)?,
        claimed_by: row.claimed_by.map(Into::into),
        claimed_at: maybe_instant(row.claimed_at)?,
        picked_up_at: maybe_instant(row.picked_up_at)?,
        first_action_at: maybe_instant(row.first_action_at)?,
        repeated_steps: row.repeated_steps,
        reminders: row.reminders,
        closed_at: maybe_instant(row.closed_at)?,
        resolved: row.resolved,
        created_at: instant(row.created_at)?,
    })
}

fn row(handoff: &Handoff) -> Result<Model, StoreError> {
    Ok(Model {
        id: handoff.id.into(),
        account_id: handoff.account_id.into(),
        session_id: handoff.session_id.into(),
        created_by: handoff.created_by.into(),
        intent: handoff.intent.as_str().to_owned(),
        reason: handoff.reason.clone(),
        target_user_id: uuids(handoff.target_user_id),
        problem_domain: handoff.snapshot.problem_domain.clone(),
        client_name: handoff.snapshot.client_name.clone(),
        snapshot: json(&handoff.snapshot)?,
        documentation: handoff.documentation.clone(),
        assessment_status: handoff.assessment_status.as_str().to_owned(),
        ai_assessment: handoff.ai_assessment.clone(),
        ai_assessment_data: handoff.ai_assessment_data.as_ref().map(json).transpose()?,
        status: handoff.status.as_str().to_owned(),
        claimed_by: uuids(handoff.claimed_by),
        claimed_at: maybe_micros(handoff.claimed_at),
        picked_up_at: maybe_micros(handoff.picked_up_at),
        first_action_at: maybe_micros(handoff.first_action_at),
        repeated_steps: handoff.repeated_steps,
        reminders: handoff.reminders,
        closed_at: maybe_micros(handoff.closed_at),
        resolved: handoff.resolved,
        created_at: micros(handoff.created_at),
    })
}

/// The columns the numbers are made of; no snapshot is read.
#[derive(FromQueryResult)]
struct Counted {
    id: Uuid,
    problem_domain: Option<String>,
    client_name: Option<String>,
    created_by: Uuid,
    created_at: i64,
    claimed_by: Option<Uuid>,
    claimed_at: Option<i64>,
    first_action_at: Option<i64>,
    repeated_steps: i64,
    closed_at: Option<i64>,
    resolved: bool,
}

const COUNTED: [Column; 11] = [
    Column::Id,
    Column::ProblemDomain,
    Column::ClientName,
    Column::CreatedBy,
    Column::CreatedAt,
    Column::ClaimedBy,
    Column::ClaimedAt,
    Column::FirstActionAt,
    Column::RepeatedSteps,
    Column::ClosedAt,
    Column::Resolved,
];

fn facts(row: &QueryResult) -> Result<EscalationFacts, StoreError> {
    let row = Counted::from_query_result(row, "").map_err(store_error)?;
    Ok(EscalationFacts {
        id: row.id.into(),
        problem_domain: row.problem_domain,
        client_name: row.client_name,
        created_by: row.created_by.into(),
        created_at: instant(row.created_at)?,
        claimed_by: row.claimed_by.map(Into::into),
        claimed_at: maybe_instant(row.claimed_at)?,
        first_action_at: maybe_instant(row.first_action_at)?,
        repeated_steps: row.repeated_steps,
        closed_at: maybe_instant(row.closed_at)?,
        resolved: row.resolved,
    })
}

/// What a handoff that waits for anybody looks like; the words of the partial indexes.
fn waits() -> Condition {
    Condition::all()
        .add(Column::Status.eq(HandoffStatus::Waiting.as_str()))
        .add(Column::Intent.eq(HandoffIntent::Escalate.as_str()))
}

impl SqlUnit {
    fn own_handoff(&self, tenant: AccountId, id: HandoffId) -> Condition {
        self.own(Column::AccountId, tenant).add(Column::Id.eq(id.uuid()))
    }

    fn waiting_escalations(&self, tenant: AccountId, filter: &EscalationFilter) -> Condition {
        let EscalationFilter { not_created_by, created_by, domain } = filter;
        self.own(Column::AccountId, tenant)
            .add(waits())
            .add_option(not_created_by.map(|person| Column::CreatedBy.ne(person.uuid())))
            .add_option(created_by.map(|person| Column::CreatedBy.eq(person.uuid())))
            .add_option(domain.as_ref().map(|domain| Column::ProblemDomain.eq(domain)))
    }
}

#[async_trait]
impl HandoffRepository for SqlUnit {
    async fn insert_handoff(&mut self, handoff: &Handoff) -> Result<(), StoreError> {
        self.require_write_to(handoff.account_id)?;
        let row = self.check(row(handoff))?;
        self.insert(row).await
    }

    async fn handoff_by_id(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
    ) -> Result<Option<Handoff>, StoreError> {
        let query = Entity::find().filter(self.own_handoff(tenant, id)).into_query();
        self.read_one(&query, handoff).await
    }

    async fn handoffs_of(&mut self, tenant: AccountId, id: AiSessionId) -> Result<Vec<Handoff>, StoreError> {
        let query = Entity::find()
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::SessionId.eq(id.uuid()))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .into_query();
        self.read(&query, handoff).await
    }

    async fn claim_handoff(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
        by: UserId,
        at: Timestamp,
    ) -> Result<ClaimOutcome, StoreError> {
        let own = self.own_handoff(tenant, id);
        let changes = ActiveModel {
            status: Set(HandoffStatus::Claimed.as_str().to_owned()),
            claimed_by: Set(Some(by.uuid())),
            claimed_at: Set(Some(micros(at))),
            ..Default::default()
        };
        let claim = Entity::update_many()
            .set(changes)
            .filter(own.clone())
            .filter(waits())
            .filter(Column::CreatedBy.ne(by.uuid()))
            .into_query();
        if self.write(&claim).await? > 0 {
            return Ok(ClaimOutcome::Won);
        }
        let query = Entity::find().filter(own).into_query();
        Ok(match self.read_one(&query, handoff).await? {
            None => ClaimOutcome::NotFound,
            Some(Handoff {
                status: HandoffStatus::Claimed,
                claimed_by: Some(by),
                claimed_at: Some(at),
                ..
            }) => ClaimOutcome::AlreadyClaimed { by, at },
            Some(_) => ClaimOutcome::NotClaimable,
        })
    }

    async fn update_handoff(
        &mut self,
        tenant: AccountId,
        handoff: &Handoff,
        expected: HandoffStatus,
    ) -> Result<bool, StoreError> {
        let changes = ActiveModel {
            target_user_id: Set(uuids(handoff.target_user_id)),
            status: Set(handoff.status.as_str().to_owned()),
            claimed_by: Set(uuids(handoff.claimed_by)),
            claimed_at: Set(maybe_micros(handoff.claimed_at)),
            picked_up_at: Set(maybe_micros(handoff.picked_up_at)),
            first_action_at: Set(maybe_micros(handoff.first_action_at)),
            repeated_steps: Set(handoff.repeated_steps),
            reminders: Set(handoff.reminders),
            closed_at: Set(maybe_micros(handoff.closed_at)),
            resolved: Set(handoff.resolved),
            ..Default::default()
        };
        let update = Entity::update_many()
            .set(changes)
            .filter(self.own_handoff(tenant, handoff.id))
            .filter(Column::Status.eq(expected.as_str()))
            .into_query();
        Ok(self.write(&update).await? > 0)
    }

    async fn keep_assessment(
        &mut self,
        tenant: AccountId,
        id: HandoffId,
        status: AssessmentStatus,
        text: Option<&str>,
        data: Option<&Assessment>,
    ) -> Result<bool, StoreError> {
        self.require_write()?;
        let data = self.check(data.map(json).transpose())?;
        let changes = ActiveModel {
            assessment_status: Set(status.as_str().to_owned()),
            ai_assessment: Set(text.map(str::to_owned)),
            ai_assessment_data: Set(data),
            ..Default::default()
        };
        let update = Entity::update_many()
            .set(changes)
            .filter(self.own_handoff(tenant, id))
            .filter(Column::AssessmentStatus.ne(AssessmentStatus::Ready.as_str()))
            .into_query();
        Ok(self.write(&update).await? > 0)
    }

    async fn list_escalations(
        &mut self,
        tenant: AccountId,
        filter: &EscalationFilter,
        after: Option<EscalationCursor>,
        page: Page,
    ) -> Result<Vec<Handoff>, StoreError> {
        let earlier = after.map(|EscalationCursor { created_at, id }| {
            Condition::any().add(Column::CreatedAt.lt(micros(created_at))).add(
                Condition::all().add(Column::CreatedAt.eq(micros(created_at))).add(Column::Id.lt(id.uuid())),
            )
        });
        let query = Entity::find()
            .filter(self.waiting_escalations(tenant, filter).add_option(earlier))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, handoff).await
    }

    async fn count_escalations(
        &mut self,
        tenant: AccountId,
        filter: &EscalationFilter,
    ) -> Result<u64, StoreError> {
        let query = Query::select()
            .expr_as(Expr::col(Column::Id).count(), "n")
            .from(Entity)
            .cond_where(self.waiting_escalations(tenant, filter))
            .take();
        let count = self.read_one(&query, |row| row.try_get::<i64>("", "n").map_err(store_error)).await?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    async fn escalation_facts(
        &mut self,
        tenant: AccountId,
        from: Timestamp,
        to: Timestamp,
        limit: u64,
    ) -> Result<Vec<EscalationFacts>, StoreError> {
        let query = Entity::find()
            .select_only()
            .columns(COUNTED)
            .filter(self.own(Column::AccountId, tenant))
            .filter(Column::Intent.eq(HandoffIntent::Escalate.as_str()))
            .filter(Column::CreatedAt.gte(micros(from)))
            .filter(Column::CreatedAt.lt(micros(to)))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(limit)
            .into_query();
        self.read(&query, facts).await
    }
}
