//! Runs jobs: takes what is due under a lease, keeps the lease while it works, finishes, tries again, or parks.
//!
//! Several workers, in one process or many, share a queue. No unit of work is open while a job runs.
#![warn(missing_docs)]

mod lanes;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rf_jobs::{AfterFailure, AtOnce, Job, JobError, JobHandler};
use rf_kernel::{IdSource, LeaseId, StoreError};
use rf_store::{Access, Store};
use tokio::sync::Notify;
use tokio::task::{JoinSet, LocalSet};
use tokio_util::sync::CancellationToken;

use crate::lanes::{Lanes, Room};

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Jobs of all kinds run at once; each kind has a limit of its own beside, see [`JobHandler::at_once`].
    pub parallel: usize,
    /// How long a job is taken for; the lease is extended while the job runs.
    pub lease_seconds: i64,
    /// How often to look for what is due.
    pub look_every: Duration,
    /// How long running jobs may take to end when the worker stops. What does not is run again by another.
    pub stop_within: Duration,
    /// Jobs that were done so many seconds ago are taken away.
    pub keep_done_seconds: i64,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            parallel: 32,
            lease_seconds: 60,
            look_every: Duration::from_millis(500),
            stop_within: Duration::from_secs(5),
            keep_done_seconds: 14 * 86_400,
        }
    }
}

/// Runs jobs until it is stopped.
#[derive(Clone)]
pub struct Worker {
    store: Arc<dyn Store>,
    ids: Arc<dyn IdSource>,
    handlers: Arc<BTreeMap<&'static str, Arc<dyn JobHandler>>>,
    settings: WorkerSettings,
    work_added: Arc<Notify>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("kinds", &self.handlers.keys()).finish_non_exhaustive()
    }
}

