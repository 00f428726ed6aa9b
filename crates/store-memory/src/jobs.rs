//! The job queue.

use std::time::SystemTime;

use async_trait::async_trait;
use rf_jobs::{AfterFailure, EnqueueOutcome, Full, Job, JobQueue, JobSpec, JobState};
use rf_kernel::{JobId, LeaseId, Page, StoreError, Timestamp};

use crate::{
    state::State,
    unit::{MemoryUnit, View},
};

/// The store's own clock, as a database has one.
fn store_now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the queue has the clock of its store; see rf-jobs")]
    let now = SystemTime::now();
    Timestamp::new(now.into())
}

fn is_due(job: &Job, now: Timestamp, full: &[Full]) -> bool {
    let is_full = |full: &Full| {
        full.kind == job.kind && full.account_id.is_none_or(|account| account == job.account_id)
    };
    if full.iter().any(is_full) {
        return false;
    }
    match (job.state, job.lease) {
        (JobState::Ready, _) => job.run_at <= now,
        (JobState::Running, Some((_, until))) => until <= now,
        _ => false,
    }
}

/// The job while the lease holds. One that ran out but was given to nobody holds.
fn leased(state: &State, view: View, id: JobId, lease: LeaseId) -> Option<Job> {
    let holds = |job: &&Job| {
        view.covers(job.account_id)
            && job.state == JobState::Running
            && job.lease.is_some_and(|(held, _)| held == lease)
    };
    state.jobs.get(&id).filter(holds).cloned()
}

#[async_trait]
impl JobQueue for MemoryUnit {
    async fn enqueue_job(&mut self, job: &JobSpec) -> Result<EnqueueOutcome, StoreError> {
        let outcome = self.write(|state, view| {
            view.wall(job.account_id)?;
            let taken = job.dedupe_key.is_some()
                && state
                    .jobs
                    .values()
                    .any(|other| other.account_id == job.account_id && other.dedupe_key == job.dedupe_key);
            if taken {
                return Ok(EnqueueOutcome::Duplicate);
            }
            let now = store_now();
            let row = Job {
                id: job.id,
                account_id: job.account_id,
                kind: job.kind.clone(),
                payload: job.payload.clone(),
                dedupe_key: job.dedupe_key.clone(),
                state: JobState::Ready,
                attempts: 0,
                run_at: now.plus_seconds(job.delay_seconds),
                lease: None,
                last_error: None,
                created_at: now,
                finished_at: None,
            };
            state.jobs.insert("pk_jobs", job.id, row)?;
            Ok(EnqueueOutcome::Enqueued)
        })?;
        if outcome == EnqueueOutcome::Enqueued {
            self.note_new_job();
        }
        Ok(outcome)
    }

    async fn has_due_jobs(&mut self, full: &[Full]) -> Result<bool, StoreError> {
        let now = store_now();
        self.read(|state, view| {
            Ok(state.jobs.values().any(|job| view.covers(job.account_id) && is_due(job, now, full)))
        })
    }

    async fn claim_jobs(
        &mut self,
        lease: LeaseId,
        seconds: i64,
        limit: u64,
        full: &[Full],
    ) -> Result<Vec<Job>, StoreError> {
        let now = store_now();
        self.write(|state, view| {
            let due = |job: &&Job| view.covers(job.account_id) && is_due(job, now, full);
            let mut jobs: Vec<Job> = state.jobs.values().filter(due).cloned().collect();
            jobs.sort_by_key(|job| (job.run_at, job.id));
            jobs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            for job in &mut jobs {
                job.state = JobState::Running;
                job.attempts += 1;
                job.lease = Some((lease, now.plus_seconds(seconds)));
                state.jobs.put(job.id, job.clone());
            }
            Ok(jobs)
        })
    }

    async fn extend_lease(&mut self, id: JobId, lease: LeaseId, seconds: i64) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let Some(job) = leased(state, view, id, lease) else { return Ok(false) };
            state.jobs.put(id, Job { lease: Some((lease, store_now().plus_seconds(seconds))), ..job });
            Ok(true)
        })
    }

    async fn finish_job(&mut self, id: JobId, lease: LeaseId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let Some(job) = leased(state, view, id, lease) else { return Ok(false) };
            let finished_at = Some(store_now());
            state.jobs.put(id, Job { state: JobState::Done, lease: None, finished_at, ..job });
            Ok(true)
        })
    }

    async fn fail_job(
        &mut self,
        id: JobId,
        lease: LeaseId,
        error: &str,
        then: AfterFailure,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let Some(job) = leased(state, view, id, lease) else { return Ok(false) };
            let job = Job { lease: None, last_error: Some(error.to_owned()), ..job };
            let job = match then {
                AfterFailure::Retry(seconds) => {
                    Job { state: JobState::Ready, run_at: store_now().plus_seconds(seconds), ..job }
                }
                AfterFailure::Park => Job { state: JobState::Parked, finished_at: Some(store_now()), ..job },
            };
            state.jobs.put(id, job);
            Ok(true)
        })
    }

    async fn job_by_id(&mut self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.read(|state, view| Ok(state.jobs.get(&id).filter(|job| view.covers(job.account_id)).cloned()))
    }

    async fn list_jobs(&mut self, wanted: Option<JobState>, page: Page) -> Result<Vec<Job>, StoreError> {
        self.read(|state, view| {
            let takes =
                |job: &&Job| view.covers(job.account_id) && wanted.is_none_or(|wanted| job.state == wanted);
            let mut jobs: Vec<Job> = state.jobs.values().filter(takes).cloned().collect();
            jobs.sort_by_key(|job| std::cmp::Reverse((job.created_at, job.id)));
            Ok(paged(jobs, page))
        })
    }

    async fn retry_job(&mut self, id: JobId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let parked = |job: &&Job| view.covers(job.account_id) && job.state == JobState::Parked;
            let Some(job) = state.jobs.get(&id).filter(parked).cloned() else { return Ok(false) };
            let run_at = store_now();
            state.jobs.put(id, Job { state: JobState::Ready, attempts: 0, run_at, finished_at: None, ..job });
            Ok(true)
        })
    }

    async fn prune_jobs(&mut self, seconds: i64) -> Result<u64, StoreError> {
        let before = store_now().plus_seconds(-seconds);
        self.write(|state, view| {
            let old = |job: &&Job| {
                view.covers(job.account_id)
                    && job.state == JobState::Done
                    && job.finished_at.is_some_and(|at| at <= before)
            };
            let gone: Vec<JobId> = state.jobs.values().filter(old).map(|job| job.id).collect();
            for id in &gone {
                state.jobs.remove(id);
            }
            Ok(gone.len() as u64)
        })
    }
}

/// One page of a sorted list.
pub(crate) fn paged<T>(rows: Vec<T>, page: Page) -> Vec<T> {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    rows.into_iter().skip(size(page.skip)).take(size(page.limit)).collect()
}
