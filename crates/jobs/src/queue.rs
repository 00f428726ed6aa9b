//! The queue. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, JobId, LeaseId, Page, StoreError};

use crate::{Job, JobSpec, JobState};

/// What became of a new job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnqueueOutcome {
    /// Kept.
    Enqueued,
    /// The account has a job with that key; nothing was kept.
    Duplicate,
}

/// What becomes of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// Due again after so many seconds.
    Retry(i64),
    /// Somebody has to look.
    Park,
}

/// Jobs that are not wanted just now: as many of that kind run as may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// Of which kind.
    pub kind: String,
    /// Of which account; of every one where none is named.
    pub account_id: Option<AccountId>,
}

/// Keeps jobs. A unit of an account adds jobs and sees its own; the rest belongs to system units. What is due, and
/// whether a lease holds, is judged by the store's own clock at the moment of the call.
#[async_trait]
pub trait JobQueue: Send {
    /// Keeps a new job, unless its key is taken; its account is the tenant.
    async fn enqueue_job(&mut self, job: &JobSpec) -> Result<EnqueueOutcome, StoreError>;

    /// Whether a job is due that nobody has and that is not among the `full`. Costs a look, where claiming costs a turn
    /// as the writer.
    async fn has_due_jobs(&mut self, full: &[Full]) -> Result<bool, StoreError>;

    /// Takes at most `limit` jobs that are due, or whose lease ran out, for `seconds`; the longest due first, and none
    /// of the `full`. Of many workers one gets each, and none waits for another.
    async fn claim_jobs(
        &mut self,
        lease: LeaseId,
        seconds: i64,
        limit: u64,
        full: &[Full],
    ) -> Result<Vec<Job>, StoreError>;

    /// Keeps a job for another `seconds` from now; whether the lease still held.
    async fn extend_lease(&mut self, id: JobId, lease: LeaseId, seconds: i64) -> Result<bool, StoreError>;

    /// The job is done; whether the lease still held. If not, nothing changes.
    async fn finish_job(&mut self, id: JobId, lease: LeaseId) -> Result<bool, StoreError>;

    /// The job failed; whether the lease still held. If not, nothing changes.
    async fn fail_job(
        &mut self,
        id: JobId,
        lease: LeaseId,
        error: &str,
        then: AfterFailure,
    ) -> Result<bool, StoreError>;

    /// A job.
    async fn job_by_id(&mut self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// The jobs in that state, or all, newest first.
    async fn list_jobs(&mut self, state: Option<JobState>, page: Page) -> Result<Vec<Job>, StoreError>;

    /// Makes a parked job due at once, with all its attempts before it; whether it was parked.
    async fn retry_job(&mut self, id: JobId) -> Result<bool, StoreError>;

    /// Takes jobs away that were done more than `seconds` ago; answers how many. Parked ones stay.
    async fn prune_jobs(&mut self, seconds: i64) -> Result<u64, StoreError>;
}
