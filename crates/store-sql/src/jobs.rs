//! The job queue. What is due is judged by the clock of the database.

use async_trait::async_trait;
use rf_jobs::{AfterFailure, EnqueueOutcome, Full, Job, JobQueue, JobSpec, JobState};
use rf_kernel::{JobId, LeaseId, Page, StoreError};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait,
    sea_query::{Expr, LockBehavior, LockType, OnConflict, Query, UpdateStatement},
};

use crate::{
    convert::{corrupt, from_json, instant, json, maybe_instant, named},
    dialect::store_error,
    entities::jobs::{Column, Entity, Model},
    unit::SqlUnit,
};

fn job(row: &QueryResult) -> Result<Job, StoreError> {
    let row = Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Job {
        id: row.id.into(),
        account_id: row.account_id.into(),
        kind: row.kind,
        payload: from_json(&row.payload)?,
        dedupe_key: row.dedupe_key,
        state: named(&row.state)?,
        attempts: row.attempts,
        run_at: instant(row.run_at)?,
        lease: match (row.lease_id, maybe_instant(row.leased_until)?) {
            (Some(lease), Some(until)) => Some((lease.into(), until)),
            (None, None) => None,
            _ => return Err(corrupt(format!("job {} is half leased", row.id))),
        },
        last_error: row.last_error,
        created_at: instant(row.created_at)?,
        finished_at: maybe_instant(row.finished_at)?,
    })
}

const fn micros_of(seconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000)
}

impl SqlUnit {
    /// The instant so many seconds from now, by the clock of the database.
    fn database_in(&self, seconds: i64) -> Expr {
        self.database_now().add(micros_of(seconds))
    }

    /// Jobs that are due and nobody has, but for the full.
    fn due_jobs(&self, full: &[Full]) -> Condition {
        let due = |state: JobState, since: Column| {
            let now = self.database_now();
            Condition::all().add(Column::State.eq(state.as_str())).add(Expr::col(since).lte(now))
        };
        let mut wanted = Condition::all().add(
            Condition::any()
                .add(due(JobState::Ready, Column::RunAt))
                .add(due(JobState::Running, Column::LeasedUntil)),
        );
        for Full { kind, account_id } in full {
            let account = account_id.map(|account| Column::AccountId.eq(account.uuid()));
            let these = Condition::all().add(Column::Kind.eq(kind.as_str())).add_option(account);
            wanted = wanted.add(these.not());
        }
        wanted
    }

    /// An update of the job while the lease holds. One that ran out but was given to nobody holds.
    fn leased(&self, id: JobId, lease: LeaseId) -> UpdateStatement {
        Query::update()
            .table(Entity)
            .and_where(Column::Id.eq(id.uuid()))
            .and_where(Column::State.eq(JobState::Running.as_str()))
            .and_where(Column::LeaseId.eq(lease.uuid()))
            .cond_where(self.seen(Column::AccountId))
            .to_owned()
    }
}

/// Ends the lease with that state.
fn end(update: &mut UpdateStatement, state: JobState) -> &mut UpdateStatement {
    update
        .value(Column::State, state.as_str())
        .value(Column::LeaseId, Expr::cust("NULL"))
        .value(Column::LeasedUntil, Expr::cust("NULL"))
}

#[async_trait]
impl JobQueue for SqlUnit {
    async fn enqueue_job(&mut self, job: &JobSpec) -> Result<EnqueueOutcome, StoreError> {
        self.require_write_to(job.account_id)?;
        let taken = OnConflict::columns([Column::AccountId, Column::DedupeKey])
            .target_and_where(Column::DedupeKey.is_not_null())
            .do_nothing()
            .to_owned();
        let insert = Query::insert()
            .into_table(Entity)
            .columns([
                Column::Id,
                Column::AccountId,
                Column::Kind,
                Column::Payload,
                Column::DedupeKey,
                Column::State,
                Column::Attempts,
                Column::RunAt,
                Column::CreatedAt,
            ])
            .values_panic([
                Expr::value(job.id.uuid()),
                Expr::value(job.account_id.uuid()),
                Expr::value(job.kind.as_str()),
                Expr::value(json(&job.payload)?),
                Expr::value(job.dedupe_key.clone()),
                Expr::value(JobState::Ready.as_str()),
                Expr::value(0_i64),
                self.database_in(job.delay_seconds),
                self.database_now(),
            ])
            .on_conflict(taken)
            .to_owned();
        Ok(match self.write(&insert).await? {
            0 => EnqueueOutcome::Duplicate,
            _ => {
                self.note_new_job();
                EnqueueOutcome::Enqueued
            }
        })
    }

