//! What does a kind of job.

use async_trait::async_trait;

use crate::{Job, RetryPolicy};

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// May work later.
    #[error("{0}")]
    Retry(String),
    /// Will not work however often it is tried.
    #[error("{0}")]
    Park(String),
}

/// How many jobs of a kind a worker runs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtOnce {
    /// Of all accounts together.
    pub in_all: usize,
    /// Of one account, so that whoever it talks to for that account keeps no other account's jobs waiting.
    pub of_one_account: usize,
}

/// Does the jobs of one kind. A worker runs all its jobs on one thread, so that a job may use whatever a use case
/// may.
#[async_trait(?Send)]
pub trait JobHandler: Send + Sync {
    /// Which kind.
    fn kind(&self) -> &'static str;

    /// When to try again.
    fn policy(&self) -> RetryPolicy;

    /// How many at once. However many of them hang, jobs of other kinds go on.
    fn at_once(&self) -> AtOnce {
        AtOnce { in_all: 4, of_one_account: 4 }
    }

    /// Does it. No unit of work is open; the job may have been done before, by a worker that could not say so.
    async fn run(&self, job: &Job) -> Result<(), JobError>;
}