impl Worker {
    /// Over that queue, with a handler for each kind of job.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        ids: Arc<dyn IdSource>,
        handlers: Vec<Arc<dyn JobHandler>>,
        settings: WorkerSettings,
    ) -> Self {
        let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
        Self { store, ids, handlers: Arc::new(handlers), settings, work_added: Arc::default() }
    }

    /// Looks for what is due whenever that is notified, and not only from time to time.
    #[must_use]
    pub fn woken_by(mut self, work_added: Arc<Notify>) -> Self {
        self.work_added = work_added;
        self
    }

    /// Works until `stop` is cancelled and what was begun has ended, all on the calling thread.
    pub async fn run(&self, stop: CancellationToken) {
        LocalSet::new().run_until(self.work(stop)).await;
    }

    async fn work(&self, stop: CancellationToken) {
        let (mut running, lanes) = (JoinSet::new(), Lanes::default());
        let mut look = tokio::time::interval(self.settings.look_every);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut looks = 0_u64;
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = look.tick() => {}
                () = self.work_added.notified() => {}
                Some(_) = running.join_next() => {}
            }
            if let Err(error) = self.begin_due(&mut running, &lanes).await {
                tracing::warn!(%error, "the job queue does not answer");
            }
            if looks.is_multiple_of(7_200) {
                self.prune().await;
            }
            looks += 1;
        }
        let ended = tokio::time::timeout(self.settings.stop_within, async {
            while running.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            tracing::warn!(count = running.len(), "jobs were under way at the end; they will be run again");
        }
    }

    /// Runs everything that is due, and what becomes due meanwhile, and returns when nothing is; answers how many
    /// jobs that were. For tests and the command line.
    ///
    /// # Errors
    /// What the store says.
    pub async fn run_due(&self) -> Result<usize, StoreError> {
        LocalSet::new().run_until(self.work_off()).await
    }

    async fn work_off(&self) -> Result<usize, StoreError> {
        let (mut running, lanes, mut count) = (JoinSet::new(), Lanes::default(), 0);
        loop {
            let begun = self.begin_due(&mut running, &lanes).await?;
            count += begun;
            if running.join_next().await.is_none() && begun == 0 {
                return Ok(count);
            }
        }
    }

    /// Begins as many due jobs as there is room for.
    async fn begin_due(&self, running: &mut JoinSet<()>, lanes: &Lanes) -> Result<usize, StoreError> {
        let kinds: Vec<(&'static str, AtOnce)> =
            self.handlers.values().map(|handler| (handler.kind(), handler.at_once())).collect();
        let mut begun = 0;
        loop {
            let Room { limit, full } = lanes.room(self.settings.parallel, &kinds);
            // On SQLite a claim takes the writer's turn: not for nothing.
            if limit == 0 || !self.store.begin(Access::system_read()).await?.has_due_jobs(&full).await? {
                return Ok(begun);
            }
            let lease: LeaseId = self.ids.new_id().into();
            let mut unit = self.store.begin(Access::system_write()).await?;
            let jobs = unit.claim_jobs(lease, self.settings.lease_seconds, limit as u64, &full).await?;
            unit.commit().await?;
            let is_all = jobs.len() < limit;
            begun += jobs.len();
            for job in jobs {
                let (worker, place) = (self.clone(), lanes.take(&job));
                running.spawn_local(async move {
                    worker.work_on(job, lease).await;
                    drop(place);
                });
            }
            if is_all {
                return Ok(begun);
            }
        }
    }

    async fn work_on(&self, job: Job, lease: LeaseId) {
        let outcome = match self.handlers.get(job.kind.as_str()) {
            None => Some(Err(JobError::Park(format!("no handler knows jobs of the kind {}", job.kind)))),
            Some(handler) => tokio::select! {
                outcome = handler.run(&job) => Some(outcome),
                // Somebody else has it now: what we would say about it counts no more.
                () = self.keep_lease(&job, lease) => None,
            },
        };
        let Some(outcome) = outcome else {
            tracing::warn!(job = %job.id, kind = job.kind, "the lease of a job was lost");
            return;
        };
        let kept = match &outcome {
            Ok(()) => self.in_unit(async |unit| unit.finish_job(job.id, lease).await).await,
            Err(error) => {
                let then = self.after(&job, error);
                tracing::warn!(job = %job.id, kind = job.kind, attempts = job.attempts, %error, ?then, "a job failed");
                let error = error.to_string();
                self.in_unit(async |unit| unit.fail_job(job.id, lease, &error, then).await).await
            }
        };
        match kept {
            Ok(true) => {}
            Ok(false) => tracing::warn!(job = %job.id, kind = job.kind, "the lease of a job was lost"),
            // The lease runs out, and the job is run again.
            Err(error) => tracing::warn!(job = %job.id, %error, "the outcome of a job could not be kept"),
        }
    }

    fn after(&self, job: &Job, error: &JobError) -> AfterFailure {
        let policy = self.handlers.get(job.kind.as_str()).map(|handler| handler.policy());
        match (error, policy) {
            (JobError::Retry(_), Some(policy)) => {
                policy.wait(job.attempts, job.id.uuid()).map_or(AfterFailure::Park, AfterFailure::Retry)
            }
            _ => AfterFailure::Park,
        }
    }

    /// Extends the lease in good time, until it is lost.
    async fn keep_lease(&self, job: &Job, lease: LeaseId) {
        let seconds = self.settings.lease_seconds;
        let third = Duration::from_secs(u64::try_from(seconds / 3).unwrap_or(0).max(1));
        loop {
            tokio::time::sleep(third).await;
            match self.in_unit(async |unit| unit.extend_lease(job.id, lease, seconds).await).await {
                Ok(true) => {}
                Ok(false) => return,
                // Tried again: two thirds of the lease are left.
                Err(error) => tracing::warn!(job = %job.id, %error, "a lease could not be extended"),
            }
        }
    }

    async fn prune(&self) {
        let seconds = self.settings.keep_done_seconds;
        match self.in_unit(async |unit| unit.prune_jobs(seconds).await).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "jobs that were done long ago were taken away"),
            Err(error) => tracing::warn!(%error, "old jobs could not be taken away"),
        }
    }

    /// Runs `body` in a unit of its own, and again while the store is busy.
    async fn in_unit<T>(
        &self,
        body: impl AsyncFn(&mut dyn rf_store::UnitOfWork) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut tries = 0;
        loop {
            let attempt = async {
                let mut unit = self.store.begin(Access::system_write()).await?;
                let answer = body(unit.as_mut()).await?;
                unit.commit().await?;
                Ok(answer)
            };
            match attempt.await {
                Err(StoreError::Busy(_)) if tries < 3 => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(20 << tries)).await;
                }
                other => return other,
            }
        }
    }
}

#[cfg(test)]
mod tests;