    async fn has_due_jobs(&mut self, full: &[Full]) -> Result<bool, StoreError> {
        let query = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(self.due_jobs(full))
            .filter(self.seen(Column::AccountId))
            .limit(1)
            .into_query();
        Ok(!self.read(&query, |_| Ok(())).await?.is_empty())
    }

    async fn claim_jobs(
        &mut self,
        lease: LeaseId,
        seconds: i64,
        limit: u64,
        full: &[Full],
    ) -> Result<Vec<Job>, StoreError> {
        self.require_write()?;
        // Those another worker is just claiming are passed over. SQLite ignores the lock: there is one writer.
        let due = Query::select()
            .column(Column::Id)
            .from(Entity)
            .cond_where(self.due_jobs(full))
            .cond_where(self.seen(Column::AccountId))
            .order_by(Column::RunAt, sea_orm::Order::Asc)
            .order_by(Column::Id, sea_orm::Order::Asc)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .to_owned();
        let claim = Query::update()
            .table(Entity)
            .value(Column::State, JobState::Running.as_str())
            .value(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .value(Column::LeaseId, lease.uuid())
            .value(Column::LeasedUntil, self.database_in(seconds))
            .and_where(Expr::col(Column::Id).in_subquery(due))
            .returning_all()
            .to_owned();
        let mut jobs = self.write_returning(&claim, job).await?;
        jobs.sort_by_key(|job| (job.run_at, job.id));
        Ok(jobs)
    }

    async fn extend_lease(&mut self, id: JobId, lease: LeaseId, seconds: i64) -> Result<bool, StoreError> {
        let update = self.leased(id, lease).value(Column::LeasedUntil, self.database_in(seconds)).to_owned();
        Ok(self.write(&update).await? == 1)
    }

    async fn finish_job(&mut self, id: JobId, lease: LeaseId) -> Result<bool, StoreError> {
        let now = self.database_now();
        let update =
            end(&mut self.leased(id, lease), JobState::Done).value(Column::FinishedAt, now).to_owned();
        Ok(self.write(&update).await? == 1)
    }

    async fn fail_job(
        &mut self,
        id: JobId,
        lease: LeaseId,
        error: &str,
        then: AfterFailure,
    ) -> Result<bool, StoreError> {
        let mut update = self.leased(id, lease);
        update.value(Column::LastError, error);
        match then {
            AfterFailure::Retry(seconds) => {
                end(&mut update, JobState::Ready).value(Column::RunAt, self.database_in(seconds));
            }
            AfterFailure::Park => {
                end(&mut update, JobState::Parked).value(Column::FinishedAt, self.database_now());
            }
        }
        Ok(self.write(&update).await? == 1)
    }

    async fn job_by_id(&mut self, id: JobId) -> Result<Option<Job>, StoreError> {
        let query = Entity::find_by_id(id.uuid()).filter(self.seen(Column::AccountId)).into_query();
        self.read_one(&query, job).await
    }

    async fn list_jobs(&mut self, state: Option<JobState>, page: Page) -> Result<Vec<Job>, StoreError> {
        let query = Entity::find()
            .filter(self.seen(Column::AccountId))
            .filter(Condition::all().add_option(state.map(|state| Column::State.eq(state.as_str()))))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, job).await
    }

    async fn retry_job(&mut self, id: JobId) -> Result<bool, StoreError> {
        let update = Query::update()
            .table(Entity)
            .value(Column::State, JobState::Ready.as_str())
            .value(Column::Attempts, 0)
            .value(Column::RunAt, self.database_now())
            .value(Column::FinishedAt, Expr::cust("NULL"))
            .and_where(Column::Id.eq(id.uuid()))
            .and_where(Column::State.eq(JobState::Parked.as_str()))
            .cond_where(self.seen(Column::AccountId))
            .to_owned();
        Ok(self.write(&update).await? == 1)
    }

    async fn prune_jobs(&mut self, seconds: i64) -> Result<u64, StoreError> {
        let delete = Query::delete()
            .from_table(Entity)
            .and_where(Column::State.eq(JobState::Done.as_str()))
            .and_where(Expr::col(Column::FinishedAt).lte(self.database_in(-seconds)))
            .cond_where(self.seen(Column::AccountId))
            .to_owned();
        self.write(&delete).await
    }
}
