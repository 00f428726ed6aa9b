//! Jobs: work that is kept in the same unit as the change that asks for it, and done later, outside of any unit.
//!
//! A job is taken under a lease and finished only while the lease holds, so that a worker that died, or was taken
//! for dead, does no harm; it may run more than once, so whatever it does must be safe to do again. The queue has
//! the clock of its store: servers whose clocks differ agree on what is due.
#![warn(missing_docs)]

mod handler;
mod job;
mod policy;
mod queue;

pub use handler::{AtOnce, JobError, JobHandler};
pub use job::{Job, JobSpec, JobState};
pub use policy::RetryPolicy;
pub use queue::{AfterFailure, EnqueueOutcome, Full, JobQueue};

/// Codes this crate's rules answer with.
pub mod codes {
    use rf_kernel::{Code, Kind};

    /// Only parked jobs are tried again by hand.
    pub const JOB_NOT_PARKED: Code = Code::new("job_not_parked", Kind::Conflict);

    /// All of them, for the generated reference.
    pub const ALL: &[Code] = &[JOB_NOT_PARKED];
}
